"""Who else uses a resource: whoever names it, and whoever has called it lately."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from ml_platform.mlflow_exit.teardown.google import Google, Json
from ml_platform.mlflow_exit.teardown.holdings import Holdings
from ml_platform.mlflow_exit.teardown.names import Names

SETTING = re.compile(r"MLFLOW_[A-Z0-9_]+")
_WORDS = {"services": "service", "jobs": "job", "workerPools": "worker pool"}
_LETTERS = r"[A-Za-z0-9_-]"


def short(name: str) -> str:
    """Returns the last part of a full name."""
    return name.rpartition("/")[2]


def run_word(name: str) -> str:
    """Returns `service django in europe-west1` for a full name of Cloud Run's."""
    _, _, _, region, kind, own = name.split("/")
    return f"{_WORDS[kind]} {own} in {region}"


def env_lists(run: Json) -> list[list[Json]]:
    """Returns the lists of environment variables of all containers."""
    template = run.get("template", {})
    template = template.get("template", template)
    return [one["env"] for one in template.get("containers", []) if "env" in one]


def mlflow_settings(run: Json) -> list[str]:
    """Returns the names of MLflow's settings among the environment variables."""
    names = {one["name"] for env in env_lists(run) for one in env}
    return sorted(name for name in names if SETTING.fullmatch(name))


def without_settings(run: Json) -> Json:
    """Returns a copy that has none of MLflow's settings."""
    copied: Json = json.loads(json.dumps(run))
    for env in env_lists(copied):
        env[:] = [one for one in env if not SETTING.fullmatch(one["name"])]
    # A new revision needs a new name; Google gives one where none is asked for.
    copied.get("template", {}).pop("revision", None)
    return copied


def is_client(run: Json, names: Names) -> bool:
    """Says whether MLflow's settings may be taken from it."""
    return short(run["name"]) in names.clients


def users_of(held: Holdings, names: Names, tokens: list[str]) -> list[str]:
    """Returns what names one of the tokens: Cloud Run's and Cloud Build's.

    MLflow's own service and trigger do not count, nor what a client loses.
    """
    found = []
    for run in held.runs:
        is_own = run["name"].endswith(f"/services/{names.service}")
        seen = without_settings(run) if is_client(run, names) else run
        if not is_own and _mentions(seen, tokens):
            found.append(f"{run_word(run['name'])} names it")
    for trigger in held.triggers:
        if trigger["name"] != names.trigger and _mentions(trigger, tokens):
            found.append(f"trigger {trigger['name']} names it")
    return found


def requests_lately(
    google: Google, names: Names, since: datetime, now: datetime
) -> list[str]:
    """Returns a line where the service had requests."""
    rows = _series(
        google,
        'metric.type = "run.googleapis.com/request_count" AND '
        f'resource.labels.service_name = "{names.service}"',
        (since, now),
    )
    count = sum(map(_sum, rows))
    minutes = (now - since) // timedelta(minutes=1)
    return [f"{count} requests in the last {minutes} minutes"] if count else []


def connections_lately(
    google: Google, names: Names, since: datetime, now: datetime, own: bool
) -> list[str]:
    """Returns a line a database that had connections.

    Args:
        own: counts those to MLflow's own database, too; its server has them open as
            long as it runs.
    """
    rows = _series(
        google,
        'metric.type = "cloudsql.googleapis.com/database/postgresql/num_backends" AND '
        f'resource.labels.database_id = "{google.project}:{names.instance}"',
        (since, now),
    )
    minutes = (now - since) // timedelta(minutes=1)
    by_database = {
        row["metric"].get("labels", {}).get("database", "?"): _largest(row)
        for row in rows
    }
    known = {"cloudsqladmin", "postgres", "template0", "template1"}
    known |= set() if own else {names.database}
    return [
        f"{count} connections to the database {name} in the last {minutes} minutes"
        for name, count in sorted(by_database.items())
        if count and name not in known
    ]


def _series(
    google: Google, wanted: str, interval: tuple[datetime, datetime]
) -> list[Json]:
    series = google.api("monitoring", "v3", "projects.timeSeries")
    asked: dict[str, Any] = {
        "name": google.parent,
        "filter": wanted,
        "interval_startTime": interval[0].isoformat(),
        "interval_endTime": interval[1].isoformat(),
    }
    return google.listed("Cloud Monitoring", series, "timeSeries", **asked)


def _values(row: Json) -> list[int]:
    points = row.get("points", [])
    return [int(one.get("value", {}).get("int64Value", 0)) for one in points]


def _sum(row: Json) -> int:
    return sum(_values(row))


def _largest(row: Json) -> int:
    return max(_values(row), default=0)


def _mentions(held: Json, tokens: list[str]) -> bool:
    """Looks for whole words: `mlflow-db` is not in `mlflow-db-2`."""
    text = json.dumps(held)
    patterns = (rf"(?<!{_LETTERS}){re.escape(one)}(?!{_LETTERS})" for one in tokens)
    return any(re.search(pattern, text) for pattern in patterns)
