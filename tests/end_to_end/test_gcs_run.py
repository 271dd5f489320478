"""The whole pipeline with the run's folder on a GCS that fails now and then."""

import json

import pytest

from tests.support.gcs import BUCKET, serve_gcs
from tests.support.workplace import Workplace


@pytest.fixture
def gcs():
    with serve_gcs() as server:
        yield server


@pytest.fixture
def in_the_cloud(tmp_path, gcs):
    """A home whose runs' folders are in the bucket."""
    workplace = Workplace(
        tmp_path / "home",
        variables={
            "STORAGE_EMULATOR_HOST": gcs.url,
            "TRACKLESS_ARTIFACT_ROOT": f"gs://{BUCKET}",
        },
    )
    yield workplace
    workplace.close()


def test_a_run_whose_document_lives_in_a_bucket(in_the_cloud, gcs):
    gcs.fail("503", times=2, method="POST")
    gcs.fail("reset_before", times=1, method="GET")
    ended = in_the_cloud.run(
        *["run", "--no-serve", "--epochs", "2", "--batch-size", "512"],
        *["--data-option", "lines=6000"],
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    name = "quick_tests/1/training_metrics.json"
    document = json.loads(gcs.stored(name))
    assert document["status"] == "completed"
    assert document["epochs"] == [0, 1]
    assert gcs.faults == []
    url, session = in_the_cloud.serve()
    answer = session.get(f"{url}/api/quick-tests/1/training-history/").json()
    source = answer["training_history"]["source"]
    assert source["uri"] == f"gs://{BUCKET}/{name}"
    assert source["generation"] == gcs.generation(name)
