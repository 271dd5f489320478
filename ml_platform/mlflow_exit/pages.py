"""The staff page of the exit: how far it is, and the completion record."""

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ml_platform.mlflow_exit.models import Teardown
from ml_platform.mlflow_exit.record.markdown import markdown_of
from ml_platform.mlflow_exit.teardown.reporting import step_line


@staff_member_required(login_url="login")
def exit_page(request: HttpRequest) -> HttpResponse:
    """Shows of each project the last teardown that was begun, else its last plan."""
    shown: dict[str, dict[str, object]] = {}
    begun_first = F("started_at").desc(nulls_last=True)
    for one in Teardown.objects.order_by(begun_first, "-pk"):
        if one.project in shown:
            continue
        steps = list(one.steps.all())
        lines = [step_line(step, n, len(steps)) for n, step in enumerate(steps, 1)]
        shown[one.project] = {
            "teardown": one,
            "steps": "\n".join(lines),
            "record": markdown_of(one.completion) if one.completion else "",
        }
    return render(request, "mlflow_exit/exit.html", {"shown": list(shown.values())})
