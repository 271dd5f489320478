"""Serves the pages' scripts, each joined with what it imports, for browsers to keep."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from ml_platform.experiments.modules import joined, script_names

_YEAR_SECONDS = 31_536_000


@require_safe
def page_script(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Answers with a script; under another digest than its own, not to be kept.

    Such a request comes from a page that another version of the server wrote.
    """
    if name not in script_names():
        raise Http404(f"no script {name}")
    script = joined(name)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        script.gzipped if zipped else script.text,
        content_type="text/javascript; charset=utf-8",
    )
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    if digest == script.digest:
        patch_cache_control(
            response, public=True, max_age=_YEAR_SECONDS, immutable=True
        )
    else:
        patch_cache_control(response, no_cache=True)
    return response
