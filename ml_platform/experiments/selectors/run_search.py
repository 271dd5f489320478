"""The search box's language: words in the name, a number, `parameter:value`."""

from math import isfinite

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from ml_platform.experiments.models import QuickTest

ALIASES = {
    "lr": "learning_rate",
    "emb": "embedding_dim",
    "bs": "batch_size",
    "opt": "optimizer",
}


def runs_matching(runs: QuerySet[QuickTest], search: str) -> QuerySet[QuickTest]:
    """Returns the runs that match every word of `search`."""
    for word in search.split()[:8]:
        name, colon, value = word.partition(":")
        if colon and name and value:
            runs = _with_param(runs, ALIASES.get(name, name), value)
        else:
            runs = runs.filter(_name_or_number(word))
    return runs


def _name_or_number(word: str) -> Q:
    condition = Q(name__icontains=word)
    digits = word.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        condition |= Q(number=int(digits))
    return condition


def _with_param(
    runs: QuerySet[QuickTest], name: str, value: str
) -> QuerySet[QuickTest]:
    # The name goes into a transform, never into a lookup's keyword: `a__gt` is a name.
    try:
        number = float(value)
    except ValueError:
        text = KeyTextTransform(name, "params")
        return runs.alias(found=text).filter(found__iexact=value)
    if connections[runs.db].vendor == "postgresql" and isfinite(number):
        # Containment has an index there; SQLite does not know it.
        return runs.filter(params__contains={name: number})
    return runs.alias(found=KeyTransform(name, "params")).filter(found=number)
