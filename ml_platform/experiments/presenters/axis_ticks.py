"""Where ticks stand on an axis that the server draws, and their words."""

import math
from decimal import Decimal

from ml_platform.experiments.presenters import numbers


def round_ticks(low: float, high: float) -> list[float]:
    """Returns about five round values from `low` to `high`, or the only one."""
    if low == high:
        return [low]
    raw = (high - low) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(f * power for f in (1, 2, 5, 10) if f * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Returns decades, with 2 and 5 where there are few; none where that is too few."""
    factors = (1, 2, 5) if high / low < 300 else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [float(f"{factor}e{power}") for power in powers for factor in factors]
    inside = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    step = -(-len(inside) // 8) or 1
    return inside[::step] if len(inside) > 1 else []


def tick_words(ticks: list[float]) -> list[str]:
    """Returns the ticks with one number of decimals, or each as it is typed."""
    if any(0 < abs(tick) < 0.01 or abs(tick) >= 1e6 for tick in ticks):
        return [numbers.param(tick) for tick in ticks]
    decimals = max((-_exponent(tick) for tick in ticks), default=0)
    return [
        f"{tick:,.{max(0, decimals)}f}".replace("-", numbers.MINUS) for tick in ticks
    ]


def _exponent(tick: float) -> int:
    """Returns the power of ten of the last figure that is not 0."""
    exponent = Decimal(repr(tick)).normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
