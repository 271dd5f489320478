"""Many runs that differ as a team's do: parameters, ends, model types, protocols.

Values follow from the parameters by a made-up rule with seeded noise, so that a
leaderboard has an order and a scatter a shape.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from tests.ml_platform.samples import sample_document

HOSTILE = {
    "<script>alert(1)</script>": "</title><script>alert(2)</script>",
    "__proto__": "constructor",
    "שלום_עולם": "مرحبا",
    "🛒_emoji": "🎉",
    "a" * 250: "b" * 250,
    "quote\"'`": "x' OR 1=1 --",
}
_RATES, _SIZES = (3e-4, 1e-3, 3e-3, 1e-2), (16, 32, 64, 128)
_OPTIMIZERS = ("adagrad", "adam")
_ENDS = {5: "failed", 11: "interrupted", 17: "running", 23: "failed"}


def many_documents(
    count: int = 30, epochs: int = 60, bins: int = 41
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields names and documents; every tenth is a ranking model, every seventh is
    split at random, a few ended before their time."""
    grid = list(product(_SIZES, _RATES, _OPTIMIZERS))
    rng = np.random.default_rng(8)
    for index in range(count):
        size, rate, optimizer = grid[(index * 7) % len(grid)]
        status = _ENDS.get(index, "completed")
        trained = epochs if status == "completed" else max(2, epochs * 2 // 3)
        document = sample_document(
            trained,
            seed=index,
            status=status,
            marks=index % 6 == 0,
            attempts=1,
            histogram_bins=bins,
        )
        away = abs(np.log10(rate) + 2.7) + abs(np.log2(size) - 6) / 4
        worse = 0.12 * away + rng.normal(0, 0.02)
        _shift(document, worse)
        document["params"] |= {
            "learning_rate": rate,
            "embedding_dim": size,
            "optimizer": optimizer,
            "seed": index,
        }
        name = f"two-tower-{size}d-{optimizer}-lr{rate:g}"
        if index % 7 == 3:
            document["run"]["evaluation"]["split"] = "random"
            name += "-random-split"
        if index % 10 == 9:
            _ranking(document, worse)
            name = f"ranking-{size}d-{optimizer}-lr{rate:g}"
        yield name, document


def hostile_document(epochs: int = 5) -> dict[str, Any]:
    """Returns a run whose parameters try to be markup, code and too long a word."""
    document = sample_document(epochs)
    document["params"] |= HOSTILE
    return document


def _shift(document: dict[str, Any], worse: float) -> None:
    losses = document["loss"]
    losses["val_loss"] = [
        None if value is None else round(value + worse, 4)
        for value in losses["val_loss"]
    ]
    for name, value in document["final_metrics"].items():
        if name == "test_loss":
            document["final_metrics"][name] = round(value + worse, 4)
        elif "popularity" not in name:
            document["final_metrics"][name] = round(value * (1 - worse), 5)


def _ranking(document: dict[str, Any], worse: float) -> None:
    for name in [name for name in document["metrics"] if "recall" in name]:
        del document["metrics"][name]
    document["run"]["evaluation"] |= {"candidates": None, "k_counts": None}
    document["final_metrics"] = {
        "test_loss": round(0.6 + worse, 4),
        "test_auc_roc": round(0.81 - worse / 4, 5),
        "test_rmse": round(0.93 + worse / 2, 5),
    }
