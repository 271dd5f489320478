"""gunicorn on this machine only, on a socket that is bound before it starts.

Binding first means that a port in use is one clear line instead of a retrying server,
and that port 0 is a real port by the time anybody is told about it.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

HOST = "127.0.0.1"
_THREADS = 8
_GRACE_SECONDS = 10


class PortInUse(Exception):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"port {port}: already in use; stop what listens there, or use --port 0 "
            "for a free one"
        )


def bound_socket(port: int) -> socket.socket:
    """Returns a socket bound to the port of this machine; 0 picks a free one.

    Raises:
        PortInUse: Somebody listens there.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise PortInUse(port) from error
    bound.set_inheritable(True)
    return bound


def write_ready_file(path: Path, told: dict[str, Any]) -> None:
    """Writes what a waiting program reads; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(told))
    partial.replace(path)


class LocalServer(BaseApplication):
    """Serves a WSGI application from one worker with threads."""

    def __init__(
        self, application: Any, bound: socket.socket, when_ready: Callable[[], None]
    ) -> None:
        self._application = application
        self._bound = bound
        self._when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        """Sets gunicorn's options; nothing is read from files or the environment."""
        options = {
            "bind": f"fd://{self._bound.fileno()}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": _GRACE_SECONDS,
            "loglevel": "warning",
            "proc_name": "trackless",
            "when_ready": lambda _: self._when_ready(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Returns the application, in the worker."""
        return self._application
