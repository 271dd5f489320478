"""The whole pipeline with the run's folder on a GCS that fails now and then."""

import json

from tests.support.gcs import BUCKET, serve_gcs
from tests.support.workplace import Workplace


def test_a_run_whose_document_lives_in_a_bucket(tmp_path):
    with serve_gcs() as gcs:
        gcs.fail("503", times=2, method="POST")
        gcs.fail("reset_before", times=1, method="GET")
        workplace = Workplace(
            tmp_path / "home",
            variables={
                "STORAGE_EMULATOR_HOST": gcs.url,
                "TRACKLESS_ARTIFACT_ROOT": f"gs://{BUCKET}",
            },
        )
        ended = workplace.run(
            *["run", "--no-serve", "--epochs", "2", "--batch-size", "512"],
            *["--data-option", "lines=6000"],
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        document = json.loads(gcs.stored("quick_tests/1/training_metrics.json"))
        assert document["status"] == "completed"
        assert document["epochs"] == [0, 1]
        assert gcs.faults == []
        url, session = workplace.serve()
        answer = session.get(f"{url}/api/quick-tests/1/training-history/").json()
        source = answer["training_history"]["source"]
        assert source["uri"] == f"gs://{BUCKET}/quick_tests/1/training_metrics.json"
        assert source["generation"] == gcs.generation(
            "quick_tests/1/training_metrics.json"
        )
        workplace.close()
