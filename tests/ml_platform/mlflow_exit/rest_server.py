"""A tracking server on loopback that speaks MLflow's REST as its versions differ.

It answers from a tracking database, so what it says can be compared with that:

- `1.x`: experiments are listed, not searched; 64-bit numbers are texts; histories come
  whole, whatever page size is asked for.
- `2.0`: refuses to page histories.
- `3.x`: pages them, in the order of time, step and value, ties in any order.

`faults` are given, one a call, before it answers rightly.
"""

import base64
import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

_INFO = ("experiment_id", "user_id", "status", "start_time", "end_time")
_INFO += ("artifact_uri", "lifecycle_stage")


class TrackingServer(ThreadingHTTPServer):
    """Answers on a free port of 127.0.0.1.

    Attributes:
        faults: a status code, a status code with a `Retry-After`, or `cut` each.
        asked: paths of all calls.
        shuffled: gives ties of one order another way on every second page.
    """

    daemon_threads = True

    def __init__(self, database: Path, dialect: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.database, self.dialect = database, dialect
        self.faults: list[int | str | tuple[int, str]] = []
        self.asked: list[str] = []
        self.shuffled = False
        self.url = f"http://127.0.0.1:{self.server_port}"

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]


@contextmanager
def tracking_server(database: Path, dialect: str) -> Iterator[TrackingServer]:
    """Serves the database in a thread."""
    server = TrackingServer(database, dialect)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: TrackingServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: one[0] for name, one in parse_qs(parts.query).items()}
        self._serve(parts.path, query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._serve(self.path, json.loads(body))

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self, path: str, asked: dict[str, Any]) -> None:
        name = path.removeprefix("/api/2.0/mlflow/")
        self.server.asked.append(name)
        fault = self.server.faults.pop(0) if self.server.faults else 200
        code, wait = fault if isinstance(fault, tuple) else (fault, "")
        if code == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"runs": [')
            self.close_connection = True
            return
        if code != 200:
            self._send(int(code), {"error_code": "BUSY"}, wait)
            return
        self._send(*self._answer(name, asked))

    def _answer(self, name: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        old = self.server.dialect == "1.x"
        known = "list" if old else "search"
        if name == f"experiments/{known}" and asked["view_type"] == "ALL":
            return 200, {"experiments": self._experiments()}
        if name == "runs/search" and asked["run_view_type"] == "ALL":
            return 200, self._runs(asked)
        if name == "runs/get":
            found = self._run(self._own("runs", asked["run_id"])[0])
            return 200, {"run": found}
        if name == "metrics/get-history":
            return self._history(asked)
        return 404, {"error_code": "ENDPOINT_NOT_FOUND"}

    def _own(self, table: str, run_id: str) -> list[dict[str, Any]]:
        sql = f"SELECT * FROM {table} WHERE run_uuid = ?"
        return self.server.rows(sql, run_id)

    def _experiments(self) -> list[dict[str, Any]]:
        rows = self.server.rows("SELECT * FROM experiments")
        return [row | {"experiment_id": str(row["experiment_id"])} for row in rows]

    def _runs(self, asked: dict[str, Any]) -> dict[str, Any]:
        (experiment_id,) = asked["experiment_ids"]
        sql = "SELECT * FROM runs WHERE experiment_id = ?"
        runs = [self._run(row) for row in self.server.rows(sql, experiment_id)]
        return _page("runs", runs, asked)

    def _run(self, row: dict[str, Any]) -> dict[str, Any]:
        run_id = row["run_uuid"]
        info = {name: row[name] for name in _INFO if row[name] is not None}
        info |= {"run_id": run_id, "run_uuid": run_id, "run_name": row["name"]}
        info["experiment_id"] = str(row["experiment_id"])
        if self.server.dialect == "1.x":
            info = {k: str(v) if k.endswith("_time") else v for k, v in info.items()}
        latest = self._own("latest_metrics", run_id)
        data = {"metrics": [self._point(one) for one in latest]}
        for table in ("params", "tags"):
            data[table] = [
                {"key": one["key"], "value": one["value"]}
                for one in self._own(table, run_id)
            ]
        return {"info": info, "data": data}

    def _history(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.server.dialect == "2.0" and "max_results" in asked:
            return 400, {"message": "does not support pagination"}
        turn = "DESC" if self.server.shuffled and "page_token" in asked else "ASC"
        rows = self.server.rows(
            "SELECT * FROM metrics WHERE run_uuid = ? AND key = ? "
            f"ORDER BY timestamp, step, value, is_nan {turn}",
            asked["run_id"],
            asked["metric_key"],
        )
        points = [self._point(row) for row in rows]
        if self.server.dialect == "1.x":
            return 200, {"metrics": points}
        return 200, _page("metrics", points, asked)

    def _point(self, row: dict[str, Any]) -> dict[str, Any]:
        numbers = {name: row[name] for name in ("timestamp", "step")}
        if self.server.dialect == "1.x":
            numbers = {name: str(value) for name, value in numbers.items()}
        value = "NaN" if row["is_nan"] else row["value"]
        if value in (math.inf, -math.inf):
            value = "Infinity" if value > 0 else "-Infinity"
        return {"key": row["key"], "value": value, **numbers}

    def _send(self, code: int, told: dict[str, Any], wait: str = "") -> None:
        data = json.dumps(told).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        if wait:
            self.send_header("Retry-After", wait)
        self.end_headers()
        self.wfile.write(data)


def _page(name: str, rows: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    """A page by offset, as MLflow's stores make them."""
    start = int(base64.b64decode(asked["page_token"])) if "page_token" in asked else 0
    end = start + int(asked["max_results"]) if "max_results" in asked else len(rows)
    told: dict[str, Any] = {name: rows[start:end]}
    if end < len(rows):
        told["next_page_token"] = base64.b64encode(str(end).encode()).decode()
    return told
