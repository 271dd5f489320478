"""The plan: what would go, in order, what keeps a resource, what is left alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from ml_platform.mlflow_exit.models import StepState, TeardownStep
from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.holdings import Holdings, holdings_of
from ml_platform.mlflow_exit.teardown.kinds import BEFORE_THE_SERVICE, ORDER
from ml_platform.mlflow_exit.teardown.known import known_prefixes
from ml_platform.mlflow_exit.teardown.names import Names
from ml_platform.mlflow_exit.teardown.prices import Prices
from ml_platform.mlflow_exit.teardown.resource import Left, Plan, Resource

QUIET_MINUTES = 60


def plan_make(
    *,
    google: Google,
    names: Names,
    prices: Prices | None,
    now: datetime,
    final_backup_days: int = 0,
) -> Plan:
    """Looks at the whole project and returns the plan; changes nothing.

    Raises:
        ListingFailed: Something could not be listed, so nothing is planned.
    """
    held = holdings_of(google, names)
    since = now - timedelta(minutes=QUIET_MINUTES)
    context = Context(
        google=google,
        names=names,
        held=held,
        prices=prices,
        known=known_prefixes(names.bucket),
        served=_is_served(held, names, since),
        since=since,
        now=now,
        final_backup_days=final_backup_days,
    )
    found = {kind: module.find(context) for kind, module in ORDER.items()}
    resources = [one for rows in found.values() for one in rows]
    return Plan(
        names=names.told(),
        resources=_stay_with_the_service(resources),
        left=_look_alikes(held, resources),
        absent=[kind for kind, rows in found.items() if not rows],
        currency=f"{prices.currency}, prices of {prices.as_of}" if prices else "",
    )


def _is_served(held: Holdings, names: Names, since: datetime) -> bool:
    ours = TeardownStep.objects.filter(
        teardown__project=names.project,
        kind="service",
        state=StepState.GONE,
        gone_at__gte=since,
    )
    return ours.exists() or any(
        run["name"].endswith(f"/services/{names.service}") for run in held.runs
    )


def _stay_with_the_service(resources: list[Resource]) -> list[Resource]:
    """While a server stays, so does all that it needs."""
    staying = [one.name for one in resources if one.kind == "service" and one.stops]
    if not staying:
        return resources
    why = [
        f"the service {PurePosixPath(name).name} stays and needs it" for name in staying
    ]
    return [
        one if one.kind in BEFORE_THE_SERVICE else replace(one, stops=one.stops + why)
        for one in resources
    ]


def _look_alikes(held: Holdings, resources: list[Resource]) -> list[Left]:
    """What says MLflow in its name and is none of the named ones."""
    planned = {one.name for one in resources}
    planned |= {
        one.name.rpartition(":")[2] for one in resources if one.kind == "binding"
    }
    named = [(one["name"], one["name"]) for one in held.runs + held.secrets]
    named += [(one["name"], one["name"]) for one in held.instances + held.buckets]
    named += [(one["resourceName"], one["name"]) for one in held.triggers]
    named += [(one["name"], one["email"]) for one in held.accounts]
    return [
        Left(full, "another name than the plan's, so not touched")
        for full, name in sorted(named)
        if "mlflow" in name.rpartition("/")[2].lower() and full not in planned
    ]
