"""A BigQuery query as a source, looked at by a dry run: free, and nothing is written.

Holds what is refused before the query runs, and how BigQuery's refusals are told;
`trainer.prepare.export` runs it. Google's client is imported where it is used.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trainer.errors import ColumnError, DataError
from trainer.prepare import columns, files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from google.cloud import bigquery

PREFIX = "bigquery:"
NAME = "--input bigquery"
"""What messages call the source; its text may have many lines."""

DRY_RUN_SECONDS = 60.0
"""How long a dry run that meets a busy service is tried again."""

# As BigQuery's API spells them, in both dialects.
_NUMBERS = frozenset(
    ("INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING")
)
_TIMES = frozenset(("TIMESTAMP", "DATETIME", "DATE", "INTEGER", "INT64", "STRING"))
_TEXTS = _NUMBERS | {"BOOLEAN", "BOOL"}

_REMEDIES = {
    "invalidQuery": "mend the query.",
    "notFound": "check the names of projects, datasets and tables.",
    "accessDenied": "the account that prepares needs the roles BigQuery Job User in "
    "the project that pays, BigQuery Data Viewer on the tables and Storage Object User "
    "on the bucket.",
    "quotaExceeded": "wait, or have the quota raised.",
    "stopped": "somebody cancelled the job; start it again.",
}
"""What to do, by the reason that BigQuery gives.

Source: https://cloud.google.com/bigquery/docs/error-messages
"""
_START_AGAIN = "nothing of it is kept: put that right, or start it again later."


@dataclass(frozen=True)
class Query:
    """A query that a dry run found right.

    Attributes:
      text: The query as it was given, without the prefix.
      project: Pays for it and holds its jobs.
      location: Of its tables, such as `EU`; its jobs run there.
      tables: What it reads, `project.dataset.table` each.
      reads_bytes: What BigQuery expects to read, and to bill where it bills by bytes.
    """

    text: str
    project: str
    location: str
    tables: tuple[str, ...]
    reads_bytes: int

    @property
    def name(self) -> str:
        """For people, in one line."""
        return f"BigQuery {', '.join(self.tables) or 'query'}"


def is_query(path: str) -> bool:
    """Whether an input names a query and no files."""
    return path.startswith(PREFIX)


def look(path: str, mapping: Mapping[str, str], project: str | None) -> Query:
    """Lets BigQuery check a query and holds its columns against their roles.

    Args:
      path: `bigquery:` and one SELECT in GoogleSQL.
      mapping: Role to column; empty to recognise the columns.
      project: Pays; None for the default credentials' own.

    Raises:
      DataError: BigQuery refuses the query or does not answer, or it is no SELECT.
      ColumnError: The mapping does not fit its columns, or a column's type its role.
    """
    text = path.removeprefix(PREFIX).strip()
    if not text:
        raise DataError(f"{NAME}: no query; give --input 'bigquery:SELECT …'.")
    from google.cloud import bigquery

    with refusals_told():
        job = connect(project).query(
            text,
            bigquery.QueryJobConfig(dry_run=True, use_query_cache=False),
            retry=bigquery.DEFAULT_RETRY.with_timeout(DRY_RUN_SECONDS),
            job_retry=None,
        )
    if job.statement_type != "SELECT":
        raise DataError(
            f"{NAME}: received a statement of type {job.statement_type}, where "
            "several together are a SCRIPT; give one SELECT."
        )
    _check_columns(job.schema, mapping)
    return Query(
        text=text,
        project=job.project,
        location=job.location,
        tables=tuple(map(str, job.referenced_tables)),
        reads_bytes=job.total_bytes_processed or 0,
    )


def connect(project: str | None) -> bigquery.Client:
    """Google's client with the default credentials.

    Raises:
      DataError: Nothing says which project pays.
    """
    from google.cloud import bigquery

    try:
        return bigquery.Client(project=project)
    except OSError as error:
        raise DataError(
            f"{NAME}: no project to pay is known; name it: --beam-pipeline-args "
            "'[\"--project=…\"]'."
        ) from error


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turns what Google's client raises into one line."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    # What requests raises are OSErrors.
    except (GoogleAPIError, GoogleAuthError, OSError) as error:
        told: dict[str, Any] = next(iter(getattr(error, "errors", None) or ()), {})
        said = files.first_line(Exception(told.get("message") or error)).rstrip(".;")
        remedy = _REMEDIES.get(told.get("reason", ""), _START_AGAIN)
        raise DataError(f"{NAME}: {said}; {remedy}") from error


def _check_columns(
    schema: Sequence[bigquery.SchemaField], mapping: Mapping[str, str]
) -> None:
    found = {field.name: field for field in schema}
    layout = columns.choose(mapping, list(found), NAME)
    problems = []
    for role, column in layout.columns.items():
        field, allowed = found[column], _types_of(role)
        repeated = field.mode == "REPEATED"
        if repeated or field.field_type not in allowed:
            given = f"ARRAY of {field.field_type}" if repeated else field.field_type
            problems.append(
                f"{NAME}: the column {column!r} for {role} is of type {given}; cast "
                f"it to one of {', '.join(sorted(allowed))}."
            )
    if problems:
        raise ColumnError(problems)


def _types_of(role: str) -> frozenset[str]:
    if role == "time":
        return _TIMES
    return _NUMBERS if role in columns.NUMBER_ROLES else _TEXTS
