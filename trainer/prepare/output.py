"""The folder that is prepared: whole or not at all, on a disk or in a bucket.

On a disk everything is written beside the target and renamed at the end. A bucket
cannot rename a folder: there the target has to be empty, `dataset.json`, without
which nothing reads the folder, is written last, and a failure removes what was
written.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trainer import features
from trainer.errors import DataError
from trainer.prepare import bucket, files


@dataclass(frozen=True)
class Output:
    """Where to write while the folder is being made.

    Attributes:
      folder: Becomes the target, or is it.
      scratch: For what belongs to the making and is gone with it.
    """

    folder: str
    scratch: str


@contextmanager
def made_whole(target: str) -> Iterator[Output]:
    """Gives places to write to; when the block ends, the target is there, whole.

    Args:
      target: Folder to make, normalised. On a disk it may be an earlier preparation,
        which is then replaced; in a bucket it has to be empty.

    Raises:
      DataError: The folder holds other files or cannot be written.
    """
    make = _in_a_bucket if files.is_remote(target) else _on_a_disk
    with make(target) as output:
        yield output


@contextmanager
def _on_a_disk(name: str) -> Iterator[Output]:
    target = Path(name)
    if target.exists() and not target.is_dir():
        raise DataError(f"{name}: is a file; give a folder for the examples.")
    used = target.is_dir() and any(target.iterdir())
    if used and not (target / features.DATASET_FILE).is_file():
        raise DataError(
            f"{name}: holds other files; give a new folder, or that of an earlier "
            "preparation, which is then replaced."
        )
    with _beside(target) as scratch:
        folder = scratch / "examples"
        folder.mkdir()
        yield Output(str(folder), str(scratch))
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise DataError(
            f"{target}: cannot be written ({error.strerror}); give a folder on a "
            "disk with room and the right to write."
        ) from error
    try:
        yield Path(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _in_a_bucket(name: str) -> Iterator[Output]:
    folder = name.rstrip("/")
    try:
        used = next(iter(bucket.blobs(folder)), None)
    except Exception as error:  # The client's errors share no base.
        raise DataError(
            f"{name}: the bucket cannot be listed ({files.first_line(error)}); check "
            "the address and the right to read and write it."
        ) from error
    if used is not None:
        raise DataError(f"{name}: holds files ({used.name}); give a new folder.")
    output = Output(folder, f"{folder}/.making")
    try:
        yield output
    except BaseException:
        bucket.remove(folder)
        raise
    bucket.remove(output.scratch)
