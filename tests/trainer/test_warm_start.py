"""A run that starts from an earlier run's model, as TFX's `base_model` asks."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainer.fn_args import FnArgs
from trainer.errors import DataError
from trainer.module import run_fn
from trainer.prepare import options
from trainer.prepare.preparation import prepare
from training_metrics import read_document
from training_metrics.storage import document_uri

LATER = {"lines": 4000, "buyers": 100, "products": 170, "shards": 2}
PARAMETERS = {"epochs": 1, "batch_size": 256}


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Examples of other buyers and products, most of them the same."""
    folder = tmp_path_factory.mktemp("later") / "examples"
    prepare("", {}, str(folder), seed=8, options=options.parse(json.dumps(LATER)))
    return folder


def _run(examples: Path, folder: Path, base_model: str | None, **changes: Any) -> Any:
    arguments = FnArgs(examples, folder, parameters={**PARAMETERS, **changes})
    arguments.base_model = base_model
    run_fn(arguments)
    return read_document(document_uri(str(folder / "artifacts"))).document


def test_the_curve_goes_on_from_the_earlier_model(
    trained: Any, examples: Path, tmp_path: Path
) -> None:
    cold = _run(examples, tmp_path / "cold", None)
    warm = _run(examples, tmp_path / "warm", str(trained.model))

    assert warm.loss["loss"][0] < cold.loss["loss"][0]
    assert warm.run["warm_start"]["new_variables"] == []
    assert warm.run["warm_start"]["base_model"] == str(trained.model)
    assert "warm_start" not in cold.run


def test_what_both_know_starts_from_what_was_learnt(
    trained: Any, examples: Path, later: Path, tmp_path: Path
) -> None:
    from trainer import dataset, vocabularies, warm_start
    from trainer.model import two_tower
    from trainer.parameters import parse

    known = vocabularies.load(later)
    model = two_tower.build(known, parse({}))
    train = dataset.read([f"{later}/Split-train/*"], "train", known, 50)
    model.make_variables(train.first())
    before = model.candidate_tower.identity.table.numpy()

    taken = warm_start.start(model, known, str(trained.model))

    after = model.candidate_tower.identity.table.numpy()
    earlier = vocabularies.load(examples).product_names
    with np.load(trained.model / "assets.extra" / "weights.npz") as weights:
        learnt = weights["candidate_tower/candidate_product/embedding:0"]
    shared = 0
    for row, name in enumerate(known.product_names, start=1):
        is_known = name in earlier
        shared += is_known
        expected = learnt[earlier.index(name) + 1] if is_known else before[row]
        assert np.array_equal(after[row], expected)
    assert 0 < shared < len(known.product_names)
    assert taken["known"]["product"] == f"{shared} of {len(known.product_names)}"


def test_a_model_of_another_width_is_refused(
    trained: Any, examples: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"shape \(.*32\), this run's is .*16\)"):
        _run(examples, tmp_path, str(trained.model), embedding_dim=16)


def test_a_folder_without_our_weights_is_refused(
    examples: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="give a base_model that this trainer exported"):
        _run(examples, tmp_path, str(tmp_path))
