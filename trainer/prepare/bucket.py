"""What a folder of a bucket holds, and its removal."""

import logging
from collections.abc import Iterator
from typing import Any

from trainer.prepare import files

_log = logging.getLogger(__name__)


def blobs(folder: str) -> Iterator[Any]:
    """The objects below a `gs://` folder; google-cloud-storage raises what it raises.

    Source: https://cloud.google.com/python/docs/reference/storage/latest
    """
    from google.cloud import storage

    bucket, _, prefix = folder.removeprefix(files.GS).partition("/")
    yield from storage.Client().list_blobs(bucket, prefix=f"{prefix}/")


def remove(folder: str) -> None:
    """Deletes the objects below a `gs://` folder; a failure is logged, not raised.

    Why it is removed matters more than that it is still there.
    """
    try:
        for blob in blobs(folder):
            blob.delete()
    except Exception as error:  # The client's errors share no base.
        _log.error("%s: not removed (%s)", folder, files.first_line(error))
