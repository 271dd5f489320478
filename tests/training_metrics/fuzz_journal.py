"""Broken journals without end: `python -m tests.training_metrics.fuzz_journal`.

A real journal's lines are mutated as JSON values and given right checksums, or its
bytes are mutated. Whatever comes out is recovered as a document that its own reader
has nothing against, or refused in one line. Prints its counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

from tests.training_metrics.fuzz import VALIDATOR, mutated_bytes, mutated_values, strict
from training_metrics import GridHistogram, MetricsCollector
from training_metrics.errors import DocumentRefused
from training_metrics.journal import document_of, replay
from training_metrics.reading import from_bytes
from training_metrics.writing import to_bytes


def real_journal(folder: Path) -> bytes:
    """Of two attempts, with everything that a line may hold."""
    path = folder / "real"
    array = np.array([0.5, -2, np.nan], np.float32)
    for first_epoch in (0, 2):
        with MetricsCollector(str(folder), journal=path, run={"a": 1}) as collector:
            collector.log_params({"lr": 0.5, "deep": {"b": [1]}})
            for epoch in range(first_epoch, first_epoch + 3):
                metrics = {"loss": 0.5, "nan": np.nan, "weight_norm": 2}
                collector.log_metrics(metrics, epoch)
                histogram = GridHistogram.of(array)
                collector.log_weight_stats("q", {"mean": 1}, histogram)
                collector.end_epoch(epoch)
            collector.log_diagnosis({"kind": "best_epoch", "epoch": 1})
            collector.log_metrics({"test_loss": 0.5})
    return path.read_bytes()


def check(path: Path) -> str:
    """Holds one journal to the promise and says what became of it."""
    try:
        state, findings = replay(path)
        document, repaired = document_of(state, "journal")
    except DocumentRefused as refused:
        assert "\n" not in str(refused) and refused.remedy
        return "refused"
    text = to_bytes(document)
    VALIDATOR.validate(strict(text))
    again, left = from_bytes(text, "again.json")
    assert (left, to_bytes(again)) == ([], text)
    return "findings" if findings or repaired else "whole"


def mutated(data: bytes, source: random.Random) -> bytes:
    """The journal with one to three lines mutated, each with its right checksum."""
    if source.random() < 0.1:
        return mutated_bytes(data, source)
    lines = data.splitlines()
    for _ in range(source.choice([1, 1, 2, 3])):
        index = source.randrange(len(lines))
        try:
            body = mutated_values(json.loads(lines[index][9:]), source)
        except (ValueError, RecursionError):
            body = mutated_bytes(lines[index][9:], source)
        lines[index] = b"%08x %s" % (zlib.crc32(body), body)
    return b"\n".join(lines) + b"\n"


def fuzz(seed: int, seconds: float, inputs: int) -> Counter[str]:
    """Checks mutated journals until the time or the number is spent."""
    source, seen = random.Random(seed), Counter[str]()
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        real, path = real_journal(Path(folder)), Path(folder, "journal")
        while seen.total() < inputs and time.monotonic() < deadline:
            path.write_bytes(mutated(real, source))
            try:
                seen[check(path)] += 1
            except BaseException:
                print(f"seed {seed}, input {seen.total()}: {path.read_bytes()!r}")
                raise
    return seen


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--inputs", type=int, default=10**6)
    options = parser.parse_args()
    seen = fuzz(options.seed, options.seconds, options.inputs)
    print(f"{seen.total()} journals: {dict(seen)}")


if __name__ == "__main__":
    main()
