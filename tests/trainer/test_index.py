"""Which index a SavedModel has, and that ScaNN's answers are those of brute force."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from trainer import vocabularies

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def scann_run(
    examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path]:
    """What `scann_run.py` found, and the model that it exported."""
    if not tf.__version__.startswith("2.16."):
        pytest.skip("requirements/scann.lock is for TensorFlow 2.16")
    install = [sys.executable, ROOT / "requirements" / "install.py", "scann"]
    subprocess.run(install, check=True)
    (packages,) = (ROOT / ".tools" / "scann" / "lib").glob("*/site-packages")
    folder = tmp_path_factory.mktemp("scann")
    done = subprocess.run(
        [sys.executable, "-m", "tests.trainer.scann_run", examples, folder],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "train: exporting; served by scann" in done.stdout
    return json.loads(done.stdout.splitlines()[-1]), folder / "model"


def test_without_scann_every_product_is_scored(trained: Any) -> None:
    assert trained.document["run"]["index"] == {"kind": "brute force"}


def test_scann_is_used_where_it_is_installed(scann_run: Any) -> None:
    found, _ = scann_run

    # Twice the five of an answer and the four of a history.
    assert found["index"] == {"kind": "scann", "version": "1.3.2", "products_found": 18}


def test_its_answers_are_those_of_all_products_scores(scann_run: Any) -> None:
    found, _ = scann_run

    assert found["agreement"] > 0.99
    assert found["all_distinct"]
    assert found["largest_difference"] < 0.05


def test_what_was_bought_competes_even_if_scann_does_not_find_it(
    scann_run: Any,
) -> None:
    found, _ = scann_run

    assert found["only_for_history"] > 10
    assert found["only_for_history_served"] == found["only_for_history"]


def test_an_unknown_buyer_gets_what_is_popular(scann_run: Any, examples: Path) -> None:
    found, _ = scann_run

    assert found["unknown"] == vocabularies.load(examples).product_names[:5]


def test_a_model_of_no_numbers_is_not_indexed(scann_run: Any) -> None:
    found, _ = scann_run

    assert found["index_of_no_numbers"] == "brute force"


def test_the_model_is_served_only_where_its_ops_are(scann_run: Any) -> None:
    _, model = scann_run

    with pytest.raises(RuntimeError, match="Op type not registered 'Scann>"):
        tf.saved_model.load(str(model))
