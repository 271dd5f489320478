"""The completion record for people, in Markdown."""

from typing import Any

_LACKS = "not known: no price list was given with the plan"


def markdown_of(record: dict[str, Any]) -> str:
    """Returns the text of a record."""
    archive, proof = record["archive"], record["proof"]
    last = record["teardowns"][-1]
    lines = [
        f"# MLflow is switched off in {record['project']}",
        "",
        f"Completed {record['completed_at']}. The plan was shown {last['shown_at']}, "
        f"begun {last['started_at']}, done {last['ended_at']}.",
        "",
        "## What was taken along",
        "",
        f"{archive['runs']} runs of {archive['experiments']} experiments with "
        f"{archive['points']} points, {archive['params']} params and "
        f"{archive['tags']} tags, from {', '.join(archive['sources'])}.",
        "",
        f"Proof of {proof['verified_at']}: digest `{proof['digest']}`, "
        f"signature `{proof['signature']}`.",
        "",
        *_table("Backups", ("kind", "place", "what"), map(_backup, record["backups"])),
        *_table(
            "What was removed",
            ("kind", "name", "what", "asked for", "seen to be gone"),
            (
                (
                    one["kind"],
                    one["name"],
                    one["size"],
                    one["asked_at"] or "was gone already",
                    one["gone_at"],
                )
                for one in record["removed"]
            ),
        ),
        f"Bytes before: {record['bytes_before']}, after: {record['bytes_after']}.",
        "",
        "## Monthly saving",
        "",
        *_saving(record["saving"]),
        "",
        "## Charges of the last days",
        "",
        *_charges(record["charges"]),
        "",
        "## What was met on the way",
        "",
        *([f"- {one}" for one in record["issues"]] or ["Nothing."]),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, names: tuple[str, ...], rows: Any) -> list[str]:
    lines = [f"## {title}", "", f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return [*lines, ""]


def _backup(one: dict[str, Any]) -> tuple[str, str, str]:
    if one["kind"] == "tables":
        what = f"{one['files']} files, {one['bytes']} bytes, made {one['made_at']}"
    else:
        what = f"{one['state']}, until {one['expires_at']}"
    return one["kind"], one["place"], what


def _saving(saving: dict[str, Any]) -> list[str]:
    lines = [f"- {line}" for line in saving["arithmetic"]]
    lines += [f"- not in it: {line}" for line in saving["unknown"]]
    totals = [f"{amount} {currency}" for currency, amount in saving["monthly"].items()]
    return [*lines, "", f"Together: {', '.join(totals) or _LACKS}."]


def _charges(charges: dict[str, Any]) -> list[str]:
    if charges["look"]:
        return [f"No billing export was named. Look at: {charges['look']}."]
    rows = charges["rows"]
    return [f"- {' '.join(row)}" for row in rows] or ["None in the export."]
