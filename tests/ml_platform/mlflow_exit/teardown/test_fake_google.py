"""The fake of Google's APIs is held to Google's documents; gcloud agrees with it."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ml_platform.mlflow_exit.teardown.google import Google as Client
from ml_platform.mlflow_exit.teardown.names import Names
from ml_platform.mlflow_exit.teardown.planning import plan_make
from tests.ml_platform.mlflow_exit.conftest import Exit
from tests.support.google import gcloud as gcloud_module
from tests.support.google.acme import ACCOUNT, BUCKET, PLACE, SECRET, SERVER, TRIGGER
from tests.support.google.server import Google


def asked(google: Google, method: str, path: str, body: Any = None) -> tuple[int, str]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{google.url}{path}", data, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "/run/v2/projects/acme/locations/-x/nothing", None, "No method"),
        ("GET", f"/run/v2/{PLACE}/services?colour=red", None, "Unknown query"),
        ("GET", "/storage/storage/v1/b", None, "Required parameter 'project'"),
        ("PATCH", f"/run/v2/{SERVER}", {"template": 1}, "1 is no object"),
        ("PATCH", f"/run/v2/{SERVER}", {"etags": "a"}, "Unknown name"),
    ],
)
def test_what_the_documents_do_not_know_is_refused(
    google: Google, method: str, path: str, body: Any, text: str
) -> None:
    status, told = asked(google, method, path, body)
    assert status in (400, 404)
    assert text in json.loads(told)["error"]["message"]


def test_an_answer_that_breaks_its_schema_is_the_fakes_own_error(
    google: Google,
) -> None:
    google.project.kind("services")[SERVER]["colour"] = "red"
    status, told = asked(google, "GET", f"/run/v2/{SERVER}")
    assert (status, "Unknown name" in told) == (500, True)


def test_lists_come_in_pages(google: Google) -> None:
    status, told = asked(google, "GET", "/sqladmin/v1/projects/acme/instances")
    assert (status, len(json.loads(told)["items"])) == (200, 1)
    listed = Client("acme").listed(
        "databases",
        Client("acme").api("storage", "v1", "buckets"),
        "items",
        project="acme",
    )
    assert [one["name"] for one in listed] == [BUCKET]


@pytest.mark.slow
@pytest.mark.skipif(not gcloud_module.is_there(), reason="no gcloud")
def test_gcloud_does_what_the_plan_says_it_would(
    google: Google, tmp_path: Path, proven: list[str], mlflow_exit: Exit
) -> None:
    """The plan's own command lines, but those of Cloud Run, run by gcloud."""
    from django.utils import timezone

    plan = plan_make(
        google=Client("acme"),
        names=Names.given("acme"),
        prices=None,
        now=timezone.now(),
        final_backup_days=30,
    )
    lines = [line for one in plan.going for line in one.gcloud if " run " not in line]
    assert len(lines) == 7
    for line in lines:
        gcloud_module.gcloud(google, tmp_path, line)
    held = google.project
    gone = {"instances": "mlflow-db", "buckets": BUCKET, "secrets": SECRET}
    gone |= {"triggers": TRIGGER, "accounts": ACCOUNT}
    for kind, name in gone.items():
        assert name not in held.kind(kind)
    members = [
        m for b in held.policies["projects/acme"]["bindings"] for m in b["members"]
    ]
    assert members == ["user:a@acme.example"]
    (backup,) = held.kind("backups").values()
    assert backup["ttlDays"] == "30"
