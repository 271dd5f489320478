"""Makes lines of any source uniform and drops what is no purchase, with a count.

Works on whole Arrow tables; `n` is the number of lines of a table.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trainer.prepare.columns import NUMBER_ROLES, POSITIVE_ROLES, TEXT_ROLES, Layout

REASONS = (
    "cancellation",
    "missing_buyer",
    "missing_product",
    "not_goods",
    "non_positive_quantity",
    "non_positive_price",
    "missing_rating",
    "unreadable_time",
)
"""Why a line is dropped; one that fits several is counted under the first."""


def clean(table: pa.Table, layout: Layout) -> tuple[pa.Table, dict[str, int]]:
    """Uniform lines of a source's table.

    Args:
      table: [n] lines with the source's own columns.
      layout: Their roles.

    Returns:
      The kept lines with the columns `buyer`, `product` (text), `at` (int64,
      seconds since 1970 UTC) and those of the optional roles that the layout
      has; and how many lines were dropped for which reason.
    """
    lines = _uniform(table, layout)
    dropped = {}
    kept = np.ones(len(table), bool)
    for reason, is_bad in _checks(lines, layout):
        bad = kept & is_bad
        dropped[reason] = int(bad.sum())
        kept &= ~bad
    names = [name for name in lines if name != "invoice"]
    return pa.table({name: lines[name] for name in names}).filter(kept), dropped


def _uniform(table: pa.Table, layout: Layout) -> dict[str, pa.Array]:
    converters: dict[str, Callable[[pa.Array], pa.Array]] = {
        "buyer": _identifier,
        "product": lambda values: pc.utf8_upper(_identifier(values)),
        "invoice": _identifier,
        "time": lambda values: _seconds(values, layout.time_format),
        **dict.fromkeys(NUMBER_ROLES, _number),
        **dict.fromkeys(TEXT_ROLES, _text),
    }
    return {
        "at" if role == "time" else role: converters[role](
            table.column(column).combine_chunks()
        )
        for role, column in layout.columns.items()
    }


def _checks(lines: dict[str, pa.Array], layout: Layout) -> list[tuple[str, np.ndarray]]:
    checks = []
    if layout.cancellation_prefix and "invoice" in lines:
        cancelled = pc.starts_with(lines["invoice"], layout.cancellation_prefix)
        checks.append(("cancellation", _true(cancelled)))
    checks.append(("missing_buyer", _true(pc.equal(lines["buyer"], ""))))
    checks.append(("missing_product", _true(pc.equal(lines["product"], ""))))
    if layout.goods_pattern:
        goods = pc.match_substring_regex(lines["product"], layout.goods_pattern)
        checks.append(("not_goods", ~_true(goods)))
    for role in POSITIVE_ROLES:
        if role in lines:
            positive = _true(pc.greater(lines[role], 0.0))
            checks.append((f"non_positive_{role}", ~positive))
    if "rating" in lines:
        checks.append(("missing_rating", ~_true(pc.is_finite(lines["rating"]))))
    checks.append(("unreadable_time", _true(pc.is_null(lines["at"]))))
    return checks


def _true(mask: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(mask, False))


def _identifier(values: pa.Array) -> pa.Array:
    """Text of an id; 17850.0, as a float column or its CSV prints it, is 17850."""
    if pa.types.is_floating(values.type):
        values = values.cast(pa.int64(), safe=False)
    return pc.replace_substring_regex(_text(values), r"\.0$", "")


def _text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_decimal(values.type):
        values = _digits(values)
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.fill_null(text, "")


def _digits(values: pa.Array) -> pa.Array:
    """Decimals as text without trailing zeros; older Arrows have no cast for it.

    Only the distinct ones are converted one by one: of ids there are few.
    """
    distinct = pc.unique(values)
    texts = [None if value is None else f"{value:f}" for value in distinct.to_pylist()]
    shortened = pc.replace_substring_regex(
        pa.array(texts, pa.string()), r"(\.\d*[1-9])0+$|\.0+$", r"\1"
    )
    return shortened.take(pc.index_in(values, distinct))


def _number(values: pa.Array) -> pa.Array:
    """Float64; text that is no number becomes null, so is dropped with a count."""
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        text = pc.utf8_trim_whitespace(values.cast(pa.string()))
        number = pc.match_substring_regex(
            text, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
        )
        values = pc.if_else(number, text, pa.scalar(None, pa.string()))
    return values.cast(pa.float64())


def _seconds(values: pa.Array, time_format: str) -> pa.Array:
    """Int64 seconds since 1970 of timestamps, dates, integers or text."""
    if time_format:
        text = pc.replace_substring_regex(
            values.cast(pa.string()), r"(\.\d+)?(Z|\+00:?00)?$", ""
        )
        values = pc.strptime(text, time_format, "s", error_is_null=True)
    if pa.types.is_date(values.type):
        values = values.cast(pa.timestamp("s"))
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s"), safe=False)
    return values.cast(pa.int64())
