"""Health of the process and of what it needs, for the machine that runs it."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from ml_platform.experiments import readiness


def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; touches nothing else."""
    return JsonResponse({"success": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """Says whether database and artifact store answer; 503 where one does not."""
    answers = {
        "database": readiness.database.answers(),
        "artifact_store": readiness.artifact_store.answers(),
    }
    told = {name: "ready" if there else "away" for name, there in answers.items()}
    if all(answers.values()):
        return JsonResponse({"success": True, **told})
    away = " and ".join(name for name, there in answers.items() if not there)
    error = {"code": "not_ready", "message": f"{away}: no answer; ask again"}
    return JsonResponse({"success": False, "error": error, **told}, status=503)
