"""A loopback GCS for this room's tests, one server a session, emptied by names."""

import itertools

import pytest
from hypothesis import HealthCheck, settings

from tests.support.gcs import BUCKET, serve_gcs

# How long an example takes says more of the machine than of the code.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("default", **PATIENT)
settings.register_profile("thorough", max_examples=10_000, **PATIENT)
_numbers = itertools.count()


@pytest.fixture(scope="session")
def gcs_server():
    with serve_gcs() as server:
        yield server


@pytest.fixture
def gcs(gcs_server, monkeypatch):
    """The server, without faults; the package's own client talks to it."""
    from training_metrics.storage import gcs as module

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server.url)
    module._shared_client.cache_clear()
    gcs_server.faults.clear()
    gcs_server.requests.clear()
    yield gcs_server
    module._shared_client.cache_clear()


@pytest.fixture
def name():
    """An object name that no other test uses."""
    return f"quick_tests/{next(_numbers)}/training_metrics.json"


@pytest.fixture
def uri(name):
    return f"gs://{BUCKET}/{name}"


@pytest.fixture
def quick(monkeypatch):
    """Retries without their pauses."""
    from training_metrics.storage import retry

    monkeypatch.setattr(retry, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(retry, "_LONGEST_PAUSE_SECONDS", 0.01)
