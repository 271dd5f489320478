"""References as SARIF 2.1.0, which code hosts show beside the lines.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from ml_platform.mlflow_exit.references.finding import Action, Found, Reference

_LEVELS = {Action.DELETE: "warning", Action.EDIT: "warning", Action.KEEP: "note"}


def sarif_of(found: Found) -> dict[str, Any]:
    """Returns the log of one run; a rule a kind, a result a line."""
    kinds = sorted({one.kind for one in found.references})
    rules = [
        {
            "id": _rule(kind),
            "shortDescription": {"text": f"MLflow is named: {kind}"},
        }
        for kind in kinds
    ]
    driver = {"name": "trackless mlflow_exit references", "rules": rules}
    unread = [{"level": "note", "message": {"text": line}} for line in found.unread]
    invocation = {
        "executionSuccessful": True,
        "toolExecutionNotifications": unread,
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [invocation],
                "results": list(map(_result, found.references)),
            }
        ],
    }


def _result(one: Reference) -> dict[str, Any]:
    path = Path(one.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if one.line:
        place["region"] = {"startLine": one.line}
    return {
        "ruleId": _rule(one.kind),
        "level": _LEVELS[one.action],
        "message": {"text": f"{one.action}: {one.why}"},
        "locations": [{"physicalLocation": place}],
    }


def _rule(kind: str) -> str:
    return f"mlflow-{kind.replace(' ', '-')}"
