"""What the steps tell a person, as lines of text."""

from typing import Any

from ml_platform.mlflow_exit.inventory import Inventory
from ml_platform.mlflow_exit.services.backup import Backup
from ml_platform.mlflow_exit.services.importing import Imported
from ml_platform.mlflow_exit.verdict import Line, Verdict


def inventory_lines(found: Inventory) -> list[str]:
    """Returns a line an experiment and run, then the sums, then the warnings."""
    lines = [f"source {found.source}"]
    lines += [
        f"experiment {one['experiment_id']} {one['name']!r} {one['lifecycle_stage']}"
        for one in found.experiments
    ]
    for run in found.runs:
        kinds = ", ".join([run["status"] or "no run", *run["kinds"]])
        matched = run["quick_tests"][:1]
        shown = f"QuickTest {matched[0]}" if matched else "no QuickTest"
        lines.append(
            f"run {run['run_id']} {run['name'] or ''!r} ({kinds}): "
            f"{run['points']} points, {run['params']} params, {run['tags']} tags, "
            f"{shown}"
        )
    lines.append(
        "{experiments} experiments, {runs} runs ({matched} matched with a QuickTest), "
        "{points} points, {params} params, {tags} tags".format(**found.totals())
    )
    lines += [f"lacking: {line}" for line in found.lacking]
    return lines + [f"warning: {line}" for line in found.warnings]


def backup_lines(made: Backup, place: str) -> list[str]:
    """Returns a line a file, then whether the database's own backup is beside them."""
    manifest = made.manifest
    lines = [f"source {manifest.source}"]
    for name, table in manifest.tables.items():
        size = sum(file.bytes for file in table.files)
        files = ", ".join(file.name for file in table.files)
        lines.append(f"table {name}: {table.rows} rows, {size} bytes, {files}")
    if manifest.dump:
        lines.append(f"dump {manifest.dump.name}: {manifest.dump.bytes} bytes")
    else:
        lines.append(f"no dump: {made.problem}")
    if google := manifest.cloud_sql:
        lines.append(
            f"Cloud SQL {google.project}:{google.instance}: backup {google.backup_id}, "
            f"export {google.export}, {google.export_bytes} bytes"
        )
    rows = sum(table.rows for table in manifest.tables.values())
    return [*lines, f"{rows} rows in {place}, checksums in manifest.json"]


def import_lines(done: Imported) -> list[str]:
    """Returns the counts, then everything that needs a person."""
    lines = [
        f"{done.new} runs new, {done.unchanged} unchanged, {done.replaced} replaced; "
        f"{done.points} points archived, {done.documents} documents written"
    ]
    lines += [f"lacking: {line}" for line in done.lacking]
    lines += [
        f"run {run_id}: has a document of its own, which stays; "
        "the archive holds MLflow's points"
        for run_id in done.own_documents
    ]
    lines += [
        f"run {run_id}: the source holds it otherwise than the archive, which stays; "
        "see `verify`, then import with --replace if the source is right"
        for run_id in done.changed
    ]
    return lines + done.problems


def verdict_lines(verdict: Verdict, proof: dict[str, Any] | None) -> list[str]:
    """Returns the five lists under their names; `match` as a count."""
    lines = [
        f"match: {verdict.match} runs and experiments, {verdict.points} points, "
        f"{verdict.documents} documents, {verdict.caches} caches of completed runs",
        *_listed("differ", verdict.differ),
        *_listed("missing here (archive)", verdict.missing_here),
        *_listed("missing there (source or document)", verdict.missing_there),
        *_listed("unreadable", verdict.unreadable),
    ]
    lines += [
        f"run {run_id}: has a document of its own, which is not compared"
        for run_id in verdict.own_documents
    ]
    lines += [
        f"run {run_id}: no document can hold it; the archive does"
        for run_id in verdict.archive_only
    ]
    lines += [
        f"run {run_id}: its document was pruned; the receipt's digest is the archive's"
        for run_id in verdict.pruned
    ]
    if proof is None:
        return [*lines, "NOT verified"]
    return [
        *lines,
        "verified: the archive holds what the source holds, bit for bit, "
        "and every document what the archive gives",
        f"proof: digest {proof['digest']}, signature {proof['signature']}",
    ]


def revert_lines(found: list[dict[str, str | int]]) -> list[str]:
    """Returns a line a thing to undo, then their number."""
    lines = []
    for line in found:
        named = [
            f"{name}={line[name]!r}" for name in line if name not in ("what", "do")
        ]
        lines.append(f"{line['what']} {' '.join(named)}: {line['do']}")
    return [*lines, f"{len(found)} things to undo; nothing was changed"]


def restored_lines(verdict: Verdict) -> list[str]:
    """Returns what was written and read back, then what came back otherwise."""
    lines = [
        f"restored: {verdict.match} runs and experiments, {verdict.points} points",
        *_listed("differ", verdict.differ),
        *_listed("missing here (new database)", verdict.missing_here),
        *_listed("missing there (backup)", verdict.missing_there),
    ]
    if not verdict.holds:
        return [*lines, "NOT restored as it was; remove the new database"]
    return [
        *lines,
        "read back: the new database holds what the backup does, to the bit",
    ]


def _listed(title: str, found: list[Line]) -> list[str]:
    return [f"{title}: {len(found)}", *(f"  {_line(line)}" for line in found)]


def _line(line: Line) -> str:
    named = {name: line[name] for name in line if name not in ("here", "there", "what")}
    text = " ".join([line["what"], *(f"{name}={v!r}" for name, v in named.items())])
    sides = [f"{side} {line[side]}" for side in ("here", "there") if side in line]
    return ": ".join([text, ", ".join(sides)]) if sides else text
