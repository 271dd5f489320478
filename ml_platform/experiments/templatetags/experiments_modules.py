"""Tags that name a page's script with everything it imports."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ml_platform.experiments.modules import modules_of

register = template.Library()


@register.simple_tag
def module_preloads(script: str) -> SafeString:
    """Returns a preload link for the script and each module that it imports."""
    paths = (script, *modules_of(script))
    return format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(p),) for p in paths)
    )


@register.simple_tag
def module_script(script: str) -> SafeString:
    """Returns the element that runs the script."""
    return format_html('<script type="module" src="{}"></script>', static(script))
