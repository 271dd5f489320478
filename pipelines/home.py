"""The local home folder: its layout, its secret, and what children inherit."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines import environment
from pipelines.errors import TracklessError

_ROOM_BYTES = 64 << 10


@dataclass(frozen=True)
class Home:
    """`TRACKLESS_HOME` of a local run.

    Attributes:
        folder: Its absolute path.
        secret: Signs what the pipeline and Django say to each other; made once and
            kept readable by its owner only, unless the environment gives one.
    """

    folder: Path
    secret: str

    @property
    def pipeline_root(self) -> Path:
        """Where KFP's local runner keeps the artifacts of steps."""
        return self.folder / "pipeline_root"

    @property
    def logs(self) -> Path:
        """Where the long logs go."""
        return self.folder / "logs"

    @contextmanager
    def full_disk_told(self) -> Iterator[None]:
        """Says of a failure inside the block that the home's disk is full, if it is."""
        remedy = f"free space there, or set {environment.HOME} to another folder."
        try:
            yield
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise TracklessError(
                f"the disk of {self.folder} is full: {remedy}", exit_code=1
            ) from error
        except TracklessError as error:
            if shutil.disk_usage(self.folder).free >= _ROOM_BYTES:
                raise
            raise TracklessError(
                f"{error}; the disk of {self.folder} is full: {remedy}",
                exit_code=error.exit_code,
            ) from error

    def child_environment(self, **more: str) -> dict[str, str]:
        """This process's environment with what every child needs added."""
        return {
            **os.environ,
            environment.HOME: str(self.folder),
            environment.NOTIFY_SECRET: self.secret,
            environment.TRAINER_PYTHON: environment.trainer_python(),
            **more,
        }


def open_home() -> Home:
    """Makes what is missing of the home folder.

    Raises:
        TracklessError: The folder cannot be written.
    """
    folder = environment.home()
    try:
        home = Home(folder, environment.notify_secret() or _kept_secret(folder))
        home.pipeline_root.mkdir(parents=True, exist_ok=True)
        home.logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TracklessError(
            f"{folder} cannot be written ({error.strerror}); set "
            f"{environment.HOME} to a folder that can."
        ) from error
    return home


def _kept_secret(folder: Path) -> str:
    path = folder / "notify_secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = secrets.token_urlsafe(32)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secret)
    except OSError:
        path.unlink()
        raise
    return secret
