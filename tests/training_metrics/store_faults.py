"""The store-fault table: `python -m tests.training_metrics.store_faults`.

Every fault, met once or for ever, in an upload of one request and in both steps of a
large one, onto nothing and over an older object: what the writer was told and what was
in the store afterwards. Run it in each environment for each client version.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count, product
from typing import NamedTuple

from tests.support.gcs import BUCKET, FAULTS, Gcs, serve_gcs
from training_metrics.errors import TrainingMetricsError
from training_metrics.storage import open_store, retry

OLD = b"old"
UPLOADS = (
    ("one request", "POST", 3000),
    ("large, begin", "POST", 9 * 2**20),
    ("large, send", "PUT", 9 * 2**20),
)
_numbers = count()


class Row(NamedTuple):
    """One line of the table."""

    fault: str
    times: str
    upload: str
    before: str
    told: str
    stored: str


def rows(gcs: Gcs) -> Iterator[Row]:
    """Makes every fault happen; the client must already talk to this server."""
    for fault, times, upload, is_over in product(
        FAULTS, (1, 1000), UPLOADS, (False, True)
    ):
        told, stored = _outcome(gcs, fault, times, upload, is_over)
        how_often, before = "once" if times == 1 else "always", "old" if is_over else ""
        yield Row(fault, how_often, upload[0], before, told, stored)
    gcs.faults.clear()


def _outcome(
    gcs: Gcs, fault: str, times: int, upload: tuple[str, str, int], is_over: bool
) -> tuple[str, str]:
    name = f"store_faults/{next(_numbers)}"
    store, data = open_store(f"gs://{BUCKET}/{name}"), b"x" * upload[2]
    gcs.faults.clear()
    generation = store.write(OLD, 0) if is_over else 0
    gcs.fail(fault, times, method=upload[1])
    try:
        seconds = 5 if times == 1 else 0.05
        is_right = store.write(data, generation, seconds) == gcs.generation(name)
        told = "written" if is_right else "a wrong generation"
    except TrainingMetricsError as error:
        told = type(error).__name__
    known = {None: "nothing", OLD: "old", data: "new"}
    return told, known.get(gcs.stored(name), "something else")


def main() -> None:
    """Prints the table."""
    from google.cloud import storage

    retry._FIRST_PAUSE_SECONDS, retry._LONGEST_PAUSE_SECONDS = 0.001, 0.01
    print(f"google-cloud-storage {storage.__version__}")
    with serve_gcs() as gcs:
        os.environ["STORAGE_EMULATOR_HOST"] = gcs.url
        for row in rows(gcs):
            print(" | ".join(f"{cell:<16}" for cell in row).rstrip())


if __name__ == "__main__":
    main()
