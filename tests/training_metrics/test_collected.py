"""Whatever a trainer logs: refused at once, or in a document that nobody objects to."""

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training_metrics.documents import hostile_names
from training_metrics import GridHistogram, MetricsCollector
from training_metrics.errors import BadValue
from training_metrics.journal import document_of, replay
from training_metrics.parsing import clean_text
from training_metrics.reading import from_bytes, read_document
from training_metrics.routing import series_key
from training_metrics.writing import to_bytes

texts = st.text(max_size=4) | st.sampled_from(
    [*hostile_names, "\ud800", "\0", "x" * 300, "y" * 70_000, "_fields_set", "cls"]
)
names = st.sampled_from(["loss", "val_loss", "recall", "weight_norm"]) | texts
tower_names = st.sampled_from(["query", "_fields_set"]) | texts
numbers = st.floats() | st.integers(-(10**310), 10**310)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2)
    ),
    max_leaves=4,
)
steps = st.integers(0, 4) | st.sampled_from([-1, 2**53, 2**53 - 1, 2**70, 1.5, 1e999])
statistics = st.sampled_from(["mean", "std", "histogram", "cls"]) | texts
arrays = st.lists(st.floats(width=32), max_size=3).map(
    lambda array: GridHistogram.of(np.array(array, np.float32))
)
calls = st.lists(
    st.tuples(
        st.just("log_metrics"), st.dictionaries(names, numbers, max_size=3), steps
    )
    | st.tuples(st.just("log_metrics"), st.dictionaries(names, numbers, max_size=2))
    | st.tuples(st.just("log_params"), st.dictionaries(texts, values, max_size=2))
    | st.tuples(st.just("record_run"), st.dictionaries(texts, values, max_size=2))
    | st.tuples(
        st.just("log_diagnosis"),
        st.dictionaries(st.sampled_from(["kind", "epoch", "_fields_set"]), values),
    )
    | st.tuples(
        st.sampled_from(["log_weight_stats", "log_gradient_stats"]),
        tower_names,
        st.dictionaries(statistics, numbers, max_size=2),
        st.none() | arrays,
        st.none() | steps,
    )
    | st.tuples(st.just("end_epoch"), steps),
    max_size=8,
)
errors = st.none() | texts | values.map(lambda value: {"kind": value, "message": value})


@settings(max_examples=max(300, settings.default.max_examples), deadline=None)
@given(calls, errors)
def test_what_is_collected_reads_back_without_a_finding(calls, error):
    """And the journal tells the same."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder, "journal")
        collector = MetricsCollector(folder, journal=journal)
        for name, *arguments in calls:
            try:
                getattr(collector, name)(*arguments)
            except BadValue as refused:
                assert "\n" not in str(refused) or len(str(refused)) < 500
        saved = collector.save("failed", error)
        collector.close()
        data = Path(saved.uri).read_bytes()
        document, findings = from_bytes(data, "f.json")
        assert findings == []
        assert to_bytes(document) == data
        _check_journal(journal, document)


def _check_journal(journal, document):
    state, broken = replay(journal)
    recovered, repaired = document_of(state, "journal")
    assert (broken, repaired) == ([], [])
    recovered.saved_at = document.saved_at
    assert to_bytes(recovered) == to_bytes(document)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(names, numbers), max_size=4), max_size=5))
def test_no_value_is_dropped_or_moved(epochs):
    """Each series has at each epoch the last number that was logged there."""
    with tempfile.TemporaryDirectory() as folder:
        collector = MetricsCollector(folder, journal=Path(folder, "journal"))
        expected = {}
        for epoch, logged in enumerate(epochs):
            for name, value in logged:
                try:
                    collector.log_metric(name, value, epoch)
                except BadValue:
                    continue
                expected[clean_text(name), epoch] = float(value)
        document = read_document(collector.save().uri).document
        collector.close()
    series = dict(document.series())
    for (name, epoch), value in expected.items():
        entry = series[".".join(series_key(name))][document.epochs.index(epoch)]
        assert (entry is not None) == math.isfinite(value)
        assert entry is None or same(entry, value)
    present = sum(entry is not None for values in series.values() for entry in values)
    assert present == sum(map(math.isfinite, expected.values()))


def same(entry, value):
    """The same float32, or the same float64 where float32 cannot hold it."""
    with np.errstate(over="ignore"):
        narrow = np.float32(value)
    if np.isinf(narrow) or (narrow == 0 and value != 0):
        return entry == value
    return np.float32(entry) == narrow
