"""Filling a new MLflow's database from a backup alone, and reading it back.

All rows go in one transaction: killed anywhere, the database is as new as before. Then
everything is read back through the two sources, the backup's and the database's, which
share no code with the writing but the CSV, and compared bit for bit.
"""

from collections.abc import Callable
from contextlib import closing

from ml_platform.mlflow_exit.comparing import run_compare
from ml_platform.mlflow_exit.errors import FolderRefused
from ml_platform.mlflow_exit.manifest import NAME, manifest_read
from ml_platform.mlflow_exit.restoring import rows
from ml_platform.mlflow_exit.restoring.target import target_open
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.sources import source_open
from ml_platform.mlflow_exit.sources.source import Source
from ml_platform.mlflow_exit.verdict import Verdict

Progress = Callable[[int, int], None]


def backup_restore(
    *, place: str, url: str, progress: Progress | None = None
) -> Verdict:
    """Writes a backup's rows into a database that a new MLflow has made.

    Args:
        place: the backup: a folder or `gs://…` with a manifest.
        url: the database: `sqlite:///…` or `postgresql://…`.
        progress: called after each table written, then after each run compared.

    Returns:
        The comparison; here is the new database, there the backup.

    Raises:
        FolderRefused: The place holds no backup, or a damaged one.
        RestoreRefused: The database is not new, or cannot take a row.
        SourceRefused: The address is no database's.
        SourceAway: The database or the store did not answer.
    """
    manifest = manifest_read(place)
    if manifest is None:
        raise FolderRefused(NAME, None, "not there", "give the folder of a backup")
    with closing(target_open(url)) as target:
        tables = target.columns()
        rows.refuse_unfit(target, tables)
        rows.refuse_homeless(target, tables, manifest)
        both = set(manifest.tables) & tables.keys() - rows.NOT_RESTORED
        ordered = rows.in_order(target, both)
        with target.writing():
            for table in reversed(ordered):
                target.clear(table)
            for done, table in enumerate(ordered, start=1):
                fits = tables[table]
                names = [n for n in manifest.tables[table].columns if fits.get(n)]
                values = rows.fitted(target, place, manifest, table, fits)
                target.insert(table, names, values)
                if progress:
                    progress(done, len(ordered))
            target.number_on()
    with source_open(url) as here, source_open(place) as there:
        return _compared(here, there, progress)


def _compared(here: Source, there: Source, progress: Progress | None) -> Verdict:
    verdict = Verdict()
    _compare_experiments(verdict, here, there)
    known = set(here.run_ids())
    run_ids = there.run_ids()
    extra = sorted(known - set(run_ids))
    verdict.missing_there = [{"what": "run", "run_id": run_id} for run_id in extra]
    for index, run_id in enumerate(run_ids, start=1):
        before = verdict.findings
        if run_id in known:
            held = there.run(run_id)
            run_compare(verdict, _as_wide(here.run(run_id), held), held)
            verdict.runs += 1
        else:
            verdict.missing_here.append({"what": "run", "run_id": run_id})
        verdict.match += verdict.findings == before
        if progress:
            progress(index, len(run_ids))
    return verdict


def _compare_experiments(verdict: Verdict, here: Source, there: Source) -> None:
    found = {one.experiment_id: one for one in here.experiments()}
    for held in there.experiments():
        name = {"what": "experiment", "experiment_id": held.experiment_id}
        one = found.pop(held.experiment_id, None)
        if one is None:
            verdict.missing_here.append(name)
            continue
        columns = {c: one.columns.get(c) for c in held.columns}
        mine, theirs = (columns, one.tags), (dict(held.columns), held.tags)
        if mine == theirs:
            verdict.match += 1
        else:
            line = name | {"here": repr(mine), "there": repr(theirs)}
            verdict.differ.append(line)
    verdict.missing_there += [
        {"what": "experiment", "experiment_id": one} for one in sorted(found)
    ]


def _as_wide(run: HeldRun, like: HeldRun) -> HeldRun:
    """The run without the columns that only a newer schema has."""
    columns = {name: run.columns.get(name) for name in like.columns}
    return HeldRun(run.run_id, columns, run.points, run.params, run.tags)
