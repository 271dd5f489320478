"""BigQuery on loopback: query jobs that are really run, and write to a bucket.

    with serve_google(Warehouse("shop", gcs=gcs)) as google:
        google.project.tables["shop.orders"] = path_of_a_parquet_file
        …  # Google's client, with BIGQUERY_EMULATOR_HOST=f"{google.url}/bigquery"

Requests and answers are held to Google's discovery document by the server. The query
inside is run by DuckDB in the app's environment (`warehouse.py`).

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job
"""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.gcs import BUCKET, ROOT, Gcs
from tests.support.google.documents import Call, Json
from tests.support.google.project import Project, Refused, answers

PYTHON = ROOT / ".venv/bin/python"
LOCATION = "EU"
_EXPORT = re.compile(
    r'EXPORT DATA OPTIONS \(uri = "gs://(?P<bucket>[^/"]+)/(?P<folder>[^*"]+)'
    r"\*\.parquet\", format = 'PARQUET', compression = 'SNAPPY'\) AS\n(?P<query>.+)",
    re.DOTALL,
)
_SMALLEST_BILL = 10 << 20


@dataclass
class Warehouse(Project):
    """A project with tables.

    Attributes:
        gcs: Where exports go.
        tables: Parquet files by the table's name.
        jobs: By name, as the API shows them.
        denied: The message of a caller without rights; empty where all is granted.
        breaks: The reason and message that jobs fail with after their first file.
        holds: Whether a job stays running after its first file until it is cancelled;
            it then writes one more.
    """

    gcs: Gcs | None = None
    tables: dict[str, Path] = field(default_factory=dict)
    jobs: dict[str, Json] = field(default_factory=dict)
    denied: str = ""
    breaks: tuple[str, str] | None = None
    holds: bool = False
    unwritten: list[tuple[str, bytes]] = field(default_factory=list)

    def ask(self, query: str, folder: str | None = None) -> Json:
        """Looks at a query, or runs it where there is a folder.

        Raises:
            Refused: DuckDB refuses it.
        """
        tables = {name: str(file) for name, file in self.tables.items()}
        question = {"tables": tables, "query": query, "folder": folder}
        program = Path(__file__).with_name("warehouse.py")
        done = subprocess.run(
            [str(PYTHON), str(program)],
            input=json.dumps(question),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        told: Json = json.loads(done.stdout)
        if error := told.get("error"):
            status = 404 if error["reason"] == "notFound" else 400
            raise Refused(status, error["message"], error["reason"])
        return told

    def reads(self, tables: list[str]) -> int:
        """How many bytes the tables have."""
        return sum(self.tables[name].stat().st_size for name in tables)

    def write_next(self) -> None:
        """Puts a running job's next file into the bucket."""
        assert self.gcs is not None
        if self.unwritten:
            self.gcs.store(*self.unwritten.pop(0))


def is_there() -> bool:
    """Whether the app's environment, which runs the queries, was made."""
    return any(ROOT.glob(".venv/lib/python*/site-packages/duckdb"))


@answers("bigquery.jobs.insert")
def _insert(warehouse: Any, call: Call, _: dict[str, str], body: Json) -> Json:
    if warehouse.denied:
        raise Refused(403, warehouse.denied, "accessDenied")
    configuration = body["configuration"]
    query = configuration["query"]["query"]
    project = call.parameters["projectId"]
    if configuration.get("dryRun"):
        told = warehouse.ask(query)
        statistics = _statistics(warehouse, told)
        statistics["query"]["schema"] = {"fields": told.get("columns", [])}
        reference = {"projectId": project, "location": LOCATION}
        return _job(reference, configuration, "DONE", statistics)
    reference = body["jobReference"]
    if reference["jobId"] in warehouse.jobs:
        raise Refused(409, f"Already Exists: Job {reference['jobId']}", "duplicate")
    if reference.get("location") != LOCATION:
        raise Refused(404, "Not found: Dataset was not found in location", "notFound")
    job = _job(reference, configuration, *_run(warehouse, query))
    warehouse.jobs[reference["jobId"]] = job
    if warehouse.breaks:
        _fail(job, *warehouse.breaks)
    return job


def _run(warehouse: Any, query: str) -> tuple[str, Json]:
    export = _EXPORT.fullmatch(query)
    if not export or export["bucket"] != BUCKET:
        raise Refused(400, "Syntax error: no such EXPORT DATA", "invalidQuery")
    with tempfile.TemporaryDirectory() as folder:
        told = warehouse.ask(export["query"], folder)
        warehouse.unwritten = [
            (f"{export['folder']}{file.name}", file.read_bytes())
            for file in sorted(Path(folder).iterdir())
        ]
    warehouse.write_next()
    if not (warehouse.holds or warehouse.breaks):
        while warehouse.unwritten:
            warehouse.write_next()
    told["statement"] = "EXPORT_DATA"
    return "RUNNING" if warehouse.holds else "DONE", _statistics(warehouse, told)


@answers("bigquery.jobs.get")
def _get(warehouse: Any, call: Call, query: dict[str, str], _: Any) -> Json:
    job = _found(warehouse, call, query)
    if job["status"]["state"] == "RUNNING" and job.pop("cancelled", False):
        warehouse.write_next()
        _fail(job, "stopped", "Job execution was cancelled: User requested it")
    return _shown(job)


@answers("bigquery.jobs.cancel")
def _cancel(warehouse: Any, call: Call, query: dict[str, str], _: Any) -> Json:
    job = _found(warehouse, call, query)
    job["cancelled"] = True
    return {"kind": "bigquery#jobCancelResponse", "job": _shown(job)}


@answers("bigquery.jobs.getQueryResults")
def _results(warehouse: Any, call: Call, query: dict[str, str], _: Any) -> Json:
    job = _found(warehouse, call, query)
    if error := job["status"].get("errorResult"):
        raise Refused(400, error["message"], error["reason"])
    done = job["status"]["state"] == "DONE"
    return {
        "kind": "bigquery#getQueryResultsResponse",
        "jobReference": job["jobReference"],
        "jobComplete": done,
        **({"totalRows": "0", "schema": {}} if done else {}),
    }


def _found(warehouse: Any, call: Call, query: dict[str, str]) -> Json:
    name = call.parameters["jobId"]
    if name not in warehouse.jobs or query.get("location") != LOCATION:
        raise Refused(404, f"Not found: Job {name}", "notFound")
    found: Json = warehouse.jobs[name]
    return found


def _job(reference: Json, configuration: Json, state: str, statistics: Json) -> Json:
    return {
        "kind": "bigquery#job",
        "jobReference": reference,
        "configuration": configuration,
        "status": {"state": state},
        "statistics": statistics,
    }


def _statistics(warehouse: Any, told: Json) -> Json:
    tables = told.get("tables", [])
    reads = warehouse.reads(tables)
    references = [
        {"projectId": warehouse.id, "datasetId": dataset, "tableId": table}
        for dataset, _, table in (name.partition(".") for name in tables)
    ]
    query = {
        "statementType": told["statement"],
        "referencedTables": references,
        "totalBytesProcessed": str(reads),
        "totalBytesBilled": str(max(reads, _SMALLEST_BILL)),
    }
    return {"query": query, "totalBytesProcessed": str(reads)}


def _fail(job: Json, reason: str, message: str) -> None:
    error = {"message": message, "reason": reason}
    job["status"] = {"state": "DONE", "errorResult": error, "errors": [error]}


def _shown(job: Json) -> Json:
    return {name: value for name, value in job.items() if name != "cancelled"}
