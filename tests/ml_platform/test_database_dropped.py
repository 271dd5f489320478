"""The database hangs up in the middle: a refusal to try again, and nothing is lost.

PostgreSQL ends its own side of the connection, as a restart or a fail-over does; runs
under `test_postgres.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services import notifications, training_cache
from ml_platform.experiments.services.reconciling import runs_reconcile
from tests.ml_platform.samples import sample_document, write_document

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL"),
]


def hang_up() -> None:
    """Lets the server end this test's connection."""
    ours = connection.connection.info
    with psycopg.connect(ours.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours.backend_pid])


@pytest.fixture(params=["while the document is read", "inside the transaction"])
def told(
    request: pytest.FixtureRequest,
    make_run: Callable[..., QuickTest],
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[QuickTest, dict[str, Any]]:
    """A run to announce, during whose caching the database hangs up once."""
    run = make_run()
    digest = write_document(Path(run.gcs_artifacts_path), sample_document(3))
    module, name = {
        "while the document is read": (notifications, "document_read"),
        "inside the transaction": (training_cache, "_store_unless_worse"),
    }[request.param]
    really = getattr(module, name)

    def once(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(module, name, really)
        hang_up()
        return really(*arguments, **named)

    monkeypatch.setattr(module, name, once)
    body = {
        "quick_test_id": run.pk,
        "artifacts_uri": run.gcs_artifacts_path,
        "sha256": digest,
        "status": "completed",
    }
    return run, body


def announced(
    signed_post: Callable[..., HttpResponse], body: dict[str, Any]
) -> tuple[int, str]:
    path = f"/experiments/api/quick-tests/{body['quick_test_id']}/training-metrics/"
    response = signed_post(path, body)
    # As at the end of every request that a server serves.
    connection.close_if_unusable_or_obsolete()
    return response.status_code, response.json().get("error", {}).get("code", "")


def test_the_caller_is_asked_to_try_again_and_then_gets_in(
    told: tuple[QuickTest, dict[str, Any]], signed_post: Callable[..., HttpResponse]
) -> None:
    run, body = told
    assert announced(signed_post, body) == (503, "database_unavailable")
    run.refresh_from_db()
    assert run.training_history_json is None
    assert announced(signed_post, body) == (200, "")


def test_the_reconciler_mends_it(
    told: tuple[QuickTest, dict[str, Any]], signed_post: Callable[..., HttpResponse]
) -> None:
    run, body = told
    assert announced(signed_post, body)[0] == 503
    assert runs_reconcile().cached == 1
    run.refresh_from_db()
    assert run.cached_sha256 == body["sha256"]
