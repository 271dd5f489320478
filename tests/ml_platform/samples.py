"""Documents to test with: a plausible run of any length, and ways to spoil it."""

import json
from pathlib import Path
from typing import Any

import numpy as np


def sample_document(
    epochs: int = 60,
    *,
    first_epoch: int = 1,
    seed: int = 1,
    status: str = "completed",
    marks: bool = True,
    attempts: int = 2,
    histogram_bins: int = 41,
) -> dict[str, Any]:
    """Returns a two-tower run whose validation turns up again near the end."""
    rng = np.random.default_rng(seed)
    at = np.arange(epochs) / 59
    train = 5.0 + 3.0 * np.exp(-3.2 * at) + rng.normal(0, 0.012, epochs)
    val = 6.1 + 1.75 * np.exp(-5 * at) + 0.5 * np.clip(at - 0.62, 0, None)
    val = val + rng.normal(0, 0.012, epochs)
    regularisation = 0.06 + 0.3 * (1 - np.exp(-2.6 * at))
    numbers = [first_epoch + i for i in range(epochs)]
    document: dict[str, Any] = {
        "schema_version": "1.0",
        "saved_at": "2026-11-23T10:56:00Z",
        "available": epochs > 0,
        "status": status,
        "epochs": numbers,
        "loss": {
            "loss": _rounded(train),
            "val_loss": _rounded(val),
            "total_loss": _rounded(train + regularisation),
            "regularization_loss": _rounded(regularisation),
        },
        "gradient": _norms(at),
        "weight_stats": {
            tower: _stats(rng, at, 0.03, 0.08, histogram_bins, tower)
            for tower in ("query", "candidate")
        },
        "gradient_stats": {
            tower: _stats(rng, at, 0.006, 0.0025, histogram_bins, tower, norm=True)
            for tower in ("query", "candidate")
        },
        "metrics": _metrics(rng, at),
        "final_metrics": _finals() if status == "completed" else {},
        "params": {
            "learning_rate": 0.001,
            "batch_size": 4096,
            "l2": 1e-5,
            "seed": 1,
            "optimizer": "adagrad",
            "embedding_dim": 64,
            "temperature": 1.0,
            "epochs": 60,
            "remove_accidental_hits": True,
            "towers": [64, 32],
        },
        "run": _run(numbers, attempts),
        "anomalies": [],
        "diagnosis": [],
    }
    if marks and epochs >= 60:
        _mark(document)
    return document


def write_document(folder: Path, document: dict[str, Any]) -> str:
    """Writes the document into the run's folder and returns its SHA-256."""
    import hashlib

    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(document).encode()
    (folder / "training_metrics.json").write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def _mark(document: dict[str, Any]) -> None:
    """Puts in a NaN, two infinities, a gap and an onset of overfitting."""
    loss = document["loss"]
    loss["val_loss"][11] = None
    for name in ("loss", "total_loss"):
        loss[name][12] = None
    document["gradient_stats"]["query"]["norm"][12] = None
    loss["val_loss"][32] = loss["val_loss"][33] = None
    first = document["epochs"][0]
    document["anomalies"] = [
        {"path": "loss.val_loss", "epoch": first + 11, "kind": "nan"},
        {"path": "loss.loss", "epoch": first + 12, "kind": "+inf"},
        {"path": "loss.total_loss", "epoch": first + 12, "kind": "+inf"},
        {"path": "gradient_stats.query.norm", "epoch": first + 12, "kind": "+inf"},
    ]
    document["diagnosis"] = [
        {"kind": "overfitting_onset", "series": "loss.val_loss", "epoch": first + 45},
    ]


def _norms(at: np.ndarray) -> dict[str, list[float]]:
    query = 40 + 60 * (1 - np.exp(-2.6 * at))
    candidate = 60 + 83 * (1 - np.exp(-2.6 * at))
    return {
        "total": _rounded(np.hypot(query, candidate), 2),
        "query": _rounded(query, 2),
        "candidate": _rounded(candidate, 2),
    }


def _stats(
    rng: np.random.Generator,
    at: np.ndarray,
    start: float,
    grow: float,
    bins: int,
    tower: str,
    norm: bool = False,
) -> dict[str, Any]:
    std = start + grow * (1 - np.exp(-2 * at)) if not norm else start * np.exp(-2 * at)
    elements = 255_296 if tower == "query" else 230_976
    reach = 6.2 * std.max(initial=0.001)
    edges = np.linspace(-reach, reach, bins + 1)
    counts = [_counts(edges, one, elements) for one in std]
    stats: dict[str, Any] = {
        "mean": _rounded(rng.normal(0, 0.02, len(at)) * std, 6),
        "std": _rounded(std, 6),
        "min": _rounded(-4.6 * std * (1 + rng.normal(0, 0.03, len(at))), 6),
        "max": _rounded(4.6 * std * (1 + rng.normal(0, 0.03, len(at))), 6),
        "histogram": {"bin_edges": _rounded(edges, 6), "counts": counts},
    }
    if norm:
        scale = 1.4 if tower == "query" else 2.1
        noise = np.exp(rng.normal(0, 0.04 + 0.12 * at))
        stats["norm"] = _rounded(scale * np.exp(-2.4 * at) * noise, 5)
    return stats


def _counts(edges: np.ndarray, std: float, elements: int) -> list[int]:
    middle = (edges[1:] + edges[:-1]) / 2
    density = np.exp(-0.5 * (middle / std) ** 2)
    counts = np.floor(elements * density / density.sum()).astype(int)
    counts[len(counts) // 2] += elements - counts.sum()
    return [int(count) for count in counts]


def _metrics(rng: np.random.Generator, at: np.ndarray) -> dict[str, list[float]]:
    rise = 1 - np.exp(-7 * at)
    series = {
        f"val_recall_at_{k}": top * (0.25 + 0.75 * rise)
        for k, top in ((5, 0.0392), (10, 0.0676), (50, 0.192), (100, 0.272))
    }
    series = {
        name: values + rng.normal(0, values.max(initial=0) * 0.004, len(at))
        for name, values in series.items()
    }
    series["learning_rate"] = np.where(at < 0.3, 0.001, 0.001 * np.exp(-(at - 0.3)))
    series["epoch_seconds"] = 99 + rng.gamma(2, 1.6, len(at))
    series["examples_per_second"] = 3200 + rng.normal(0, 60, len(at))
    series["query_clipped_share"] = 0.54 * np.exp(-8 * at)
    series["candidate_clipped_share"] = 0.65 * np.exp(-8 * at)
    series["logit_mean"] = -2.3 + 2 * np.exp(-6 * at)
    series["logit_std"] = 2.97 - 2.4 * np.exp(-4 * at)
    series["host_memory_gib"] = 10 - 0.8 * np.exp(-9 * at)
    series["padding_share"] = 0.02 + 0.002 * rng.random(len(at))
    return {name: _rounded(values, 5) for name, values in series.items()}


def _finals() -> dict[str, float]:
    return {
        "test_loss": 6.201,
        "test_recall_at_5": 0.0386,
        "test_popularity_recall_at_5": 0.0126,
        "test_recall_at_10": 0.067,
        "test_popularity_recall_at_10": 0.0215,
        "test_recall_at_50": 0.1901,
        "test_popularity_recall_at_50": 0.0884,
        "test_recall_at_100": 0.2709,
        "test_popularity_recall_at_100": 0.1546,
    }


def _run(numbers: list[int], attempts: int) -> dict[str, Any]:
    told: list[dict[str, Any]] = [
        {
            "number": 1,
            "first_epoch": numbers[0] if numbers else 0,
            "started_at": "2026-11-23T09:14:00Z",
            "ended_at": "2026-11-23T10:00:00Z",
            "ended_by": "completed" if attempts == 1 else "preempted",
        }
    ]
    if attempts == 2 and len(numbers) > 26:
        told.append(
            {
                "number": 2,
                "first_epoch": numbers[26],
                "ended_by": "completed",
                "started_at": "2026-11-23T10:00:00Z",
                "ended_at": "2026-11-23T10:56:00Z",
            }
        )
    return {
        "attempts": told,
        "versions": {"trackless": "0.1.0", "tensorflow": "2.16.2", "tfx": "1.16.0"},
        "evaluation": {
            "split": "time",
            "train_until": "2011-10-13T11:04:00Z",
            "candidates": 3609,
            "examples": 39634,
            "k_counts": "one purchased product among the top k",
        },
        "data": {
            "source": "data/online_retail.parquet",
            "train_examples": 317_069,
            "eval_examples": 39_634,
            "test_examples": 39_634,
        },
    }


def _rounded(values: np.ndarray, digits: int = 4) -> list[float]:
    return [round(float(value), digits) for value in values]
