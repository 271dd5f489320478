"""The completion record: the whole exit as data, made only when nothing is open."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ml_platform.mlflow_exit.manifest import manifest_read
from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.record.charges import Charges
from ml_platform.mlflow_exit.services.teardown import teardown_told
from ml_platform.mlflow_exit.state import exit_status
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.resource import Plan

VERSION = 1


def completion_of(
    *, google: Google, teardowns: list[Teardown], plan: Plan, charges: Charges
) -> dict[str, Any]:
    """Returns the record.

    Args:
        google: of the project.
        teardowns: all that were begun, in order; the last is done.
        plan: made anew just now, to tell what is stored after it all.
        charges: of the last days.

    Raises:
        FolderRefused, SourceAway: The backup is not where it was.
        ListingFailed: Cloud SQL's backups could not be listed.
    """
    told = [teardown_told(one) for one in teardowns]
    removed = _removed(told)
    stored = sum(one["bytes"] or 0 for one in removed)
    status = exit_status()
    status.pop("proof")
    return {
        "version": VERSION,
        "project": google.project,
        "completed_at": timezone.now().isoformat(),
        "archive": status,
        "proof": teardowns[-1].conditions["proof"],
        "backups": _backups(google, teardowns),
        "removed": removed,
        "bytes_before": stored,
        "bytes_after": sum(one.bytes or 0 for one in plan.resources),
        "saving": _saving(removed),
        "charges": asdict(charges),
        "issues": _issues(),
        "teardowns": told,
    }


def _removed(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resources that are gone, with what the plan knew of each."""
    found = []
    for one in told:
        planned = {(r["kind"], r["name"]): r for r in one["plan"]["resources"]}
        for step in one["steps"]:
            if step["state"] == StepState.GONE:
                known = planned[step["kind"], step["name"]]
                names = ("kind", "name", "place", "size", "bytes", "cost")
                row = {name: known[name] for name in names}
                row["currency"] = one["plan"]["currency"]
                found.append(
                    row | {name: step[name] for name in ("asked_at", "gone_at")}
                )
    return found


def _saving(removed: list[dict[str, Any]]) -> dict[str, Any]:
    """The monthly saving by currency and day of its prices, with its arithmetic."""
    priced = [one for one in removed if one["cost"]["amount"] and one["currency"]]
    amounts: dict[str, Decimal] = {}
    for one in priced:
        before = amounts.get(one["currency"], Decimal(0))
        amounts[one["currency"]] = before + Decimal(one["cost"]["amount"])
    return {
        "monthly": {currency: str(amount) for currency, amount in amounts.items()},
        "arithmetic": [
            f"{one['kind']}: {one['cost']['arithmetic']} = {one['cost']['amount']}"
            for one in priced
            if Decimal(one["cost"]["amount"])
        ],
        "unknown": [
            f"{one['kind']}: {one['cost']['arithmetic']}"
            for one in removed
            if one["cost"]["amount"] is None
        ],
    }


def _backups(google: Google, teardowns: list[Teardown]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place in sorted({one.conditions["backup"] for one in teardowns}):
        manifest = manifest_read(place)
        files = manifest.files() if manifest else []
        found.append(
            {
                "kind": "tables",
                "place": place,
                "made_at": manifest.made_at if manifest else None,
                "files": len(files),
                "bytes": sum(file.bytes for file in files),
            }
        )
    ours = TeardownStep.objects.filter(
        kind="instance", teardown__in=teardowns, asked_at__isnull=False
    )
    return found + [line for step in ours for line in _final_backups(google, step.name)]


def _final_backups(google: Google, instance: str) -> list[dict[str, Any]]:
    """The final backups of an instance that was removed; that there is none is told."""
    collection = _Listed(google.api("sqladmin", "v1", "Backups"))
    listed = google.listed("final backups", collection, "backups", parent=google.parent)
    found = [
        {
            "kind": "Cloud SQL, final",
            "place": one["name"],
            "state": one.get("state"),
            "expires_at": one.get("expiryTime"),
        }
        for one in listed
        if one.get("type") == "FINAL"
        and one.get("instance", "").rpartition("/")[2] == instance
    ]
    lacking = {"kind": "Cloud SQL, final", "place": instance, "state": "none is listed"}
    return found or [lacking | {"expires_at": None}]


class _Listed:
    """Cloud SQL's backups under the names that all other collections have."""

    def __init__(self, collection: Any) -> None:
        self.list = collection.ListBackups
        self.list_next = collection.ListBackups_next


def _issues() -> list[str]:
    met = TeardownStep.objects.exclude(trouble="").order_by("pk")
    return [f"{step.kind} {step.name}: {step.trouble}" for step in met]
