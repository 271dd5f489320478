"""Steps of the exit killed by SIGKILL at random moments, each a process of its own.

Started by `test_kill.py` with its own `TRACKLESS_HOME`: `python -m … FOLDER KILLS`, the
folder with MLflow's database `mlflow.db` and a new one, `new.db`. Prints a JSON list a
kill: the step, and what is there after it was run again.
"""

import io
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from ml_platform.mlflow_exit.archive import points_held  # noqa: E402
from ml_platform.mlflow_exit.manifest import manifest_read  # noqa: E402
from ml_platform.mlflow_exit.models import ArchivedRun, Verification  # noqa: E402
from ml_platform.mlflow_exit.proof import archive_digest, proof_state  # noqa: E402
from ml_platform.mlflow_exit.sources import source_open  # noqa: E402

DATABASE = Path(settings.DATABASES["default"]["NAME"])
HOME = Path(os.environ["TRACKLESS_HOME"]) / "quick_tests"


class Driver:
    """One folder's steps, killed.

    Attributes:
        killed: whether the last step was, and did not end before.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._source = ["--source", f"sqlite:///{folder}/mlflow.db"]
        self._draw = random.Random()
        self._longest = 1.0
        self.killed = False

    def import_killed(self) -> str:
        """Killed in an empty archive, then run to its end."""
        connections.close_all()
        shutil.copy(self._folder / "empty.sqlite3", DATABASE)
        shutil.rmtree(HOME, ignore_errors=True)
        self._kill("import", *self._source)
        for record in ArchivedRun.objects.all():
            assert len(points_held(record)) == record.point_count, record
        self._end("import", *self._source)
        return archive_digest()

    def verify_killed(self) -> str:
        """Killed on a whole archive; a verification is recorded whole or not."""
        self._kill("verify", *self._source)
        assert all(one.proof for one in Verification.objects.all())
        self._end("verify", *self._source)
        state = proof_state()
        assert state["wrong"] == ""
        return str(state["proof"]["digest"])

    def backup_killed(self) -> str:
        """Killed, a backup has no manifest or is whole; another place takes it."""
        place = self._folder / "backup"
        for one in (place, self._folder / "other"):
            shutil.rmtree(one, ignore_errors=True)
        self._kill("backup", *self._source, "--to", str(place))
        if (place / "manifest.json").exists():
            with source_open(str(place)):
                pass
        self._end("backup", *self._source, "--to", str(self._folder / "other"))
        manifest = manifest_read(str(self._folder / "other"))
        assert manifest is not None
        return str(sorted((one.name, one.sha256) for one in manifest.files()))

    def rollback_killed(self) -> str:
        """Killed, the new database is as new as before, or holds everything."""
        new = self._folder / "filled.db"
        for path in self._folder.glob("filled.db*"):
            path.unlink()
        shutil.copy(self._folder / "new.db", new)
        into = f"sqlite:///{new}"
        order = ["--from", str(self._folder / "other"), "--into", into]
        self._kill("rollback", *order)
        # Opened as MLflow does, which undoes what was cut off.
        with closing(sqlite3.connect(new)) as connection:
            ((count,),) = connection.execute("SELECT COUNT(*) FROM runs").fetchall()
        if not count:
            self._end("rollback", *order)
        with source_open(into) as source:
            return str([source.run(run_id).digest() for run_id in source.run_ids()])

    def _kill(self, step: str, *options: str) -> None:
        """Kills the step at a random moment before its end."""
        connections.close_all()
        child = os.fork()
        if child == 0:
            self._end(step, *options)
            os._exit(0)
        seconds = self._draw.uniform(0, self._longest)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, -signal.SIGKILL), code
        self.killed = code != 0
        # What ended by itself is killed sooner the next time.
        self._longest = self._longest * 1.2 if self.killed else seconds

    def _end(self, step: str, *options: str) -> None:
        call_command("mlflow_exit", step, *options, stdout=io.StringIO())


def main(folder: Path, kills: int) -> None:
    """Kills every step so often."""
    call_command("migrate", verbosity=0)
    connections.close_all()
    shutil.copy(DATABASE, folder / "empty.sqlite3")
    driver = Driver(folder)
    steps: list[Callable[[], Any]] = [driver.import_killed, driver.verify_killed]
    steps += [driver.backup_killed, driver.rollback_killed]
    for step in steps:
        left = kills
        while left:
            end = step()
            if driver.killed:
                left -= 1
                print(json.dumps([step.__name__, end]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
