"""How numbers are written: one rule a quantity, the same on every page.

Absent is `–`, never 0. Minus is the true minus sign. Shares are given in percent.
"""

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

ABSENT = "–"
MINUS = "−"
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def loss(value: float | None) -> str:
    """Returns three decimals."""
    return ABSENT if value is None else _true_minus(f"{value:.3f}")


def percent(value: float | None) -> str:
    """Returns a share as percent with two decimals, without the sign."""
    return ABSENT if value is None else _true_minus(f"{100 * value:.2f}")


def difference(value: float, decimals: int = 3) -> str:
    """Returns a difference, always with its sign."""
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return f"±{text}"
    return f"{'+' if value > 0 else MINUS}{text}"


def points(value: float) -> str:
    """Returns a difference of shares in percentage points."""
    return f"{difference(100 * value, 2)} pp"


def count(value: float | None) -> str:
    """Returns a whole number with comma thousands."""
    return ABSENT if value is None else f"{value:,.0f}"


def significant(value: float | None, digits: int = 4) -> str:
    """Returns at most `digits` significant figures, plain where it is short."""
    if value is None:
        return ABSENT
    if not math.isfinite(value):
        return _not_finite(value)
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e6:
        return _true_minus(f"{value:,.0f}")
    if not 1e-4 <= abs(value) < 1e6:
        return _true_minus(_exponent(f"{value:.{digits - 1}e}"))
    return _true_minus(f"{value:.{digits}g}")


def param(value: Any) -> str:
    """Returns a parameter as it was typed, as far as that can be known."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        return _float_param(value)
    if isinstance(value, list):
        return ", ".join(param(part) for part in value)
    if isinstance(value, dict):
        parts = [f"{name} {param(part)}" for name, part in value.items()]
        return ", ".join(parts) or ABSENT
    return str(value)


def duration(seconds: float | None) -> str:
    """Returns `9 min 32 s`, `1 h 42 min`, the two largest units that matter."""
    if seconds is None:
        return ABSENT
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02d} min"
    if minutes >= 10 or (minutes and not rest):
        return f"{minutes} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def age(span: timedelta) -> str:
    """Returns how long ago something was: `48 s`, `3 min`, `2 h`, `5 days`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    if seconds < 172_800:
        return f"{seconds // 3600} h"
    return f"{seconds // 86_400} days"


def moment(at: datetime | None) -> str:
    """Returns `23 Nov 2026, 09:14 UTC`."""
    if at is None:
        return ABSENT
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def short_moment(at: datetime | None) -> str:
    """Returns `23 Nov 09:14`, for lists."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at:%H:%M}" if at else ABSENT


def size(size_bytes: int | None) -> str:
    """Returns a size in bytes, KiB, MiB or GiB."""
    if size_bytes is None:
        return ABSENT
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024**2:
        return f"{size_bytes / 1024:.0f} KiB"
    if size_bytes < 1024**3:
        return f"{size_bytes / 1024**2:.1f} MiB"
    return f"{size_bytes / 1024**3:.1f} GiB"


def epochs_range(first: int, last: int) -> str:
    """Returns `33–34`, or one epoch alone."""
    return f"{first}–{last}" if last != first else str(first)


def _float_param(value: float) -> str:
    if not math.isfinite(value):
        return _not_finite(value)
    shortest = repr(value)
    if 0 < abs(value) < 0.01:
        mantissa, exponent = f"{Decimal(shortest):e}".split("e")
        digits = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{digits}e{int(exponent)}"
    return shortest


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "+Inf" if value > 0 else f"{MINUS}Inf"


def _exponent(text: str) -> str:
    mantissa, power = text.split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"


def _true_minus(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text
