"""The REST source: all a server shows, whatever its version, however it stumbles."""

import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.errors import RunUnreadable, SourceAway, SourceRefused
from ml_platform.mlflow_exit.points import Point
from ml_platform.mlflow_exit.sources import calls, rest, source_open
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.ml_platform.mlflow_exit.rest_server import TrackingServer, tracking_server

RunId = Callable[[str], str]


@pytest.fixture
def server(tracking: Path) -> Iterator[TrackingServer]:
    with tracking_server(tracking, "3.x") as running:
        yield running


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "_POINTS_A_PAGE", 2)
    monkeypatch.setattr(rest, "_RUNS_A_PAGE", 2)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives up after four seconds instead of five minutes."""
    monkeypatch.setattr(calls.Calls.__init__, "__defaults__", (4.0,))


def as_rest_shows(point: Point) -> Point:
    """A database has 0 and a flag where REST has a NaN."""
    return point._replace(bits=bits_of(math.nan)) if point.is_nan else point


@pytest.mark.parametrize("dialect", ["1.x", "2.0", "3.x"])
def test_every_version_gives_what_its_database_holds(
    tracking: Path, dialect: str, small_pages: None
) -> None:
    with (
        tracking_server(tracking, dialect) as server,
        source_open(server.url) as here,
        source_open(f"sqlite:///{tracking}") as there,
    ):
        assert here.run_ids() == there.run_ids()
        assert here.parents() == there.parents()
        ids = [one.experiment_id for one in here.experiments()]
        assert ids == [one.experiment_id for one in there.experiments()] != []
        for run_id in there.run_ids():
            held, other = here.run(run_id), there.run(run_id)
            assert sorted(held.points) == sorted(map(as_rest_shows, other.points))
            assert sorted(held.params) == sorted(other.params)
            assert sorted(held.tags) == sorted(other.tags)
            assert held.columns.items() <= other.columns.items()
            assert here.counts(run_id) == there.counts(run_id)


def test_what_rest_does_not_show_is_said_and_not_filled_in(
    server: TrackingServer,
) -> None:
    with source_open(server.url) as source:
        columns = source.run_columns(source.run_ids()[0])
        assert {"deleted_time", "source_name"}.isdisjoint(columns)
        assert any("runs.deleted_time" in line for line in source.lacking)


def test_a_file_store_shows_infinities_as_such(
    server: TrackingServer, change: Change, run_id: RunId
) -> None:
    change("UPDATE metrics SET value = 9e999 WHERE run_uuid = ?", run_id("killed"))
    with source_open(server.url) as source:
        assert source.run(run_id("killed")).points.values.max() == math.inf


def test_a_tie_between_pages_is_read_again_as_one(
    server: TrackingServer, change: Change, run_id: RunId, small_pages: None
) -> None:
    """0.0 and NaN of one step: the second page orders them the other way."""
    for step, is_nan in ((0, 0), (1, 0), (1, 1)):
        change(
            "INSERT INTO metrics VALUES ('tie', 0.0, 5, ?, ?, ?)",
            run_id("killed"),
            step,
            is_nan,
        )
    change(
        "INSERT INTO latest_metrics VALUES ('tie', 0.0, 5, 1, 0, ?)", run_id("killed")
    )
    server.shuffled = True
    with source_open(server.url) as source:
        points = [p for p in source.run(run_id("killed")).points if p.key == "tie"]
    assert sorted((p.step, p.is_nan) for p in points) == [
        (0, False),
        (1, False),
        (1, True),
    ]


def test_faults_that_pass_are_borne(server: TrackingServer) -> None:
    server.faults = [429, "cut", 503]
    with source_open(server.url) as source:
        assert len(source.run_ids()) == 8


def test_a_server_that_names_a_wait_is_waited_for(server: TrackingServer) -> None:
    server.faults = [(429, "1")]
    started = time.monotonic()
    with source_open(server.url):
        assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("faults", "said"), [([503] * 50, "503"), (["cut"] * 50, "no answer")]
)
def test_a_server_that_stays_away_is_named_without_its_password(
    server: TrackingServer, faults: list[Any], said: str
) -> None:
    server.faults = faults
    with (
        pytest.raises(SourceAway, match=f"/search: {said} .*run the step again") as met,
        source_open(server.url.replace("//", "//ana:secret@")),
    ):
        pass
    assert "secret" not in str(met.value)


def test_a_server_of_something_else_is_refused(tracking: Path) -> None:
    with (
        tracking_server(tracking, "none") as server,
        pytest.raises(
            SourceRefused,
            match=r"received GET experiments/list: 404 .*http://host:5000",
        ),
        source_open(server.url + "/elsewhere"),
    ):
        pass


def test_a_server_that_wants_credentials_is_refused_with_the_remedy(
    server: TrackingServer,
) -> None:
    server.faults = [401]
    with (
        pytest.raises(SourceRefused, match="answers 401; put user:password@"),
        source_open(server.url),
    ):
        pass


def test_a_run_that_is_gone_meanwhile_is_named(server: TrackingServer) -> None:
    with source_open(server.url) as source:
        server.faults = [404]
        with pytest.raises(SourceAway, match=r"run gone: GET runs/get: 404"):
            source.run("gone")
        server.faults = [400]
        with pytest.raises(SourceAway, match=r"POST runs/search: 400"):
            source.run_ids()


def test_the_token_is_sent(
    server: TrackingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "abc")
    with source_open(server.url) as source:
        headers: Any = source._calls._session.headers  # type: ignore[attr-defined]
    assert headers["Authorization"] == "Bearer abc"


def test_a_point_that_is_none_is_named(
    server: TrackingServer, change: Change, run_id: RunId
) -> None:
    change("UPDATE metrics SET value = 'x' WHERE run_uuid = ?", run_id("killed"))
    with source_open(server.url) as source, pytest.raises(RunUnreadable) as met:
        source.run(run_id("killed"))
    assert (met.value.key, met.value.step) == ("loss", 0)


def test_imported_from_a_server_and_verified_against_it(
    mlflow_exit: Exit, server: TrackingServer, change: Change, run_id: RunId
) -> None:
    code, out = mlflow_exit("import", "--source", server.url)
    assert code == 0
    assert out.startswith("8 runs new, 0 unchanged, 0 replaced; 220 points archived")
    assert mlflow_exit("verify", "--source", server.url)[0] == 0
    printed = mlflow_exit("points", run_id("nasty"), "--json")[1].splitlines()
    assert ["odd", 3, "nan", 1, True] in map(json.loads, printed)
    change("UPDATE metrics SET value = 2.0 WHERE key = 'same' AND timestamp = 8")
    found = told(mlflow_exit("verify", "--json", "--source", server.url))
    assert [(line["key"], line["step"]) for line in found["differ"]] == [("same", 1)]
