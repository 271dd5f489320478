"""The first half of the proof: source against archive, bit by bit. Reads only.

A difference names its run, and its key and step where it has them.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from ml_platform.mlflow_exit.archive import run_held
from ml_platform.mlflow_exit.comparing import run_compare
from ml_platform.mlflow_exit.errors import (
    ArchiveUnreadable,
    NothingArchived,
    RunUnreadable,
)
from ml_platform.mlflow_exit.models import ArchivedExperiment, ArchivedRun
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.sources.source import Source
from ml_platform.mlflow_exit.texts import text_read
from ml_platform.mlflow_exit.verdict import Line, Verdict, unreadable_line


def source_verify(
    source: Source, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Compares everything the source holds with the archive.

    A row of the source that cannot be read is a finding, not an end.

    Raises:
        NothingArchived: There is nothing to compare with.
        SourceAway: The source stopped answering.
    """
    if not ArchivedRun.objects.exists():
        raise NothingArchived("verify")
    verdict = Verdict()
    _compare_experiments(verdict, source)
    there = source.run_ids()
    _tell_gone(verdict, source.label, set(there))
    for index, run_id in enumerate(there, start=1):
        record = ArchivedRun.objects.filter(run_id=run_id).first()
        if record is None:
            verdict.missing_here.append({"what": "run", "run_id": run_id})
        else:
            _compare_readable(verdict, source, record)
        if progress:
            progress(index, len(there))
    return verdict


def _compare_readable(verdict: Verdict, source: Source, record: ArchivedRun) -> None:
    try:
        here, there = run_held(record), source.run(record.run_id)
    except RunUnreadable as error:
        line = {"what": "point", "run_id": error.run_id, "key": error.key}
        line |= {"step": error.step, "there": error.received}
        verdict.unreadable.append(line)
    except ArchiveUnreadable as error:
        verdict.unreadable.append(unreadable_line(error))
    else:
        _compare_run(verdict, here, there, record.digest)


def _tell_gone(verdict: Verdict, label: str, there: set[str]) -> None:
    """Names archived runs that this source had and has no more."""
    own = ArchivedRun.objects.filter(source=label)
    runs = own if own.exists() else ArchivedRun.objects.all()
    for run_id in runs.order_by("run_id").values_list("run_id", flat=True):
        if run_id not in there:
            verdict.missing_there.append({"what": "run", "run_id": run_id})


def _compare_experiments(verdict: Verdict, source: Source) -> None:
    archived = {one.experiment_id: one for one in _archived_experiments(source.label)}
    for held in source.experiments():
        one = archived.pop(held.experiment_id, None)
        name: Line = {"what": "experiment", "experiment_id": held.experiment_id}
        if one is None:
            verdict.missing_here.append(name)
        elif _experiment(one) != (dict(held.columns), held.tags):
            here = _experiment(one)
            theirs = (dict(held.columns), held.tags)
            line = name | {"here": repr(here), "there": repr(theirs)}
            verdict.differ.append(line)
        else:
            verdict.match += 1
        verdict.tell("experiment", held.experiment_id, held.columns, held.tags)
    verdict.missing_there += [
        {"what": "experiment", "experiment_id": one} for one in sorted(archived)
    ]


def _archived_experiments(label: str) -> QuerySet[ArchivedExperiment]:
    """Those of this source, or of the only one: a backup is compared with its own."""
    own = ArchivedExperiment.objects.filter(source=label)
    sources = ArchivedExperiment.objects.values("source").distinct()
    is_only = not own.exists() and sources.count() == 1
    return ArchivedExperiment.objects.all() if is_only else own


def _compare_run(
    verdict: Verdict, here: HeldRun, there: HeldRun, recorded: str
) -> None:
    """Compares the two, and what the archive holds with its own record of it."""
    before = verdict.findings
    run_compare(verdict, here, there)
    digest = here.digest()
    if recorded != digest:
        line = {"what": "digest", "run_id": there.run_id, "here": recorded}
        verdict.differ.append(line | {"there": digest})
    verdict.match += verdict.findings == before
    verdict.runs += 1
    verdict.tell("run", there.run_id, there.digest(), digest)


def _experiment(one: ArchivedExperiment) -> tuple[dict[str, Any], list[Any]]:
    tags = [(_read(key), _read(value)) for key, value in one.tags]
    return {name: _read(value) for name, value in one.columns.items()}, tags


def _read(value: Any) -> Any:
    return text_read(value) if isinstance(value, str) else value
