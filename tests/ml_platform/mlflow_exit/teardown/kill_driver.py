"""A teardown killed by SIGKILL at every change, each run a process of its own.

Started by `test_kill.py` with its own `TRACKLESS_HOME`. For every call that changes
something a run is killed before the cloud sees the call, and the next run after the
cloud has done it and before the answer; the run after those goes on. Prints what was
found, one JSON list a run: where it was killed, whether the record was true, how it
ended (-9 where it was killed).
"""

import json
import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connections  # noqa: E402

from ml_platform.mlflow_exit.teardown import google as google_module  # noqa: E402
from tests.ml_platform.mlflow_exit.teardown.conftest import (  # noqa: E402
    assert_record_is_true,
    new_runs,
    place_artifacts,
)
from tests.support.google.acme import acme  # noqa: E402
from tests.support.google.documents import Call  # noqa: E402
from tests.support.google.server import Google, serve_google  # noqa: E402

CHANGES = ("delete", "patch", "setIamPolicy")


def main(tracking: Path, backup: Path) -> None:
    """Prepares, then kills until a run ends by itself."""
    call_command("migrate", verbosity=0)
    place_artifacts(tracking)
    source = f"sqlite:///{tracking}"
    for step in (["backup", "--to", str(backup)], ["import"], ["verify"]):
        call_command("mlflow_exit", *step, "--source", source, stdout=sys.stderr)
    new_runs(3)
    google_module.sleep = lambda _: None
    with serve_google(acme(["0/known/artifacts/model.pkl"])) as google:
        settings.TRACKLESS_GOOGLE_ENDPOINT = google.url
        given = ["--project", "acme"]
        call_command("mlflow_exit", "teardown", *given, stdout=sys.stderr)
        given += ["--execute", "--confirm", "acme", "--source", source]
        given += ["--backup", str(backup), "--final-backup-days", "7"]
        killed: set[tuple[str, str]] = set()
        ended = -signal.SIGKILL
        while ended == -signal.SIGKILL:
            where, ended = run(google, given, killed)
            assert_record_is_true(google)
            print(json.dumps([*where, ended]))


def run(
    google: Google, given: list[str], killed: set[tuple[str, str]]
) -> tuple[list[str], int]:
    """Runs the teardown in a process, killed at the first place where none was yet."""
    where: list[str] = []
    connections.close_all()
    child = os.fork()
    if child == 0:
        google_module._collection.cache_clear()
        google_module._client.cache_clear()
        try:
            call_command("mlflow_exit", "teardown", *given, stdout=sys.stderr)
        except CommandError as error:
            print(error, file=sys.stderr)
            os._exit(2)
        os._exit(0)

    def kill(call: Call, moment: str) -> None:
        place = (call.id, moment)
        if not where and place not in killed and call.id.endswith(CHANGES):
            killed.add(place)
            where.extend(place)
            os.kill(child, signal.SIGKILL)
            if moment == "before":
                google.fail(call.id, "reset")

    google.before = lambda call: kill(call, "before")
    google.after = lambda call: kill(call, "after")
    _, status = os.waitpid(child, 0)
    google.before = google.after = None
    return where, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
