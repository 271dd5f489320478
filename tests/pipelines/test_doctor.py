"""`trackless doctor`: real stores and real HTTP, well and unwell."""

import time
from types import SimpleNamespace

import pytest

from pipelines.doctor import examine
from tests.support.gcs import BUCKET, serve_gcs
from tests.support.recorder import recording
from training_metrics.storage.gcs import _shared_client


def findings(**given):
    asked = {"artifact_root": "", "django_url": "", "secret": "s3cret", **given}
    return {finding.name: finding for finding in examine(**asked)}


def test_a_writable_folder_with_preconditions_is_well(tmp_path):
    found = findings(artifact_root=str(tmp_path))["artifact root"]
    assert found.well
    assert "preconditions hold" in found.said
    assert not (tmp_path / "trackless-doctor-probe").exists()


def test_a_folder_that_cannot_be_written_is_named():
    found = findings(artifact_root="/proc/nowhere")["artifact root"]
    assert not found.well
    assert "/proc/nowhere" in found.said


@pytest.fixture(scope="module")
def bucket():
    """One server for the file: the client library keeps its first one's address."""
    with serve_gcs() as server, pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        _shared_client.cache_clear()
        yield server
    _shared_client.cache_clear()


@pytest.fixture
def gcs(bucket):
    bucket.requests.clear()
    yield bucket
    assert bucket.faults == []


def test_a_bucket_is_probed_with_preconditions_and_left_as_it_was(gcs):
    found = findings(artifact_root=f"gs://{BUCKET}")["artifact root"]
    assert found.well, found.said
    assert gcs.list("") == []
    uploads = [asked for asked in gcs.requests if asked.startswith("POST /upload")]
    deleted = [asked for asked in gcs.requests if asked.startswith("DELETE")]
    assert len(uploads) == 2
    for asked in uploads + deleted:
        assert "ifGenerationMatch=" in asked


def test_a_probe_that_was_left_behind_is_no_obstacle(gcs):
    gcs.store("trackless-doctor-probe", b"left")
    assert findings(artifact_root=f"gs://{BUCKET}")["artifact root"].well
    assert gcs.list("") == []


@pytest.mark.parametrize(
    ("method", "doing"), [("POST", "writing"), ("DELETE", "deleting")]
)
def test_a_right_that_is_missing_is_named(gcs, method, doing):
    gcs.fail("403", method=method)
    found = findings(artifact_root=f"gs://{BUCKET}")["artifact root"]
    assert not found.well
    assert found.said.startswith(f"{doing} a probe failed: gs://{BUCKET}/")
    assert "roles/storage.objectUser" in found.said


def test_a_bucket_that_does_not_exist_is_named(gcs):
    found = findings(artifact_root="gs://no-such-bucket")["artifact root"]
    assert not found.well
    assert "check that the bucket exists" in found.said


@pytest.mark.parametrize(
    ("status", "well", "said"),
    [
        (404, True, "takes our signature"),
        (401, False, "the same TRACKLESS_NOTIFY_SECRET"),
        (503, False, "answered 503"),
    ],
)
def test_django_is_asked_about_a_run_that_cannot_exist(tmp_path, status, well, said):
    body = {"error": {"code": "unknown_run", "message": "no such run"}}
    with recording(lambda request: (status, body)) as django:
        found = findings(artifact_root=str(tmp_path), django_url=django.url)
    assert found["Django"].well is well
    assert said in found["Django"].said


def test_a_clock_that_is_wrong_is_told_with_the_difference(tmp_path, monkeypatch):
    late = time.time() + 3600
    monkeypatch.setattr("pipelines.doctor.time", SimpleNamespace(time=lambda: late))
    with recording(lambda request: (404, {})) as django:
        found = findings(artifact_root=str(tmp_path), django_url=django.url)["clock"]
    assert not found.well
    assert "set both clocks by NTP" in found.said


def test_a_django_that_is_away_is_named(tmp_path):
    found = findings(artifact_root=str(tmp_path), django_url="http://127.0.0.1:9")
    assert not found["clock"].well
    assert not found["Django"].well
