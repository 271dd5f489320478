"""Opens and lists files for preparing, local or `gs://`, in this or any worker.

Beam is imported only for a bucket or a pattern: to check a file stays quick. Holds no
rule about what the files contain.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from trainer.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

GS = "gs://"


def normalise(path: str) -> str:
    """One spelling for each place: `/gcs/bucket/x` is `gs://bucket/x`.

    A mounted bucket cannot rename a folder, and workers on other machines have no
    mount at all.
    """
    return GS + path.removeprefix("/gcs/") if path.startswith("/gcs/") else path


def is_remote(path: str) -> bool:
    """Whether other machines reach the place, too."""
    return path.startswith(GS)


def matching(pattern: str) -> list[str]:
    """The files that a path or a pattern with `*` names, in order.

    Raises:
      DataError: The store cannot be asked.
    """
    if not is_remote(pattern) and (Path(pattern).is_file() or "*" not in pattern):
        return [pattern] if Path(pattern).is_file() else []
    from apache_beam.io.filesystems import FileSystems

    with _refusals_told(pattern):
        (found,) = FileSystems.match([pattern])
        return sorted(file.path for file in found.metadata_list)


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The file's bytes as they are, whatever its name ends with.

    Raises:
      DataError: The store does not let it be opened.
    """
    if not is_remote(path):
        with Path(path).open("rb") as stream:
            yield stream
        return
    from apache_beam.io.filesystem import CompressionTypes
    from apache_beam.io.filesystems import FileSystems

    with _refusals_told(path):
        remote: Any = FileSystems.open(
            path, compression_type=CompressionTypes.UNCOMPRESSED
        )
    with remote:
        yield remote


@contextmanager
def _refusals_told(path: str) -> Iterator[None]:
    """Turns what the store's client raises into one line; its errors share no base."""
    try:
        yield
    except Exception as error:
        raise DataError(
            f"{path}: the store does not let it be read ({first_line(error)}); check "
            "the address and the right to read it."
        ) from error


def first_line(error: Exception) -> str:
    """What an error says, short enough for one line of ours."""
    return (str(error).splitlines() or [type(error).__name__])[0].strip()[:300]
