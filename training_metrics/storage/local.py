"""A local file with generations: a lock, a temporary file, one atomic rename.

The generation is the file's modification time in nanoseconds, which every write sets
higher than the one before. Guarantee: a reader sees the old content or the new one,
whole, also when the writer is killed at any moment. Limits: POSIX systems; a file
system that keeps `flock` between the machines that share it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Final

from training_metrics.errors import DocumentRefused, StoreConflict, StoreUnavailable
from training_metrics.storage import TOTAL_SECONDS, Stored

_LOCK_PAUSE_SECONDS: Final = 0.005
# Coarse file systems keep time stamps to two seconds.
_COARSE_NANOSECONDS: Final = 2_000_000_000


class LocalStore:
    """One file in a local folder."""

    def __init__(self, path: str) -> None:
        self.uri = path
        self._path = Path(path)

    def read(
        self, max_bytes: int, total_seconds: float = TOTAL_SECONDS
    ) -> Stored | None:
        """Reads the file; see `Store.read`."""
        try:
            # Opening a pipe would wait for somebody to write into it.
            if not S_ISREG(self._path.stat().st_mode):
                raise DocumentRefused(
                    self.uri, "$", "not a regular file", "name the file itself"
                )
            with self._path.open("rb") as file:
                generation = os.fstat(file.fileno()).st_mtime_ns
                return Stored(file.read(max_bytes + 1), generation)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreUnavailable(self.uri, error) from error

    def write(
        self,
        data: bytes,
        if_generation: int | None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> int:
        """Writes the file; see `Store.write`."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(total_seconds):
                stored = self._generation()
                if if_generation is not None and if_generation != stored:
                    raise StoreConflict(self.uri, if_generation)
                return self._replace(data, stored)
        except OSError as error:
            raise StoreUnavailable(self.uri, error) from error

    def delete(self, if_generation: int, total_seconds: float = TOTAL_SECONDS) -> None:
        """Deletes the file; see `Store.delete`. The lock beside it stays."""
        try:
            if not self._path.exists():
                return
            with self._locked(total_seconds):
                stored = self._generation()
                if stored and stored != if_generation:
                    raise StoreConflict(self.uri, if_generation)
                self._path.unlink(missing_ok=True)
                _sync_folder(self._path.parent)
        except OSError as error:
            raise StoreUnavailable(self.uri, error) from error

    def _generation(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _replace(self, data: bytes, stored: int) -> int:
        self._remove_leftovers()
        handle, name = tempfile.mkstemp(".tmp", self._prefix, self._path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)
            generation = _stamp(temporary, stored)
            temporary.replace(self._path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self._path.parent)
        return generation

    @property
    def _prefix(self) -> str:
        return f".{self._path.name}."

    def _remove_leftovers(self) -> None:
        """Removes what killed writers left; we hold the lock, so none is at work."""
        for file in self._path.parent.glob(f"{self._prefix}*.tmp"):
            file.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, total_seconds: float) -> Iterator[None]:
        """Holds the lock beside the file, which ends with its holder's process."""
        with self._path.with_name(f"{self._prefix}lock").open("ab") as lock:
            deadline = time.monotonic() + total_seconds
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(_LOCK_PAUSE_SECONDS)
            yield


def _stamp(path: Path, stored: int) -> int:
    """Sets a modification time after the stored one and says which it became."""
    wanted = max(time.time_ns(), stored + 1)
    for step in (0, _COARSE_NANOSECONDS):
        os.utime(path, ns=(wanted + step, wanted + step))
        generation = path.stat().st_mtime_ns
        if generation > stored:
            break
    return generation


def _sync_folder(folder: Path) -> None:
    """Makes the rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
