"""Hypothesis strategies for documents, as a writer of this version makes them."""

from hypothesis import strategies as st

numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
hostile_names = ["", " ", "__proto__", "a.b", "é", "\u2028", "</script>", "\n", "loss"]
clean_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3
)
names = st.sampled_from(hostile_names) | clean_text
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | numbers | names
free = (
    scalars
    | st.lists(scalars, max_size=2)
    | st.dictionaries(names, scalars, max_size=1)
)


@st.composite
def documents(draw):
    """A raw document that keeps every promise."""
    epochs = sorted(draw(st.sets(st.integers(-3, 2**53 - 1), max_size=4)))
    series = st.lists(st.none() | numbers, min_size=len(epochs), max_size=len(epochs))
    section = st.dictionaries(names, series, max_size=2)
    towers = st.dictionaries(names, _towers(series, len(epochs)), max_size=2)
    optional = {
        "loss": section,
        "gradient": section,
        "metrics": section,
        "weight_stats": towers,
        "gradient_stats": towers,
        "final_metrics": st.dictionaries(names, st.none() | st.floats(
            allow_nan=False, allow_infinity=False), max_size=3),
        "params": st.dictionaries(names, free, max_size=3),
        "run": st.dictionaries(names, free, max_size=3),
        "status": st.sampled_from(["running", "completed", "failed", "interrupted"]),
        "saved_at": st.just("2026-11-24T20:31:07Z"),
        "error": st.fixed_dictionaries({"message": names}),
        "anomalies": st.lists(st.fixed_dictionaries(
            {"path": names, "kind": names}, optional={"epoch": st.sampled_from(
                epochs or [0]), "count": st.integers(0, 2**63 - 1)}), max_size=3),
        "diagnosis": st.lists(st.fixed_dictionaries(
            {"kind": names}, optional={"epoch": st.integers(), "value": numbers}),
            max_size=2),
        "unknown": free,
    }  # fmt: skip
    document = draw(st.fixed_dictionaries({}, optional=optional))
    head = {"schema_version": "1.0", "available": bool(epochs), "epochs": epochs}
    return head | document


@st.composite
def _towers(draw, series, epoch_count):
    keys = st.sampled_from(["mean", "std", "norm", "unknown"])
    tower = draw(st.dictionaries(keys, series, max_size=3))
    if draw(st.booleans()):
        edges = sorted(
            draw(st.sets(numbers.map(lambda x: x + 0.0), min_size=2, max_size=6))
        )
        row = st.lists(st.integers(0, 2**63 - 1), min_size=len(edges) - 1,
                       max_size=len(edges) - 1)  # fmt: skip
        rows = st.lists(st.none() | row, min_size=epoch_count, max_size=epoch_count)
        tower["histogram"] = {"bin_edges": edges, "counts": draw(rows)}
    return tower
