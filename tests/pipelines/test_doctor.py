"""`trackless doctor`: real stores and real HTTP, well and unwell."""

import pytest

from pipelines.doctor import examine
from tests.support.gcs import BUCKET, serve_gcs
from tests.support.recorder import recording


def findings(**given):
    asked = {"artifact_root": "", "django_url": "", "secret": "s3cret", **given}
    return {finding.name: finding for finding in examine(**asked)}


def test_a_writable_folder_with_preconditions_is_well(tmp_path):
    found = findings(artifact_root=str(tmp_path))["artifact root"]
    assert found.well
    assert "preconditions hold" in found.said


def test_a_folder_that_cannot_be_written_is_named():
    found = findings(artifact_root="/proc/nowhere")["artifact root"]
    assert not found.well
    assert "/proc/nowhere" in found.said


def test_a_bucket_is_probed_with_the_real_client(monkeypatch):
    with serve_gcs() as gcs:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        found = findings(artifact_root=f"gs://{BUCKET}")["artifact root"]
        assert found.well, found.said
        assert gcs.stored("trackless-doctor-probe")


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


def test_a_django_that_is_away_is_named(tmp_path):
    found = findings(artifact_root=str(tmp_path), django_url="http://127.0.0.1:9")
    assert not found["clock"].well
    assert not found["Django"].well
