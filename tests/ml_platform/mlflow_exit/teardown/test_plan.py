"""`teardown` without `--execute`: what goes, what stays and why; nothing is changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_platform.mlflow_exit.models import Teardown, TeardownStep
from ml_platform.mlflow_exit.teardown.permissions import PLAN
from tests.ml_platform.mlflow_exit.conftest import Change, Exit
from tests.ml_platform.mlflow_exit.teardown.conftest import Step, place_artifacts
from tests.support.google import acme
from tests.support.google.acme import BUCKET, EMAIL, SECRET, with_decoys, with_env
from tests.support.google.project import Project
from tests.support.google.server import Google

PRICES = {
    "as_of": "2026-11-01",
    "currency": "EUR",
    "sql_tier_month": {"db-f1-micro": "9.10"},
    "sql_disk_gib_month": {"PD_SSD": "0.20"},
    "bucket_gib_month": {"STANDARD": "0.02"},
    "run_vcpu_month": "20",
    "run_memory_gib_month": "2",
    "secret_version_month": "0.06",
}


@pytest.fixture
def archived(mlflow_exit: Exit, tracking: Path) -> None:
    place_artifacts(tracking)
    mlflow_exit("import")


def planned(teardown: Step, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(teardown("--json", *arguments)[1]))


def stops(plan: dict[str, Any], kind: str) -> list[str]:
    (found,) = [one for one in plan["resources"] if one["kind"] == kind]
    return list(found["stops"])


def test_everything_of_mlflows_and_settings_first_data_last(
    google: Google, teardown: Step, archived: None
) -> None:
    plan = planned(teardown)
    assert [one["kind"] for one in plan["resources"]] == [
        "setting",
        "trigger",
        "service",
        "secret",
        "binding",
        "account",
        "instance",
        "bucket",
    ]
    assert all(one["gcloud"] and not one["stops"] for one in plan["resources"])
    assert (plan["left"], plan["absent"]) == ([], [])
    assert google.changes() == []
    assert Teardown.objects.get().digest == plan["digest"]
    assert TeardownStep.objects.count() == 8


def test_decoys_are_spared_and_it_is_said_why(
    google: Google, teardown: Step, archived: None
) -> None:
    with_decoys(google.project)
    code, text = teardown()
    assert code == 1
    assert "because job nightly-report in europe-west1 names it" in text
    assert "because database billing is on it" in text
    assert "because holiday.jpg is in it, which the inventory does not know" in text
    for name in ("acme-mlflow-artifacts-archive", "services/mlflow-server-staging"):
        assert f"{name}: another name than the plan's, so not touched" in text
    kinds = TeardownStep.objects.values_list("kind", flat=True)
    assert set(kinds) == {"setting", "trigger", "service", "binding", "account"}


def test_costs_show_their_arithmetic(
    google: Google, teardown: Step, archived: None, tmp_path: Path
) -> None:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(PRICES))
    text = teardown("--prices", str(file))[1]
    assert "24.00 a month (1 vCPU × 20 + 2 GiB memory × 2)" in text
    assert "11.10 a month (1 db-f1-micro × 9.10 + 10 GiB PD_SSD × 0.20)" in text
    # 24.00 + 0.06 + 11.10; the bucket's kilobyte rounds to nothing.
    assert "= 35.16 EUR, prices of 2026-11-01" in text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "No such file"),
        ("{", "Invalid JSON"),
        ('{"currency": "EUR"}', "as_of: Field required"),
        (json.dumps(PRICES | {"gold": 1}), "gold: Extra inputs"),
    ],
)
def test_a_price_list_that_cannot_be_read(
    google: Google, teardown: Step, tmp_path: Path, content: str | None, text: str
) -> None:
    file = tmp_path / "prices.json"
    if content is not None:
        file.write_text(content)
    code, told = teardown("--prices", str(file))
    assert code == 2
    assert text in told
    assert google.calls == []


def _connections(project: Project) -> None:
    kind = "cloudsql.googleapis.com/database/postgresql/num_backends"
    resource = {"database_id": "acme:mlflow-db"}
    acme.add_points(project, kind, resource, 3, database="reports")


def _requests(project: Project) -> None:
    kind = "run.googleapis.com/request_count"
    acme.add_points(project, kind, {"service_name": "mlflow-server"}, 12)


def _volume(project: Project) -> None:
    volume = {"name": "v", "cloudSqlInstance": {"instances": [acme.CONNECTION]}}
    acme.add_pool(project, "worker", {"containers": [{}], "volumes": [volume]})


def _annotation(project: Project) -> None:
    acme.add_service(project, "reports", {"containers": [{}]})
    held = project.kind("services")[f"{acme.PLACE}/services/reports"]
    held["annotations"] = {"run.googleapis.com/cloudsql-instances": acme.CONNECTION}


def _policy(name: str, role: str, member: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        binding = {"role": role, "members": [member]}
        project.policies[name] = {"etag": "AAAAAAAA", "bindings": [binding]}

    return change


def _bucket_elsewhere(project: Project) -> None:
    acme.add_bucket(project, "models")
    _policy("b/models", "roles/storage.admin", f"serviceAccount:{EMAIL}")(project)


def _instance(**changed: Any) -> Callable[[Project], None]:
    return lambda project: project.kind("instances")["mlflow-db"].update(changed)


SHARED = [
    ("instance", _connections, "3 connections to the database reports in the last 60"),
    ("instance", _volume, "worker pool worker in us-central1 names it"),
    ("instance", _annotation, "service reports in europe-west1 names it"),
    (
        "instance",
        lambda p: acme.add_below(p, "users", "mlflow-db", "ann"),
        "user ann is on it",
    ),
    ("instance", _instance(replicaNames=["r1"]), "replica r1 follows it"),
    (
        "instance",
        _instance(
            settings={"tier": "db-f1-micro", "deletionProtectionEnabled": True}
        ),
        "deletion protection is on; lift it yourself: gcloud sql instances patch",
    ),
    ("service", _requests, "12 requests in the last 60 minutes"),
    (
        "service",
        lambda p: acme.add_job(
            p, "train", with_env({"MLFLOW_TRACKING_URI": acme.URL})["containers"][0]
            and with_env({"MLFLOW_TRACKING_URI": "http://by-another-name"})
        ),
        "job train in europe-west1 has MLFLOW_TRACKING_URI; add --client train",
    ),
    (
        "service",
        lambda p: acme.add_pool(p, "w", with_env({"TRACKING": acme.URL})),
        "worker pool w in us-central1 names it",
    ),
    (
        "service",
        lambda p: acme.add_trigger(
            p, f"{acme.PLACE}/triggers/77", "all", substitutions={"_S": "mlflow-server"}
        ),
        "trigger all names it",
    ),
    (
        "secret",
        _policy(SECRET, "roles/secretmanager.secretAccessor", "user:b@acme.example"),
        "user:b@acme.example may read it",
    ),
    ("account", _bucket_elsewhere, "it has roles/storage.admin on gs://models"),
    (
        "account",
        lambda p: acme.add_service(p, "other", {"serviceAccount": EMAIL}),
        "service other in europe-west1 names it",
    ),
    (
        "account",
        _policy(acme.ACCOUNT, "roles/iam.workloadIdentityUser", "user:gke"),
        "user:gke may act as it (roles/iam.workloadIdentityUser)",
    ),
    (
        "bucket",
        lambda p: acme.add_service(p, "files", with_env({"B": f"gs://{BUCKET}/x"})),
        "service files in europe-west1 names it",
    ),
    (
        "bucket",
        lambda p: p.kind("buckets")[BUCKET].update(retentionPolicy={}, labels={})
        or p.kind("buckets")[BUCKET].update(defaultEventBasedHold=True),
        "a retention policy or hold keeps its objects; lift it yourself",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "text"), SHARED)
def test_shared_use_stops_a_resource(
    google: Google,
    teardown: Step,
    archived: None,
    kind: str,
    change: Callable[[Project], None],
    text: str,
) -> None:
    change(google.project)
    found = stops(planned(teardown), kind)
    assert any(text in one for one in found), found


def test_while_the_service_stays_so_does_all_that_it_needs(
    google: Google, teardown: Step, archived: None
) -> None:
    _requests(google.project)
    plan = planned(teardown)
    going = [one["kind"] for one in plan["resources"] if not one["stops"]]
    assert going == ["setting", "trigger"]
    assert "the service mlflow-server stays and needs it" in stops(plan, "instance")


def test_look_alike_names_are_no_use(
    google: Google, teardown: Step, archived: None
) -> None:
    """`mlflow-server-2` and `old-mlflow-db-password` are other words."""
    env = with_env({"A": "mlflow-server-2", "B": "old-mlflow-db-password"})
    acme.add_service(google.project, "other", env)
    plan = planned(teardown)
    assert [one["stops"] for one in plan["resources"]] == [[]] * 8


LISTINGS = [
    "run.projects.locations.list",
    "services.list",
    "jobs.list",
    "workerPools.list",
    "sql.instances.list",
    "sql.databases.list",
    "sql.users.list",
    "cloudbuild.projects.locations.list",
    "triggers.list",
    "storage.buckets.list",
    "storage.buckets.getIamPolicy",
    "storage.objects.list",
    "serviceAccounts.list",
    "serviceAccounts.keys.list",
    "secrets.list",
    "versions.list",
    "secrets.getIamPolicy",
    "projects.getIamPolicy",
    "timeSeries.list",
]


@pytest.mark.parametrize("method", LISTINGS)
def test_a_failed_listing_stops_and_never_means_nothing(
    google: Google, teardown: Step, method: str
) -> None:
    """Not found is no empty list, either."""
    fault = 404 if "sql" in method else 403
    google.fail(method, fault)
    code, text = teardown()
    assert code == 2
    assert text.startswith("listing ")
    assert f"{fault} injected" in text
    assert not Teardown.objects.exists()


@pytest.mark.parametrize("fault", [429, 503, "reset", "lost"])
def test_a_passing_fault_is_asked_again(
    google: Google, teardown: Step, fault: int | str
) -> None:
    google.fail("sql.instances.list", fault, times=3)
    assert "instance mlflow-db" in teardown()[1]


def test_a_fault_that_does_not_pass_stops(google: Google, teardown: Step) -> None:
    google.fail("sql.instances.list", 503, times=20)
    code, text = teardown()
    assert (code, "503 injected" in text) == (2, True)


def test_half_a_list_is_a_failed_listing(google: Google, teardown: Step) -> None:
    """Cloud SQL lists what it reaches, and names the regions that it does not."""
    from tests.support.google.project import ANSWERS

    def half(*_: Any) -> dict[str, Any]:
        return {"items": [], "warnings": [{"code": "REGION_UNREACHABLE"}]}

    whole = ANSWERS["sql.instances.list"]
    ANSWERS["sql.instances.list"] = half
    try:
        code, text = teardown()
    finally:
        ANSWERS["sql.instances.list"] = whole
    assert (code, "REGION_UNREACHABLE" in text) == (2, True)


@pytest.mark.parametrize("name", ["*", "", "-", ".*", "a", "mlflow*", "a/b"])
@pytest.mark.parametrize("option", ["--service", "--bucket", "--secret", "--client"])
def test_names_that_match_everything_are_refused(
    google: Google, teardown: Step, option: str, name: str
) -> None:
    code, text = teardown(f"{option}={name}")
    assert code == 2
    assert f"teardown {option} {name!r}: names no single resource" in text
    assert google.calls == []


def test_a_platform_s_own_names_are_settings(
    google: Google, teardown: Step, settings: Any
) -> None:
    settings.TRACKLESS_MLFLOW_NAMES = {"service": "tracking"}
    removal = "gcloud run services delete mlflow-server "
    _, text = teardown()
    assert removal not in text
    _, text = teardown("--service", "mlflow-server")
    assert removal in text


def test_a_setting_that_names_something_else_is_refused(
    google: Google, teardown: Step, settings: Any
) -> None:
    settings.TRACKLESS_MLFLOW_NAMES = {"servise": "mlflow-server"}
    code, text = teardown()
    assert (code, google.calls) == (2, [])
    assert "settings TRACKLESS_MLFLOW_NAMES: 'servise' is nothing that" in text


def test_missing_permissions_are_all_named(google: Google, teardown: Step) -> None:
    google.project.granted = set(PLAN) - {"run.jobs.list", "storage.buckets.list"}
    code, text = teardown()
    assert code == 2
    for name in ("run.jobs.list", "storage.buckets.list"):
        assert f"permission {name} on projects/acme is missing" in text
    assert len(google.calls) == 1


def test_what_is_gone_already_is_said(
    google: Google, teardown: Step, archived: None, change: Change
) -> None:
    google.project.kind("triggers").clear()
    code, text = teardown()
    assert code == 0
    assert "not there under its name: trigger" in text
