"""Which tower a variable belongs to: a rule on its name, the user's or ours."""

import re
from collections.abc import Callable, Iterable
from typing import Any

UNASSIGNED = "unassigned"

TowerRule = Callable[[str], str | None]
"""From a variable's name to its tower, or None if it has none."""

_WORDS = {
    "query": "query",
    "buyer": "query",
    "user": "query",
    "candidate": "candidate",
    "product": "candidate",
    "item": "candidate",
    "rating": "rating_head",
}
_PATTERN = re.compile("|".join(_WORDS))


def by_name(name: str) -> str | None:
    """The tower that a name speaks of first.

    >>> by_name("query_tower/product_history/embedding:0")
    'query'
    """
    found = _PATTERN.search(name.lower())
    return _WORDS[found.group()] if found else None


def assign(variables: Iterable[Any], rule: TowerRule) -> dict[str, list[int]]:
    """Positions of the variables of each tower, `UNASSIGNED` for those of none."""
    towers: dict[str, list[int]] = {}
    for position, variable in enumerate(variables):
        tower = rule(variable_name(variable)) or UNASSIGNED
        towers.setdefault(tower, []).append(position)
    return towers


def names(variables: Iterable[Any], rule: TowerRule) -> dict[str, list[str]]:
    """Names of the variables of each tower; `UNASSIGNED` is there even if empty."""
    variables = list(variables)
    found = {
        tower: [variable_name(variables[position]) for position in positions]
        for tower, positions in assign(variables, rule).items()
    }
    return {**found, UNASSIGNED: found.get(UNASSIGNED, [])}


def variable_name(variable: Any) -> str:
    """The full name: `path` in Keras 3, `name` in tf_keras."""
    return str(getattr(variable, "path", None) or variable.name)
