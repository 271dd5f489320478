"""What every benchmark here needs: timing, the machine, and the printed answer."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

_OPERATORS = {
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
}


class Measure(NamedTuple):
    """One number and its bar, `>= 4` or `<= 40`; no bar where none is set."""

    name: str
    value: float
    unit: str
    bar: str | None
    repeats: int

    @property
    def ok(self) -> bool | None:
        """Whether the bar is met; None without one."""
        if self.bar is None:
            return None
        operator, limit = self.bar.split()
        return bool(_OPERATORS[operator](self.value, float(limit)))


def best_seconds(call: Callable[[], Any], repeats: int) -> float:
    """The shortest of several runs: the one that the machine disturbed least."""
    return min(seconds(call) for _ in range(repeats))


def seconds(call: Callable[[], Any]) -> float:
    """The wall time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def report(measures: list[Measure], packages: list[str], as_json: bool) -> None:
    """Prints machine, versions and measures, for people or as one JSON object."""
    answer = {
        "machine": _machine(),
        "versions": {"python": platform.python_version(), **_versions(packages)},
        "measures": [m._asdict() | {"ok": m.ok} for m in measures],
    }
    if as_json:
        print(json.dumps(answer))
        return
    print(answer["machine"], answer["versions"])
    for m in measures:
        verdict = {True: "met", False: "MISSED", None: ""}[m.ok]
        bar = m.bar or ""
        print(f"{m.name:<58} {m.value:>12.4g} {m.unit:<8} {bar:>10} {verdict}")


def _machine() -> dict[str, Any]:
    load = [round(value, 2) for value in os.getloadavg()]
    return {"system": platform.platform(), "cores": os.cpu_count(), "load": load}


def _versions(packages: list[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
