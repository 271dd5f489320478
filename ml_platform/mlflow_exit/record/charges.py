"""What Google charged in the last days, from a Cloud Billing export in BigQuery.

Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables
"""

import re
from dataclasses import dataclass, field

from ml_platform.mlflow_exit.teardown.errors import GoogleAway, NamesRefused
from ml_platform.mlflow_exit.teardown.google import Google

DAYS = 7
_SERVICES = ("Cloud Run", "Cloud SQL", "Cloud Storage", "Secret Manager", "Cloud Build")
_TABLE = re.compile(r"[a-z0-9-]+\.[A-Za-z0-9_]+\.[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Charges:
    """Charges by day and service; without an export, where a person looks."""

    rows: list[list[str]] = field(default_factory=list)
    look: str = ""


def charges_of(google: Google, table: str | None) -> Charges:
    """Asks the export for the project's charges of the last days.

    Args:
        google: of the project.
        table: `project.dataset.table` of the export; None where there is none.

    Raises:
        NamesRefused: The table's name is none.
        GoogleError: BigQuery refused, or did not answer.
    """
    if table is None:
        look = (
            f"Billing → Reports, project {google.project}, grouped by service, last "
            f"{DAYS} days: {', '.join(_SERVICES)} should fall to what is not MLflow's "
            "within two days; a final backup and soft-deleted objects still cost"
        )
        return Charges(look=look)
    if not _TABLE.fullmatch(table):
        raise NamesRefused("--billing-table", table)
    services = ", ".join(f"'{one}'" for one in _SERVICES)
    query = (
        "SELECT CAST(DATE(usage_start_time) AS STRING), service.description, "
        f"CAST(ROUND(SUM(cost), 2) AS STRING) FROM `{table}` "
        f"WHERE project.id = @project AND service.description IN ({services}) AND "
        f"usage_start_time >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL {DAYS} DAY) "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    parameter = {
        "name": "project",
        "parameterType": {"type": "STRING"},
        "parameterValue": {"value": google.project},
    }
    body = {
        "query": query,
        "useLegacySql": False,
        "parameterMode": "NAMED",
        "queryParameters": [parameter],
    }
    jobs = google.api("bigquery", "v2", "jobs")
    request = jobs.query(projectId=table.partition(".")[0], body=body)
    answer = google.answer(request)
    if not answer.get("jobComplete"):
        raise GoogleAway(request.methodId, "the query has not ended; ask again")
    rows = [[str(cell["v"]) for cell in row["f"]] for row in answer.get("rows", [])]
    return Charges(rows=rows)
