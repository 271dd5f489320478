"""The step `references`: its options, and what it prints."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.references.finding import Action, Found
from ml_platform.mlflow_exit.references.sarif import sarif_of
from ml_platform.mlflow_exit.references.searching import references_find

_TITLES = {
    Action.DELETE: "delete",
    Action.EDIT: "edit",
    Action.KEEP: "keep (history)",
}


def add_options(step: argparse.ArgumentParser) -> None:
    """Adds the options of `references`."""
    step.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    step.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="PATTERN",
        help="files that are history and stay, like CHANGELOG.md; repeatable",
    )
    step.add_argument("--sarif", action="store_true", help="for code hosts")


def run(options: dict[str, Any]) -> tuple[str, int]:
    """Searches; returns what to print, and 1 where anything remains.

    Raises:
        ReferencesRefused: See `references_find`.
    """
    found = references_find(options["paths"], options["keep"])
    if options["sarif"]:
        text = json.dumps(sarif_of(found), indent=1)
    elif options["json"]:
        text = json.dumps(asdict(found) | {"remains": found.remains})
    else:
        text = "\n".join(_lines(found))
    return text, 1 if found.remains else 0


def _lines(found: Found) -> list[str]:
    lines = []
    for action, title in _TITLES.items():
        references = found.of(action)
        lines.append(f"{title}: {len(references)}")
        for one in references:
            place = f"{one.file}:{one.line}" if one.line else one.file
            text = f": {one.text}" if one.text else ""
            lines.append(f"  {place}: {one.kind}, {one.why}{text}")
    lines += [f"not searched: {line}" for line in found.unread]
    return [*lines, f"{found.remains} remain in {found.files} files"]
