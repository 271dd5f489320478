"""A resource of the plan: what it is, what it costs, who else uses it."""

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

# What changes by itself, or with every look, and so says nothing of what changed.
_PASSING = {
    "conditions",
    "currentDiskSize",
    "deleteTime",
    "etag",
    "executionCount",
    "expireTime",
    "gceZone",
    "generation",
    "ipAddresses",
    "lastModifier",
    "latestCreatedExecution",
    "latestCreatedRevision",
    "latestReadyRevision",
    "maintenanceVersion",
    "observedGeneration",
    "reconciling",
    "serverCaCert",
    "state",
    "settingsVersion",
    "terminalCondition",
    "trafficStatuses",
    "updateTime",
    "updated",
}


@dataclass(frozen=True)
class Cost:
    """A monthly cost, and how it was reckoned; `amount` is None without a price."""

    amount: Decimal | None
    arithmetic: str


@dataclass(frozen=True)
class Resource:
    """One thing that the teardown would remove.

    Attributes:
        kind: one of `kinds.ORDER`.
        name: Google's full name.
        place: region, location, or `global`.
        size: for a person.
        bytes: that it stores, where that is known.
        cost: per month.
        gcloud: the commands that would do the same.
        fingerprint: SHA-256 over what it is, to see whether it changed.
        stops: who else uses it, or what else keeps it; empty where it may go.
    """

    kind: str
    name: str
    place: str
    size: str
    cost: Cost
    gcloud: list[str]
    fingerprint: str
    bytes: int | None = None
    stops: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """Something that looks like MLflow's and is left alone."""

    name: str
    why: str


@dataclass(frozen=True)
class Plan:
    """What would be removed, in order, and what would not.

    Attributes:
        names: what the resources are called, as `Names.told` gives it.
        resources: in the order of removal; those with `stops` stay.
        left: what is left alone though it looks like MLflow's.
        absent: kinds whose resource is not there under its name.
        currency: of all costs, and the date of the prices; empty without prices.
    """

    names: dict[str, Any]
    resources: list[Resource]
    left: list[Left]
    absent: list[str]
    currency: str = ""

    @property
    def going(self) -> list[Resource]:
        """What would be removed."""
        return [one for one in self.resources if not one.stops]

    @property
    def spared(self) -> list[Resource]:
        """What stays because something keeps it."""
        return [one for one in self.resources if one.stops]

    def digest(self) -> str:
        """Returns the SHA-256 over all that must not change once it was shown."""
        told = [
            self.names,
            [
                [one.kind, one.name, one.size, one.fingerprint, bool(one.stops)]
                for one in self.resources
            ],
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def fingerprint(*held: Any) -> str:
    """Returns the SHA-256 over what Google shows, less what passes."""
    told = json.dumps([_lasting(one) for one in held], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _lasting(held: Any) -> Any:
    if isinstance(held, list):
        return [_lasting(one) for one in held]
    if isinstance(held, dict):
        return {
            name: _lasting(one) for name, one in held.items() if name not in _PASSING
        }
    return held
