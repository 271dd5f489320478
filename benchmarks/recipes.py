"""Claim: the default recipe finds twice what popularity finds. Each part's share of it.

Runs in `.venv-trainer`. Trains one model a recipe, each adding one part to the one
before, up to the default; those after it change the default in one part each. All go
through TFX's executor on the same examples; prints recall@k on the whole test split
beside popularity's. Half an hour on Online Retail.

    .venv-trainer/bin/python benchmarks/recipes.py --input online_retail.parquet
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.measuring import Measure, report  # noqa: E402
from trainer import environment  # noqa: E402

environment.prepare_tensorflow()

from trainer.executor import Places, execute  # noqa: E402
from trainer.job import Config  # noqa: E402
from trainer.parameters import K_COUNTS, Parameters  # noqa: E402
from trainer.prepare import options as prepare_options  # noqa: E402
from trainer.prepare.preparation import prepare  # noqa: E402
from training_metrics import read_document  # noqa: E402
from training_metrics.storage import document_uri  # noqa: E402

DEFAULT = list(Parameters().features)
DESCRIBING = [name for name in DEFAULT if name != "repeat"]
IDS_ALONE = {
    "features": [],
    "sampling_correction": False,
    "remove_accidental_hits": False,
    "recency_half_life_days": None,
}
PARTS: list[tuple[str, dict[str, Any]]] = [
    ("ids alone, as TFRS has it", IDS_ALONE),
    ("+ sampling correction", {"sampling_correction": True}),
    ("+ accidental hits removed", {"remove_accidental_hits": True}),
    ("+ features", {"features": DESCRIBING}),
    ("+ recent lines weigh more", {"recency_half_life_days": 60}),
    ("+ repeats: the default", {"features": DEFAULT}),
    ("default + history", {"features": [*DEFAULT, "history"]}),
    ("default + normalised price", {"features": [*DEFAULT, "price"]}),
    ("default, words hashed", {"features": DEFAULT, "hash_bins": {"words": 1024}}),
]
BARS = {"+ repeats: the default": ">= 2"}


def main() -> None:
    """Trains every recipe and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--input", default="", help="transactions; generated if none")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder, "examples")
        prepare(options.input, {}, str(examples), 1, prepare_options.parse("{}"))
        measures = table(examples, Path(folder), options.epochs)
    report(measures, ["tensorflow", "tensorflow-recommenders"], options.json)


def table(examples: Path, folder: Path, epochs: int) -> list[Measure]:
    """Recall of every recipe, and popularity's."""
    parameters: dict[str, Any] = {"epochs": epochs}
    measures = []
    for number, (name, part) in enumerate(PARTS):
        parameters |= part
        final = _final_metrics(examples, folder / str(number), parameters)
        popular = {k: final[f"test_popularity_recall_at_{k}"] for k in K_COUNTS}
        if not number:
            measures += [_recall("popularity", k, popular[k]) for k in K_COUNTS]
        found = {k: final[f"test_recall_at_{k}"] for k in K_COUNTS}
        measures += [_recall(name, k, found[k]) for k in K_COUNTS]
        most = max(K_COUNTS)
        ratio = found[most] / popular[most]
        bar = BARS.get(name)
        measures.append(Measure(f"{name}: popularity @{most}", ratio, "x", bar, 1))
    return measures


def _recall(name: str, k: int, value: float) -> Measure:
    return Measure(f"{name}: recall@{k}", 100 * value, "%", None, 1)


def _final_metrics(
    examples: Path, folder: Path, parameters: dict[str, Any]
) -> dict[str, float]:
    config = Config(artifacts=str(folder / "artifacts"), parameters=parameters)
    execute(Places(examples, folder / "model", folder / "model_run"), config)
    return dict(read_document(document_uri(config.artifacts)).document.final_metrics)


if __name__ == "__main__":
    main()
