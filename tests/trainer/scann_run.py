"""A run that exports ScaNN's index, and how its answers compare with brute force's.

`python -m tests.trainer.scann_run EXAMPLES ROOT` with ScaNN on the path; prints JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from trainer import environment

environment.prepare_tensorflow()

import tensorflow as tf  # noqa: E402 (after what must be set before)

from tests.trainer.fn_args import FnArgs  # noqa: E402
from trainer import dataset, index, serving, vocabularies, warm_start  # noqa: E402
from trainer.model import two_tower  # noqa: E402
from trainer.module import run_fn  # noqa: E402
from trainer.parameters import parse  # noqa: E402

K, LENGTH = 5, 4
PARAMETERS = {"epochs": 2, "batch_size": 256, "top_k": K, "history_length": LENGTH}


def run(examples: Path, root: Path) -> dict[str, Any]:
    """Trains, exports, and asks for every buyer's best products."""
    run_fn(FnArgs(examples, root, parameters=PARAMETERS))
    document = json.loads((root / "artifacts" / "training_metrics.json").read_text())
    facts = document["run"]["index"]
    known = vocabularies.load(examples)
    buyers = tf.constant(known.buyer_names)
    recommend = tf.saved_model.load(str(root / "model")).signatures["recommend"]
    answer = recommend(buyer_id=buyers)
    unknown = recommend(buyer_id=tf.constant(["nobody"]))["product_ids"]
    model, inputs = _restored(known, examples, root / "model", buyers)
    return {
        "index": facts,
        "unknown": [name.decode() for name in unknown[0].numpy()],
        **_compared(model, inputs, known.product_names, answer, facts),
        "index_of_no_numbers": _kind_of_no_numbers(model),
    }


def _restored(known: Any, examples: Path, folder: Path, buyers: tf.Tensor) -> Any:
    parameters = parse(PARAMETERS)
    model = two_tower.build(known, parameters)
    test = dataset.read([f"{examples}/Split-test/*"], "test", known, LENGTH)
    model.make_variables(test.first())
    warm_start.start(model, known, str(folder))
    return model, serving.Buyers(model, known, parameters).look_up(buyers)


def _compared(
    model: Any, inputs: Any, names: list[str], answer: Any, facts: dict[str, Any]
) -> dict[str, Any]:
    catalogue = model.catalogue()
    scores, places = index.BruteForce(model, catalogue, K).best(inputs)
    best = np.array(names, "S")[places]
    served = answer["product_ids"].numpy()
    # What is among the best only since the buyer had it, and ScaNN cannot find.
    queries = model.query_tower(inputs)
    dense = tf.matmul(queries[:, :-1], catalogue[:, :-1], transpose_b=True)
    within = tf.math.top_k(dense, facts["products_found"]).indices.numpy()
    is_beyond = ~(places.numpy()[..., None] == within[:, None]).any(-1)
    is_served = (best[..., None] == served[:, None]).any(-1)
    return {
        "agreement": float(is_served.mean()),
        "largest_difference": float(np.abs(answer["scores"] - scores).max()),
        "all_distinct": all(len({*row}) == K for row in served.tolist()),
        "only_for_history": int(is_beyond.sum()),
        "only_for_history_served": int((is_beyond & is_served).sum()),
    }


def _kind_of_no_numbers(model: Any) -> str:
    model.candidate_tower.bias.table.assign_add(
        tf.fill(model.candidate_tower.bias.table.shape, np.nan)
    )
    return str(index.make(model, K, LENGTH).facts["kind"])


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]))))
