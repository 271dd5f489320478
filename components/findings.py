"""The report's findings in sentences: a run's diagnosis and its anomalies."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from components.curves import NOT_FINITE
from components.tables import cut, name_html, section, text
from training_metrics.document import Anomaly, Diagnosis

Facts = dict[str, Any]


def diagnosis_section(findings: Iterable[Diagnosis]) -> str:
    """A sentence for each finding, in the order of the document."""
    rows = [f"<tr><td>{_sentence(finding)}</td></tr>" for finding in findings]
    return section("Diagnosis", cut(rows))


def anomalies_section(anomalies: Iterable[Anomaly]) -> str:
    """A row for each series and kind: how often, from which epoch to which."""
    grouped: dict[tuple[str, str], list[int | None]] = {}
    for anomaly in anomalies:
        grouped.setdefault((anomaly.path, anomaly.kind), []).append(anomaly.epoch)
    rows = [
        f"<tr><th>{name_html(path)}</th>"
        f"<td>{escape(NOT_FINITE.get(kind, _words(kind)))} {_when(found)}</td></tr>"
        for (path, kind), found in grouped.items()
    ]
    return section("Anomalies", cut(rows))


def _sentence(finding: Diagnosis) -> str:
    facts = finding.model_dump(mode="json", exclude_none=True)
    said = _SENTENCES.get(finding.kind, _any)(facts)
    return said[:1].upper() + said[1:]


def _best(facts: Facts) -> str:
    return f"best epoch {_of(facts, 'epoch')}: {_name(facts)} is {_of(facts, 'value')}."


def _collapse(facts: Facts) -> str:
    norm = f": its L2 norm fell to {text(facts['value'])}" if "value" in facts else ""
    epoch = _of(facts, "epoch")
    return f"the gradient of {_name(facts)} collapsed in epoch {epoch}{norm}."


def _overfitting(facts: Facts) -> str:
    value = f", where it is {text(facts['value'])}" if "value" in facts else ""
    return (
        f"overfitting: {_name(facts)} stays above its least from epoch "
        f"{_of(facts, 'epoch')} on{value}."
    )


def _not_finite(facts: Facts) -> str:
    what = "the gradient of " if "variable" in facts else ""
    step = f", step {text(facts['step'])}" if "step" in facts else ""
    when = f"epoch {_of(facts, 'epoch')}{step}"
    return f"not finite for the first time in {when}: {what}{_name(facts)}."


def _any(facts: Facts) -> str:
    """What another writer found: its kind as words, then all that it says."""
    rest = [
        f"{escape(_words(name))} {text(value)}"
        for name, value in facts.items()
        if name != "kind"
    ]
    return f"{escape(_words(facts['kind']))}: {', '.join(rest)}."


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "best_epoch": _best,
    "gradient_collapse": _collapse,
    "overfitting_onset": _overfitting,
    "nan_onset": _not_finite,
}


def _name(facts: Facts) -> str:
    """What the finding is about."""
    places = ("series", "tower", "variable")
    return text(next((facts[place] for place in places if place in facts), None))


def _of(facts: Facts, name: str) -> str:
    return text(facts.get(name))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _when(found: list[int | None]) -> str:
    times = "once" if len(found) == 1 else f"{len(found):,} times"
    epochs = [epoch for epoch in found if epoch is not None]
    if not epochs:
        return times
    first, last = min(epochs), max(epochs)
    if first == last:
        return f"{times}, epoch {first}"
    return f"{times}, epochs {first} to {last}"
