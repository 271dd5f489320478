"""Joining two attempts' documents: sections, towers, histograms, findings."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training_metrics.bins import MAX_BINS, reduce_rows
from training_metrics.document import TrainingMetrics
from training_metrics.floats import to_texts
from training_metrics.histogram import GridHistogram
from training_metrics.merging import merge
from training_metrics.reading import from_bytes
from training_metrics.rebin import Binned, join
from training_metrics.writing import to_bytes


def document(epochs, **members):
    base = {"available": bool(epochs), "epochs": epochs}
    return TrainingMetrics.model_validate(base | members)


def test_series_of_either_attempt_get_nulls_where_they_have_nothing():
    earlier = document([0, 1, 2], metrics={"a": [1, 2, 3], "gone": [None, None, 3]})
    later = document([2, 3], metrics={"b": [4, 5]})
    merged = merge(earlier, later)
    assert merged.epochs == [0, 1, 2, 3]
    assert merged.metrics == {"a": [1, 2, None, None], "b": [None, None, 4, 5]}


def test_a_merged_document_keeps_the_promises():
    tower = {"mean": [1, 2], "new": [3, None], "note": "kept"}
    histogram = {"bin_edges": [0, 1, 2], "counts": [[1, 2], None]}
    earlier = document([0, 1], weight_stats={"q": tower | {"histogram": histogram}})
    later = document([1, 2], weight_stats={"q": {"mean": [5, 6]}, "c": {"min": [0, 0]}})
    merged = merge(earlier, later)
    TrainingMetrics.model_validate(merged.model_dump(exclude_unset=True))
    query = merged.weight_stats["q"]
    assert query.mean == [1, 5, 6]
    assert query.model_extra == {"new": [3, None, None], "note": "kept"}
    assert query.histogram.counts == [[1, 2], None, None]
    assert merged.weight_stats["c"].min == [None, 0, 0]


def test_anomalies_and_findings_of_replaced_epochs_go():
    earlier = document(
        [0, 1],
        anomalies=[
            {"path": "loss.loss", "epoch": 0, "kind": "nan"},
            {"path": "loss.loss", "epoch": 1, "kind": "nan"},
            {"path": "params.x", "kind": "nan"},
        ],
        diagnosis=[
            {"kind": "best_epoch", "series": "loss.loss", "epoch": 0},
            {"kind": "nan_onset", "series": "loss.loss", "epoch": 1},
            {"kind": "collapse", "tower": "query", "epoch": 0},
        ],
    )
    later = document(
        [1], diagnosis=[{"kind": "best_epoch", "series": "loss.loss", "epoch": 1}]
    )
    merged = merge(earlier, later)
    assert [a.epoch for a in merged.anomalies] == [0, None]
    assert [(d.kind, d.epoch) for d in merged.diagnosis] == [
        ("collapse", 0),
        ("best_epoch", 1),
    ]


def test_an_attempt_that_ended_before_its_first_epoch_replaces_none():
    """Its checkpoint was older than the document that its run had stored."""
    first = {"id": "a", "number": 1, "started_at": "1", "first_epoch": 0}
    second = {"id": "b", "number": 2, "started_at": "2"}
    histogram = {"bin_edges": [0, 1], "counts": [[1], [2], [3], [4]]}
    members = {
        "loss": {"loss": [4, 3, 2, 1]},
        "weight_stats": {"q": {"mean": [1, 2, 3, 4], "histogram": histogram}},
        "anomalies": [{"path": "loss.loss", "epoch": 3, "kind": "nan"}],
        "run": {"attempts": [first | {"ended_by": "signal 9"}]},
    }
    earlier = document([0, 1, 2, 3], status="failed", **members)
    read = {"loss": {"loss": [4, 3]}, "run": {"attempts": [first, second]}}
    later = document([0, 1], status="interrupted", **read)
    merged = merge(earlier, later)
    assert (merged.epochs, merged.status) == ([0, 1, 2, 3], "interrupted")
    assert merged.loss["loss"] == [4, 3, 2, 1]
    query = merged.weight_stats["q"]
    assert query.mean == [None, None, 3, 4]
    assert query.histogram.counts == [None, None, [3], [4]]
    assert [item.epoch for item in merged.anomalies] == [3]
    assert [a.get("ended_by") for a in merged.run["attempts"]] == ["signal 9", None]

    read["run"]["attempts"][1] = second | {"first_epoch": 2}
    replacing = merge(earlier, document([0, 1], **read))
    assert replacing.epochs == [0, 1]


def test_a_newer_minor_version_and_its_keys_stay():
    earlier = document([0], schema_version="1.7", new=1)
    merged = merge(earlier, document([1]))
    assert (merged.schema_version, merged.model_extra) == ("1.7", {"new": 1})


rows = st.lists(
    st.none() | hnp.arrays(np.float32, st.integers(0, 30)), min_size=1, max_size=4
)


def binned(arrays):
    """On edges as they read back from a document's digits."""
    histograms = [None if a is None else GridHistogram.of(a) for a in arrays]
    edges, counts = reduce_rows(histograms, 16)
    return Binned(json.loads("".join(to_texts(edges))), counts)


@given(rows, rows)
def test_joined_histograms_lose_no_count_and_move_none_over_an_edge(one, other):
    sides = [binned(one), binned(other)]
    joined = join(*sides)
    assert 1 <= len(joined.edges) - 1 <= MAX_BINS
    assert (np.diff(joined.edges) > 0).all()
    expected = [row for side in sides for row in side.rows]
    for before, after, array in zip(expected, joined.rows, [*one, *other], strict=True):
        assert (before is None) == (after is None)
        if after is None:
            continue
        assert sum(after) == sum(before)
        finite = array[np.isfinite(array)].astype(np.float64)
        for edge, below in zip(joined.edges[1:-1], np.cumsum(after), strict=False):
            at = finite < edge if edge > 0 else finite <= edge
            assert at.sum() == below


def test_joining_the_same_edges_changes_nothing():
    side = Binned([0.0, 1.0, 2.0], [[1, 2], None])
    assert join(side, side) == Binned(side.edges, side.rows * 2)


def test_foreign_edges_are_joined_only_where_no_bin_is_cut():
    one = Binned([0.0, 1.0, 2.0, 3.0], [[1, 1, 1]])
    other = Binned([0.5, 1.0, 1.5, 2.0], [[4, 0, 5]])
    assert join(one, other) == Binned([0.0, 1.0, 2.0, 3.0], [[1, 1, 1], [4, 5, 0]])


def test_unknown_keys_of_any_name_are_merged():
    """Also such as Python's own code uses for its arguments."""
    hostile = {"_fields_set": 1, "cls": 2, "model_config": 3}
    edges = {"bin_edges": [0, 1], "counts": [[1]]}
    tower = {"q": {"histogram": edges | hostile, "_fields_set": [1], "cls": [2]}}
    earlier = document([0], weight_stats=tower, **hostile)
    later = document([1], weight_stats=tower, anomalies=[{"path": "", "kind": ""}])
    merged = merge(earlier, later)
    assert merged.model_extra == hostile
    query = merged.weight_stats["q"]
    assert query.model_extra == {"_fields_set": [1, 1], "cls": [2, 2]}
    assert query.histogram.model_extra == hostile
    again, findings = from_bytes(to_bytes(merged), "f.json")
    assert findings == [] and to_bytes(again) == to_bytes(merged)
