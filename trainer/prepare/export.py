"""Runs a query and gives its lines as Parquet files in a bucket, for a while.

One job of BigQuery's own statement writes the files; they are gone when the work on
them has ended, however it ended, and a job that still runs then is cancelled first.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trainer import interruption, progress
from trainer.errors import DataError
from trainer.prepare import bucket, files
from trainer.prepare.query import NAME, Query, connect, refusals_told
from trainer.prepare.source import Source, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.cloud import bigquery

CANCEL_SECONDS = 10.0
"""How long a cancelled job may still write; less than a stopped step has to end in."""

# Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/export-statements
# The query comes last, as it is: it may end in a semicolon or a comment.
_STATEMENT = """\
EXPORT DATA OPTIONS (uri = {uri}, format = 'PARQUET', compression = 'SNAPPY') AS
{query}"""

_log = logging.getLogger(__name__)


def place(output: str, temp_location: str | None) -> str:
    """The `gs://` folder below which a query's lines can wait.

    Args:
      output: The folder to make, normalised.
      temp_location: Beam's option of that name.

    Raises:
      DataError: None of them is in a bucket.
    """
    for folder in (output, files.normalise(temp_location or "")):
        if files.is_remote(folder):
            return folder.rstrip("/")
    raise DataError(
        f"{NAME}: BigQuery writes to buckets only, and {output or 'no output'} is in "
        "none; give a gs:// output, or --beam-pipeline-args "
        "'[\"--temp_location=gs://…\"]'."
    )


@contextmanager
def exported(query: Query, mapping: Mapping[str, str], folder: str) -> Iterator[Source]:
    """Runs the query; its lines are there until the block ends.

    Args:
      query: As its dry run left it.
      mapping: Role to column; empty to recognise the columns.
      folder: As `place` gives it.

    Raises:
      DataError: The job did not succeed, or the query has no lines.
    """
    name = f"trackless-prepare-{uuid.uuid4().hex}"
    scratch = f"{folder}/.{name}"
    pattern = f"{scratch}/*.parquet"
    try:
        job = _finished(query, name, pattern)
        interruption.check()
        if not files.matching(pattern):
            raise DataError(f"{NAME}: has no lines; give a query with transactions.")
        yield replace(inspect(pattern, mapping, NAME), query=_facts(query, job))
    finally:
        bucket.remove(scratch)


def _finished(query: Query, name: str, uri: str) -> bigquery.QueryJob:
    """Runs the export to its end.

    The job's name is fixed before the first call, so that a call whose answer was lost
    finds the job it made, and a stop at any moment knows what to cancel.
    """
    statement = _STATEMENT.format(
        uri=json.dumps(uri, ensure_ascii=False), query=query.text
    )
    with refusals_told():
        client = connect(query.project)
        try:
            job = _begun(client, statement, name, query.location)
            progress.report("prepare", "progress", message=f"BigQuery job {name}")
            job.result()
        except BaseException:
            _cancel(client, name, query.location)
            raise
    return job


def _begun(
    client: bigquery.Client, statement: str, name: str, location: str
) -> bigquery.QueryJob:
    from google.api_core.exceptions import Conflict
    from google.cloud import bigquery

    config = bigquery.QueryJobConfig(use_query_cache=False)
    try:
        return client.query(
            statement, config, job_id=name, location=location, job_retry=None
        )
    except Conflict:
        return client.get_job(name, location=location)


def _cancel(client: bigquery.Client, name: str, location: str) -> None:
    """Ends the job and waits until it writes no more; why it ends matters more."""
    from google.api_core.exceptions import NotFound

    end = time.monotonic() + CANCEL_SECONDS
    once: dict[str, Any] = {"retry": None, "timeout": CANCEL_SECONDS}
    try:
        job = client.cancel_job(name, location=location, **once)
        while not job.done(**once) and time.monotonic() < end:
            time.sleep(0.2)
    except NotFound:
        return
    except Exception as error:  # The client's errors share no base.
        _log.error("BigQuery job %s: not cancelled (%s)", name, files.first_line(error))


def _facts(query: Query, job: bigquery.QueryJob) -> dict[str, Any]:
    return {
        "text": query.text,
        "tables": list(query.tables),
        "project": query.project,
        "location": query.location,
        "job": job.job_id,
        "bytes_processed": job.total_bytes_processed,
        "bytes_billed": job.total_bytes_billed,
    }
