"""Documents that fuzzing starts from: new and old ones, whole and broken, small all.

`PLAIN` holds texts that Python's `json` reads; `ENVELOPES` are the other ways in which
the same text may lie in a file.
"""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).with_name("example.json").read_bytes()
"""A run as this version writes it, ended by a signal, with histograms."""

_RESUMED: dict[str, Any] = {
    "schema_version": "1.7",
    "saved_at": "2026-11-24T20:31:07.123456Z",
    "available": True,
    "status": "completed",
    "epochs": [-3, 0, 7, 2**53 - 1],
    "loss": {"val_total_loss": [0, 0.5, 1e-45, 3.4028234e38], "rmse": [None] * 4},
    "gradient": {"total": [1, 2, 3, 4], "rating.head": [1, 2, 3, 4]},
    "weight_stats": {"item 2": {"mean": [1, None, 3, 4], "median": [1, 2, 3, 4]}},
    "gradient_stats": {
        "é": {
            "norm": [0, 0, 0, 1e300],
            "histogram": {
                "bin_edges": [-1e308, 0, 5e-324, 1e308],
                "counts": [None, [0, 2**63 - 1, 0], [0, 0, 0], [1, 2, 3]],
                "unit": "elements",
            },
        },
        "none": {},
    },
    "final_metrics": {"test_loss": 0.1, "test_auc_roc": None},
    "params": {"towers": {"query": [64, 32]}, "none": None, "text": "x" * 300},
    "run": {
        "attempts": [
            {"id": "a", "number": 1, "started_at": "2026-11-24T20:18:40Z"},
            {"id": "b", "number": 2, "started_at": "2026-11-24T21:18:40Z"},
        ]
    },
    "anomalies": [
        {"path": "weight_stats.item 2.mean", "epoch": 0, "kind": "+inf", "count": 3},
        {"path": "final_metrics.test_auc_roc", "kind": "nan", "values": [1, "x"]},
    ],
    "diagnosis": [{"kind": "overfitting_onset", "epoch": 7, "value": 0.5}],
    "of a later version": {"deep": [[1, {"er": None}]]},
}
_FAILED: dict[str, Any] = {
    "schema_version": "1.0",
    "available": False,
    "status": "failed",
    "error": {"kind": "MemoryError", "message": "out of memory", "exit_code": 137},
    "epochs": [],
    "params": {"epochs": 10},
    "run": {"attempts": []},
}
# The platform's file before 1.0: bare tokens, a metric logged once, fixed bins.
_OLD = b"""{"saved_at": "2025-03-01T12:00:00", "available": true, "epochs": [0, 1, 2],
"loss": {"loss": [NaN, Infinity, -Infinity], "val_loss": [1e999, -0.0, 0.5],
"auc_roc": [0.5]}, "gradient": {"total": [1.0, 2.0, 3.0]},
"weight_stats": {"query": {"mean": [0, 0, 0], "std": [1, 1, 1], "min": [-0.5, -3, 0],
"max": [0.5, 0.5, NaN], "histogram": {"bin_edges": [-1, 0, 1],
"counts": [[2, 2], [2.0, 2], [1]]}}, "candidate": {"mean": [0.1],
"histogram": {"bin_edges": [0, 0, 1], "counts": [[1, 1], [1, 1], [1, 1]]}}},
"gradient_stats": {}, "final_metrics": {"test_loss": NaN, "test_recall_at_5": "0.1"},
"params": {"lr": Infinity}}"""
# Everything needs a repair: no order, numbers as text, nulls, hostile names.
_CROOKED = rb"""{"schema_version": 1.0, "available": "yes", "error": "killed",
"epochs": ["3", 1.0, 1, -2], "loss": {"loss": ["0.5", true, " 1e3 ", "nan"],
"__proto__": [1, 2, 3, 4], "constructor": [4, 3, 2, 1]}, "gradient": null,
"weight_stats": {"\ud800": null, "a.b": {"norm": ["x", {}, [], 1]}},
"metrics": {"</script>": 0.5, "once": 7, "short": [1, 2], "\u0000": [1, 2, 3, 4]},
"final_metrics": {"big": 1E400, "text": "Infinity", "list": null},
"params": {"a": 1, "a": 1, "\u2028": "\ud83d"}, "anomalies": null,
"saved_at": "yesterday"}"""
_OLD_FAILED = b'{"available": true, "epochs": [], "loss": {}, "params": {}}'
_LONG = {
    "schema_version": "1.0",
    "available": True,
    "epochs": list(range(40)),
    "metrics": {f"recall_{i}": [epoch / 7 for epoch in range(40)] for i in range(4)},
}

PLAIN: tuple[bytes, ...] = (
    EXAMPLE,
    json.dumps(_RESUMED).encode(),
    json.dumps(_FAILED, indent=1).encode(),
    _OLD,
    _CROOKED,
    _OLD_FAILED,
    json.dumps(_LONG).encode(),
    b"{}",
)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


ENVELOPES: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: codecs.BOM_UTF8 + data,
    lambda data: gzip.compress(data, 1),
    lambda data: gzip.compress(data[:300], 1) + gzip.compress(data[300:], 1),
    lambda data: gzip.compress(codecs.BOM_UTF8 + data, 1) + bytes(8),
    lambda data: _text(data).encode("utf-16", "surrogatepass"),
    lambda data: _text(data).encode("utf-16-be", "surrogatepass"),
    lambda data: _text(data).encode("utf-32", "surrogatepass"),
    lambda data: data + b"\n" + data,
)
