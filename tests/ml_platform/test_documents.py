"""Reading a document gives up in time, whatever the store does."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ml_platform.experiments import documents
from ml_platform.experiments.errors import StoreAway

GUNICORN_GIVES_UP_SECONDS = 30


@pytest.fixture
def silent_store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store that takes connections and never answers."""
    from training_metrics.storage import gcs

    settings.TRACKLESS_ARTIFACT_ROOTS = ["gs://bucket/runs"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        gcs._shared_client.cache_clear()
        gcs._shared_client()
        yield
    gcs._shared_client.cache_clear()


def test_a_store_that_never_answers_is_given_up(
    silent_store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "READ_SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(StoreAway, match="the store did not answer; try again"):
        documents.document_read(artifacts_uri="gs://bucket/runs/7")
    assert time.monotonic() - started < 3 * 0.3


def test_the_longest_read_ends_before_a_worker_is_given_up() -> None:
    """The last try may start just in time, and is two requests."""
    assert 3 * documents.READ_SECONDS < GUNICORN_GIVES_UP_SECONDS
