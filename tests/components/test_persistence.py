"""The document as KFP artifacts: itself, its scalars, its report."""

import hashlib
from pathlib import Path

from components.persistence import persist


def document_path(artifacts_uri: str) -> Path:
    return Path(artifacts_uri) / "training_metrics.json"


def test_the_artifact_is_the_document_byte_for_byte(completed, outputs):
    persist(artifacts_uri=completed, journal_path="", **outputs)
    stored = document_path(completed).read_bytes()
    artifact = outputs["training_metrics"]
    assert Path(artifact.path).read_bytes() == stored
    assert artifact.metadata["sha256"] == hashlib.sha256(stored).hexdigest()
    assert artifact.metadata["epochs"] == 3
    assert artifact.metadata["status"] == "completed"
    assert artifact.metadata["best_epoch"] == '{"loss.loss": 2}'
    facts = {"schema_version", "status", "epochs", "best_epoch", "sha256", "generation"}
    assert set(artifact.metadata) == facts  # and no curve


def test_only_finite_finals_become_scalars(completed, outputs):
    persist(artifacts_uri=completed, journal_path="", **outputs)
    assert outputs["metrics"].metadata == {"test_recall_at_100": 0.27}


def test_a_document_that_the_store_never_got_comes_from_the_journal(
    artifacts_uri, journal, outputs
):
    persist(artifacts_uri=artifacts_uri, journal_path=str(journal), **outputs)
    assert document_path(artifacts_uri).exists()
    assert outputs["training_metrics"].metadata["epochs"] == 2
