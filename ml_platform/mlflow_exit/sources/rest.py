"""A live MLflow tracking server, 1.x to 3.x, read by its REST API.

A server shows less than its database. What it does not show is said in `lacking` and
never filled in; a NaN is archived as the NaN that the server writes.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.errors import RunUnreadable, SourceAway
from ml_platform.mlflow_exit.points import Point, Points
from ml_platform.mlflow_exit.runs import HeldExperiment, HeldRun
from ml_platform.mlflow_exit.sources.calls import Calls, Denied
from ml_platform.mlflow_exit.sources.source import RunCounts, counted, in_order

_LACKING = [
    "runs.deleted_time, source_type, source_name, source_version, entry_point_name: "
    "not shown by REST, they stay unknown (tags mlflow.source.* are read)",
    "rows without a run: not shown by REST, they stay unknown",
    "infinities: a server with a database shows ±1.7976931348623157e308 instead",
    "workspaces other than the default, and all tables but experiments, runs, metrics, "
    "params, tags: not asked for",
]
_INT64 = range(-(2**63), 2**63)
_EXPERIMENTS_A_PAGE, _RUNS_A_PAGE, _POINTS_A_PAGE = 1000, 200, 20_000
# What the database calls otherwise than REST does.
_RUN_COLUMNS = {"run_id": "run_uuid", "run_name": "name"}
# REST's experiment ids are text, the database's a number; so that both are archived
# alike, they are read as the database has them.
_NUMBERS = frozenset({"experiment_id", "start_time", "end_time"})
_NUMBERS |= {"creation_time", "last_update_time"}


class RestSource:
    """Implements `Source`.

    Runs are listed once, when first asked for; each is read anew when its turn comes.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._pages_points = True
        self.label = calls.label
        self.lacking = list(_LACKING)
        self._experiments = list(self._experiments_told())

    def experiments(self) -> list[HeldExperiment]:
        """See `Source`."""
        held = []
        for told in self._experiments:
            columns = {
                name: _number(name, value)
                for name, value in told.items()
                if name != "tags"
            }
            tags = sorted(_pairs(told), key=repr)
            held.append(HeldExperiment(str(told["experiment_id"]), columns, tags))
        return in_order(held)

    def run_ids(self) -> list[str]:
        """See `Source`."""
        return sorted(self._parents)

    def run_columns(self, run_id: str) -> dict[str, Any]:
        """See `Source`."""
        return _columns(self._run_told(run_id)["info"])

    def run(self, run_id: str) -> HeldRun:
        """See `Source`; the server may write between the calls that this takes."""
        told = self._run_told(run_id)
        data = told.get("data", {})
        keys = [one["key"] for one in data.get("metrics", [])]
        return HeldRun(
            run_id,
            _columns(told["info"]),
            Points.of_rows(
                point for key in keys for point in self._history(run_id, key)
            ),
            _pairs(data, "params"),
            _pairs(data),
        )

    def counts(self, run_id: str) -> RunCounts:
        """Counts by reading all of the run: the server has no call that counts."""
        return counted(self.run(run_id))

    def parents(self) -> dict[str, str]:
        """See `Source`."""
        return {run: parent for run, parent in self._parents.items() if parent}

    def tables_left(self) -> dict[str, int]:
        """Returns nothing: a server shows no tables; `lacking` says so."""
        return {}

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        """Every run's id, with its parent's id where it is nested."""
        found = {}
        for experiment in self._experiments:
            for run in self._runs_told(experiment["experiment_id"]):
                tags = dict(_pairs(run.get("data", {})))
                found[_run_id(run["info"])] = tags.get("mlflow.parentRunId")
        return found

    def _experiments_told(self) -> Iterator[dict[str, Any]]:
        """Asks as servers since 1.28 are asked, then as those before."""
        asked: dict[str, Any] = {"view_type": "ALL", "max_results": _EXPERIMENTS_A_PAGE}
        try:
            pages = list(self._pages(self._calls.post, "experiments/search", asked))
        except Denied:
            try:
                pages = list(self._pages(self._calls.get, "experiments/list", asked))
            except Denied as error:
                raise self._calls.not_mlflow(error.received) from error
        for page in pages:
            yield from page.get("experiments", [])

    def _runs_told(self, experiment_id: str) -> Iterator[dict[str, Any]]:
        asked = {"experiment_ids": [experiment_id], "run_view_type": "ALL"}
        sent = asked | {"max_results": _RUNS_A_PAGE}
        for page in self._pages(self._calls.post, "runs/search", sent):
            yield from page.get("runs", [])

    def _run_told(self, run_id: str) -> dict[str, Any]:
        try:
            told = self._calls.get("runs/get", run_id=run_id)
            return dict(told["run"])
        except Denied as error:
            raise SourceAway(self.label, f"run {run_id}: {error.received}") from error
        except KeyError as error:
            raise self._calls.not_mlflow(f"no run {run_id} in runs/get") from error

    def _history(self, run_id: str, key: str) -> list[Point]:
        """Returns every point of a key.

        The server orders pages by time, step and value, which leaves a NaN and a 0.0 of
        one step in no order: between two pages one may come twice and the other never.
        MLflow holds no point twice, so then all are read again as one page.
        """
        points = self._points(run_id, key) if self._pages_points else None
        if points is None or len(set(points)) < len(points):
            points = self._points(run_id, key, paged=False)
        return points or []

    def _points(self, run_id: str, key: str, paged: bool = True) -> list[Point] | None:
        """Returns a key's points; None where the server refuses to page them."""
        asked: dict[str, Any] = {"run_id": run_id, "metric_key": key}
        if paged:
            asked["max_results"] = _POINTS_A_PAGE
        try:
            pages = list(self._pages(self._calls.get, "metrics/get-history", asked))
        except Denied as error:
            if paged and error.code == 400:
                self._pages_points = False
                return None
            raise SourceAway(
                self.label, f"run {run_id}: key {key!r}: {error}"
            ) from error
        rows = [one for page in pages for one in page.get("metrics", [])]
        return [_point(run_id, row) for row in rows]

    def _pages(
        self, call: Callable[..., dict[str, Any]], path: str, asked: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Yields page after page; a server that knows no pages gives one."""
        seen: set[str] = set()
        token = None
        while True:
            page = call(path, **asked, **({"page_token": token} if token else {}))
            yield page
            token = page.get("next_page_token")
            if not token:
                return
            if token in seen:
                raise SourceAway(self.label, f"{path}: gives the same page for ever")
            seen.add(token)


def _run_id(info: dict[str, Any]) -> str:
    return str(info.get("run_id") or info["run_uuid"])


def _columns(info: dict[str, Any]) -> dict[str, Any]:
    """The run's row as far as REST shows it, under the database's names."""
    named = {_RUN_COLUMNS.get(name, name): value for name, value in info.items()}
    named["run_uuid"] = _run_id(info)
    return {name: _number(name, value) for name, value in named.items()}


def _number(name: str, value: Any) -> Any:
    """A number where the database has one; 1.x writes int64 as text."""
    if name in _NUMBERS and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


def _pairs(told: dict[str, Any], name: str = "tags") -> list[tuple[str, str | None]]:
    # Older protobufs leave an empty text out.
    return [(one["key"], one.get("value", "")) for one in told.get(name, [])]


def _point(run_id: str, row: dict[str, Any]) -> Point:
    """A point as REST writes it: `NaN` and `±Infinity` are texts there."""
    try:
        value = float(row["value"])
        at, timestamp = int(row.get("step", 0)), int(row.get("timestamp", 0))
        if at not in _INT64 or timestamp not in _INT64:
            raise OverflowError("MLflow's steps and times have 64 bits")
        return Point(row["key"], at, bits_of(value), timestamp, value != value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RunUnreadable(
            run_id, row.get("key"), row.get("step"), repr(row)
        ) from error
