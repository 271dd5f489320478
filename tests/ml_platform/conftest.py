"""Runs, users and signed calls that the tests of the Django room share.

Django is set up here, before any test module imports a model.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.ml_platform.browser import Watched, chromium
from tests.ml_platform.samples import sample_document, write_document
from tests.support.gcs import BUCKET, Gcs, serve_gcs
from tests.support.recorder import Recorder, recording
from training_metrics.notification import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

if TYPE_CHECKING:
    from ml_platform.experiments.models import QuickTest

django.setup()

SECRET = "a-secret-of-the-tests-that-is-long-enough"


@pytest.fixture(autouse=True)
def _places(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allows this test's own folder and one secret; forgets who called before.

    Calls are counted in one window, so that no minute ends within a test.
    """
    monkeypatch.setattr(
        "ml_platform.experiments.api.rates._WINDOW_SECONDS", 100_000_000
    )
    settings.TRACKLESS_ARTIFACT_ROOTS = [str(tmp_path / "artifacts")]
    settings.TRACKLESS_NOTIFY_SECRETS = [SECRET]
    cache.clear()
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]


@pytest.fixture
def make_run(db: None) -> "Callable[..., QuickTest]":
    """Makes a run; with a document, writes it where it belongs and caches it."""
    from ml_platform.experiments.services.quick_tests import quick_test_create
    from ml_platform.experiments.services.training_cache import TrainingCacheService

    def make(
        document: dict[str, Any] | None = None, name: str = "run", cached: bool = True
    ) -> "QuickTest":
        run = quick_test_create(name=name, params={})
        if document is not None:
            write_document(Path(run.gcs_artifacts_path), document)
            if cached:
                TrainingCacheService().cache_training_history(run)
        return run

    return make


@pytest.fixture
def sample_run(make_run: "Callable[..., QuickTest]") -> "QuickTest":
    """A cached run of sixty epochs with every kind of mark."""
    return make_run(sample_document(), name="sample")


@pytest.fixture
def user_client(db: None) -> Client:
    """A client that is logged in."""
    from django.contrib.auth import get_user_model

    client = Client()
    user, _ = get_user_model().objects.get_or_create(username="reader")
    client.force_login(user)
    return client


@pytest.fixture
def signed_post(db: None) -> Callable[..., HttpResponse]:
    """Posts JSON with a signature; every part of it can be made wrong."""

    def post(
        path: str,
        body: Any,
        secret: str = SECRET,
        at: float | None = None,
        signed_body: bytes | None = None,
    ) -> HttpResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = int(time.time() if at is None else at)
        signature = sign(secret, timestamp, signed_body or data)
        return Client().post(
            path,
            data,
            content_type="application/json",
            headers={TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: signature},
        )

    return post


@pytest.fixture(scope="module")
def gcs_server() -> Iterator[Gcs]:
    """A Google Cloud Storage on loopback for each file that needs one."""
    with serve_gcs() as server:
        yield server


@pytest.fixture
def gcs(gcs_server: Gcs, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Gcs:
    """The server; runs have their place in its bucket."""
    from training_metrics.storage import gcs as module

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server.url)
    module._shared_client.cache_clear()
    module._shared_client()  # its first import takes longer than a question may
    settings.TRACKLESS_ARTIFACT_ROOTS = [f"gs://{BUCKET}/runs"]
    return gcs_server


@pytest.fixture
def vertex(settings: Any) -> Iterator[Recorder]:
    """A Vertex AI that takes every job, and says that it runs."""
    running = {"state": "PIPELINE_STATE_RUNNING"}
    with recording(lambda request: (200, running)) as server:
        settings.TRACKLESS_VERTEX = {
            "project": "shop",
            "region": "europe-west1",
            "pipeline_root": "gs://bucket/root",
            "images": "europe-west1-docker.pkg.dev/shop/trackless",
            "endpoint": server.url,
        }
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for each file that needs it."""
    with chromium() as started:
        yield started


@pytest.fixture
def watched(browser: Any, live_server: Any, settings: Any) -> Iterator[Callable]:
    """Opens watched pages, logged in; fails the test where one complained."""
    from ml_platform.experiments.management.commands.serve_local import local_user
    from ml_platform.experiments.services.login_links import login_link_create

    opened: list[Watched] = []

    def open_one(**context: Any) -> Watched:
        page = Watched(browser, live_server.url, **context)
        opened.append(page)
        page.log_in(login_link_create(user=local_user()))
        return page

    yield open_one
    problems = [problem for page in opened for problem in page.problems]
    for page in opened:
        page.context.close()
    assert problems == []
