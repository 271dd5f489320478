"""The HTTP side of the fake: routing, permissions, faults, the log of all calls.

    with serve_google(Project("acme")) as google:
        google.fail("sql.instances.delete", 503, times=2)
        …  # a client with the endpoint f"{google.url}/{api}/"

A fault is a status code, `reset` (the connection ends before anything is done) or
`lost` (it is done, and the connection ends before the answer).
"""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.google.documents import Call, Json, api
from tests.support.google.project import Project, Refused

APIS = {
    "run": ("v1", "v2"),
    "sqladmin": ("v1", "v1beta4"),
    "cloudbuild": ("v1", "v2"),
    "storage": ("v1",),
    "iam": ("v1",),
    "secretmanager": ("v1",),
    "cloudresourcemanager": ("v1", "v3"),
    "monitoring": ("v3",),
    "bigquery": ("v2",),
}


class Google(ThreadingHTTPServer):
    """Answers on a free port of 127.0.0.1.

    Attributes:
        project: what it holds.
        calls: Google's name of every call, with what it was about.
        before: called with each call before anything is done, to act in between.
        after: called with each call when it is done and before it is answered.
    """

    daemon_threads = True

    def __init__(self, project: Project) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = Lock()
        self.hold(project)

    def hold(self, project: Project) -> None:
        """Holds another project, and forgets all calls and faults."""
        self.project = project
        self.calls: list[tuple[str, str]] = []
        self.before: Callable[[Call], None] | None = None
        self.after: Callable[[Call], None] | None = None
        self._faults: list[tuple[str, int | str]] = []

    def handle_error(self, *_: Any) -> None:
        """Says nothing of callers that were killed."""

    def fail(self, method: str, fault: int | str, times: int = 1) -> None:
        """Makes the next calls whose name ends so fail."""
        self._faults += [(method, fault)] * times

    def take_fault(self, call: Call) -> int | str | None:
        """Returns the fault that waits for a call, once."""
        for index, (method, fault) in enumerate(self._faults):
            if call.id.endswith(method):
                del self._faults[index]
                return fault
        return None

    def changes(self) -> list[tuple[str, str]]:
        """Returns the calls that change something, in order."""
        words = ("delete", "patch", "setIamPolicy")
        return [one for one in self.calls if one[0].rpartition(".")[2] in words]


@contextmanager
def serve_google(project: Project) -> Iterator[Google]:
    """Serves a project in a thread."""
    server = Google(project)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Google
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; two cost 40 ms a call

    def handle_any(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        name, _, path = parts.path.lstrip("/").partition("/")
        found = (api(name, version) for version in APIS.get(name, ()))
        calls = (one.call(self.command, f"/{path}") for one in found)
        call = next(filter(None, calls), None)
        if call is None:
            return self._refuse(404, f"No method {self.command} {self.path}")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self._answer(call, query, json.loads(data) if data else None)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _answer(self, call: Call, query: dict[str, str], body: Any) -> None:
        google = self.server
        about = call.parameters | {k: query[k] for k in ("project",) if k in query}
        google.calls.append((call.id, "/".join(about.values())))
        if google.before:
            google.before(call)
        fault = google.take_fault(call)
        if fault == "reset":
            return self._reset()
        if isinstance(fault, int):
            return self._refuse(fault, "injected")
        wrong = call.wrong_request(query, body)
        if wrong:
            return self._refuse(400, wrong)
        try:
            with google.lock:
                answer = google.project.answer(call, query, body)
        except Refused as refused:
            return self._refuse(refused.status, str(refused), refused.reason)
        if google.after:
            google.after(call)
        wrong = call.wrong_answer(answer)
        if wrong:
            return self._refuse(500, f"the fake's own answer is wrong: {wrong}")
        return self._reset() if fault == "lost" else self._send(200, answer)

    def _refuse(self, status: int, message: str, reason: str = "") -> None:
        error: Json = {"code": status, "message": message}
        if reason:
            error["errors"] = [{"message": message, "reason": reason}]
        self._send(status, {"error": error})

    def _send(self, status: int, told: Json | None) -> None:
        data = b"" if told is None else json.dumps(told).encode()
        self.send_response(204 if status == 200 and told is None else status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _reset(self) -> None:
        """Ends the connection with a reset, as a dying load balancer does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def finish(self) -> None:
        """Flushes what a reset connection no longer takes, without a word."""
        try:
            super().finish()
        except (OSError, ValueError):
            return
