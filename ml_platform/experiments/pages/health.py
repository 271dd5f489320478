"""Health of the process and of what it needs, for the machine that runs it."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; touches nothing else."""
    return JsonResponse({"success": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """Says whether the database answers; 503 where it does not.

    A store that is away does not make the server unready: pages come from the cache.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"success": False, "database": "away"}, status=503)
    return JsonResponse({"success": True, "database": "ready"})
