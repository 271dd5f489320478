"""Whatever fails during `teardown --execute`: the record is true, a second run goes on.

The record is true when a step that is `gone` is gone in the cloud, and nothing is gone
there whose step is only `planned`.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.teardown import google as google_module
from tests.ml_platform.mlflow_exit.teardown.conftest import Step, assert_record_is_true
from tests.support.google import acme
from tests.support.google.acme import BUCKET, DJANGO, SERVER
from tests.support.google.documents import Call
from tests.support.google.server import Google

CHANGES = {
    "services.patch": "setting",
    "triggers.delete": "trigger",
    "services.delete": "service",
    "secrets.delete": "secret",
    "projects.setIamPolicy": "binding",
    "serviceAccounts.delete": "account",
    "sql.instances.delete": "instance",
    "storage.objects.delete": "bucket",
    "storage.buckets.delete": "bucket",
}


def step(kind: str) -> TeardownStep:
    return TeardownStep.objects.get(kind=kind)


def once_before(google: Google, method: str, act: Callable[[], Any]) -> None:
    """Acts in the cloud just before the first call of a method is answered."""

    def before(call: Call) -> None:
        if call.id.endswith(method):
            google.before = None
            act()

    google.before = before


def asked(google: Google, method: str) -> int:
    return sum(name.endswith(method) for name, _ in google.calls)


@pytest.fixture
def planned(teardown: Step, google: Google, proven: list[str]) -> list[str]:
    """A plan was shown; returns the options that carry it out."""
    assert teardown()[0] == 0
    return proven


@pytest.mark.parametrize("fault", [404, 409, 429, 503, "reset", "lost"])
def test_a_fault_at_every_single_change_is_got_over(
    google: Google, teardown: Step, planned: list[str], fault: int | str
) -> None:
    """Also 404: Google says it is not there, and a fresh look says it is."""
    for method in CHANGES:
        google.fail(method, fault)
    code, text = teardown(*planned)
    assert code == 0, text
    assert_record_is_true(google)
    assert not TeardownStep.objects.exclude(state=StepState.GONE).exists()
    assert google.project.kind("instances") == {}
    assert len(google.project.kind("backups")) == 1


def test_a_refusal_at_any_change_stops_there_and_a_second_run_goes_on(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    for method, kind in CHANGES.items():
        google.fail(method, 403)
        code, text = teardown(*planned)
        assert code == 2
        assert f"teardown stopped at {kind}" in text
        assert "403 injected" in text
        assert "403 injected" in step(kind).trouble
        assert step(kind).state == StepState.PLANNED
        assert_record_is_true(google)
    assert teardown(*planned)[0] == 0
    assert "403 injected" in step("bucket").trouble


def test_a_conflict_that_stays_stops(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    google.fail("sql.instances.delete", 409, times=20)
    code, text = teardown(*planned)
    assert (code, "409 injected" in text) == (2, True)
    assert step("instance").state == StepState.PLANNED


def test_no_answer_that_stays_leaves_it_asked_for(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    google.fail("secrets.delete", 503, times=6)
    code, _ = teardown(*planned)
    assert (code, step("secret").state) == (2, StepState.ASKED)
    assert "503 injected" in step("secret").trouble
    assert_record_is_true(google)
    assert teardown(*planned)[0] == 0


def test_what_is_deleted_by_someone_else_in_between_is_gone(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    once_before(google, "triggers.delete", google.project.kind("triggers").clear)
    assert teardown(*planned)[0] == 0
    assert step("trigger").state == StepState.GONE


def test_anothers_change_to_the_client_is_kept(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    """The etag refuses the stale patch; the fresh one keeps the new variable."""

    def add() -> None:
        held = google.project.kind("services")[DJANGO]
        held["template"]["containers"][0]["env"].append({"name": "NEW", "value": "1"})
        held["etag"] = "other"

    once_before(google, "services.patch", add)
    assert teardown(*planned)[0] == 0
    env = google.project.kind("services")[DJANGO]["template"]["containers"][0]["env"]
    assert [one["name"] for one in env] == ["DEBUG", "NEW"]


def test_anothers_change_to_the_service_stops(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    def change() -> None:
        held = google.project.kind("services")[SERVER]
        held |= {"etag": "other", "labels": {"owner": "somebody"}}

    once_before(google, "services.delete", change)
    code, text = teardown(*planned)
    assert (code, SERVER in google.project.kind("services")) == (2, True)
    assert "it has changed since the plan was shown; look at a new plan first" in text


def test_anothers_role_given_in_between_is_kept(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    new = {"role": "roles/viewer", "members": ["user:new@acme.example"]}

    def grant() -> None:
        policy = google.project.policies["projects/acme"]
        changed = {"bindings": [*policy["bindings"], new], "etag": "BBBBBBBB"}
        google.project.policies["projects/acme"] = policy | changed

    once_before(google, "setIamPolicy", grant)
    assert teardown(*planned)[0] == 0
    assert new in google.project.policies["projects/acme"]["bindings"]


def test_anothers_role_with_a_condition_keeps_it(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    condition = {"title": "till New Year", "expression": "request.time < x"}
    binding = {"role": "roles/viewer", "members": ["user:b@acme.example"]}
    conditional = binding | {"condition": condition}
    google.project.policies["projects/acme"]["bindings"].append(conditional)
    google.project.policies["projects/acme"]["version"] = 3
    teardown()
    assert teardown(*proven)[0] == 0
    policy = google.project.policies["projects/acme"]
    assert (policy["version"], conditional in policy["bindings"]) == (3, True)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("services.patch", "setting"),
        ("services.delete", "service"),
        ("instances.delete", "instance"),
    ],
)
def test_an_operation_that_fails_stops_and_is_asked_for_again(
    google: Google, teardown: Step, planned: list[str], method: str, kind: str
) -> None:
    google.project.failing[method] = "quota of the moon"
    code, text = teardown(*planned)
    assert (code, "Google could not: quota of the moon" in text) == (2, True)
    assert (step(kind).state, step(kind).operation) == (StepState.PLANNED, "")
    assert_record_is_true(google)
    assert teardown(*planned)[0] == 0


def test_an_operation_that_never_ends_is_waited_for_and_never_asked_for_twice(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    once_before(
        google, "sql.instances.delete", lambda: vars(google.project).update(polls=-1)
    )
    code, text = teardown(*planned, "--wait-minutes", "1")
    assert (code, "has not ended after 1 minutes" in text) == (2, True)
    assert step("instance").state == StepState.ASKED
    assert step("instance").operation != ""
    assert_record_is_true(google)
    google.project.operations[step("instance").operation].polls_left = 0
    assert teardown(*planned)[0] == 0
    assert asked(google, "sql.instances.delete") == 1


def test_an_operation_that_google_has_forgotten_is_looked_after(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    google.fail("run.projects.locations.operations.get", 404, times=2)
    assert teardown(*planned)[0] == 0
    assert_record_is_true(google)


def test_a_strangers_file_that_comes_in_between_stops_the_bucket(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    come = lambda: acme.add_object(google.project, BUCKET, "late.txt")  # noqa: E731
    once_before(google, "sql.instances.delete", come)
    code, text = teardown(*planned)
    assert (code, "late.txt has come" in text) == (2, True)
    assert len(google.project.kind("objects")) == 2


def test_a_user_who_comes_between_two_runs_refuses_the_second(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    google.fail("serviceAccounts.delete", 403)
    teardown(*planned)
    acme.add_below(google.project, "databases", "mlflow-db", "billing")
    before = len(google.changes())
    code, text = teardown(*planned)
    assert (code, len(google.changes())) == (2, before)
    assert "instance mlflow-db: database billing is on it" in text


def test_the_source_is_not_asked_for_once_its_server_is_gone(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    """A second run needs no source that is no more; before that, it does."""
    source = planned.index("--source") + 1
    gone = [*planned[:source], "sqlite:////nowhere.db", *planned[source + 1 :]]
    google.fail("triggers.delete", 403)
    teardown(*planned)
    assert "no such file" in teardown(*gone)[1]
    google.fail("secrets.delete", 403)
    teardown(*planned)
    assert teardown(*gone)[0] == 0


def test_the_servers_own_connections_do_not_stop_the_second_run(
    google: Google, teardown: Step, planned: list[str]
) -> None:
    kind = "cloudsql.googleapis.com/database/postgresql/num_backends"
    resource = {"database_id": "acme:mlflow-db"}
    acme.add_points(google.project, kind, resource, 5, database="mlflow")
    google.fail("secrets.delete", 403)
    assert teardown(*planned)[0] == 2
    assert SERVER not in google.project.kind("services")
    code, text = teardown(*planned)
    assert code == 0, text


@pytest.mark.parametrize("method", ["services.patch", "services.delete"])
def test_ctrl_c_leaves_a_true_record(
    google: Google, teardown: Step, planned: list[str], method: str
) -> None:
    once_before(google, method, lambda: os.kill(os.getpid(), signal.SIGINT))
    code, text = teardown(*planned)
    assert (code, "interrupted; run `teardown --execute` again" in text) == (2, True)
    assert_record_is_true(google)
    # The connection still has the answer of the cut call, which a new process has not.
    google_module._collection.cache_clear()
    google_module._client.cache_clear()
    assert teardown(*planned)[0] == 0
    assert Teardown.objects.get().ended_at is not None
