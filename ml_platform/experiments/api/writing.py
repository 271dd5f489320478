"""Calls that write, for programs: create a run, announce its document.

They join the router of the calls that read: an address that is both listed and posted
to must live in one router.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ml_platform.experiments.api.answers import answer
from ml_platform.experiments.api.auth import creator_request, pipeline_request
from ml_platform.experiments.api.reading import router
from ml_platform.experiments.api.schemas import Answer, Refusal, RunCreation
from ml_platform.experiments.services.notifications import notification_receive
from ml_platform.experiments.services.quick_tests import quick_test_create
from training_metrics.notification import Notification

REFUSALS = {code: Refusal for code in (400, 401, 403, 404, 409, 413, 422, 429, 503)}


@router.post("/quick-tests/", response={200: Answer, **REFUSALS}, auth=creator_request)
def quick_test_creation(request: HttpRequest, body: RunCreation) -> HttpResponse:
    """Creates a run and says where its artifacts go."""
    run = quick_test_create(**body.dict())
    return answer(
        {
            "quick_test": {
                "id": run.pk,
                "number": run.number,
                "name": run.name,
                "artifacts_uri": run.gcs_artifacts_path,
                "url": request.build_absolute_uri(
                    reverse("experiments:run", args=[run.pk])
                ),
            }
        }
    )


@router.post(
    "/quick-tests/{int:run_id}/training-metrics/",
    response={200: Answer, **REFUSALS},
    auth=pipeline_request,
)
def notification(request: HttpRequest, run_id: int, body: Notification) -> HttpResponse:
    """Takes the announcement of a document, reads it and caches it.

    Answers with the digest that is cached now, also when told again.
    """
    run = notification_receive(quick_test_id=run_id, notification=body)
    return answer(
        {
            "quick_test_id": run.pk,
            "sha256": run.cached_sha256,
            "generation": run.cached_generation,
            "status": run.status,
            "available": run.has_history,
        }
    )
