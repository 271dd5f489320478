"""Calls to an MLflow server, patient with one that is slow, busy or just waking up.

An answer that may be another one at the next try (429, 5xx, a connection that is
refused, reset or silent) is asked for again, in pauses that double and are drawn at
random (`training_metrics.storage.retry`); a `Retry-After` is kept to.
"""

import time
from typing import Any
from urllib.parse import urlsplit

import requests

from ml_platform.mlflow_exit import environment
from ml_platform.mlflow_exit.errors import SourceAway, SourceRefused
from training_metrics.storage.retry import retrying

# A server that scales from zero has been seen to answer after 30 s.
_CONNECT_SECONDS, _ANSWER_SECONDS = 30.0, 180.0
_TOTAL_SECONDS = 300.0
_RETRY_AFTER_MAX_SECONDS = 60.0
_PASSING_CODES = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED_CODES = frozenset({401, 403})


class _Passing(Exception):
    """An answer that may be another one at the next try."""


class Denied(SourceAway):
    """An answer that stays: the server has no such thing, or takes no such call."""

    def __init__(self, source: str, code: int, received: str) -> None:
        self.code = code
        super().__init__(source, received)


class Calls:
    """The REST calls of one server.

    Attributes:
        label: the address without user, password and query.
    """

    def __init__(self, url: str, total_seconds: float = _TOTAL_SECONDS) -> None:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        path = parts.path.rstrip("/")
        self.label = f"{parts.scheme}://{place}{path}"
        self._base = f"{parts.scheme}://{parts.netloc}{path}/api/2.0/mlflow"
        self._total_seconds = total_seconds
        self._session = requests.Session()
        if token := environment.tracking_token():
            self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Returns the answer to a GET; see `_answer` for what it raises."""
        return self._patiently("GET", path, params=query)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Returns the answer to a POST; see `_answer` for what it raises."""
        return self._patiently("POST", path, json=body)

    def close(self) -> None:
        """Ends the connections."""
        self._session.close()

    def _patiently(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        try:
            return retrying(
                lambda: self._answer(method, path, sent),
                lambda error: isinstance(error, _Passing),
                self._total_seconds,
            )
        except _Passing as error:
            raise SourceAway(self.label, f"{method} {path}: {error}") from error

    def _answer(self, method: str, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Asks once.

        Raises:
            _Passing: Worth another try.
            Denied: The server refuses this call for good.
            SourceRefused: It wants credentials, or answers no JSON.
        """
        url = f"{self._base}/{path}"
        waits = (_CONNECT_SECONDS, _ANSWER_SECONDS)
        try:
            answer = self._session.request(method, url, timeout=waits, **sent)
        except requests.RequestException as error:
            raise _Passing(_reason(error)) from error
        if answer.status_code in _PASSING_CODES:
            _wait_as_told(answer)
            raise _Passing(f"{answer.status_code} {_first_line(answer.text)}")
        if answer.status_code in _DENIED_CODES:
            raise SourceRefused(
                self.label,
                f"answers {answer.status_code}",
                "put user:password@ into the address, or a token into "
                "MLFLOW_TRACKING_TOKEN",
            )
        if not answer.ok:
            said = f"{method} {path}: {answer.status_code} {_first_line(answer.text)}"
            raise Denied(self.label, answer.status_code, said)
        return self._read(answer)

    def _read(self, answer: requests.Response) -> dict[str, Any]:
        try:
            told = answer.json()
        except ValueError as error:
            raise self.not_mlflow("an answer that is no JSON") from error
        if not isinstance(told, dict):
            raise self.not_mlflow("an answer that is no JSON object")
        return told

    def not_mlflow(self, received: str) -> SourceRefused:
        """Returns the error for an address where no MLflow answers."""
        return SourceRefused(
            self.label,
            f"received {received}",
            "give the address of MLflow's server itself, as in http://host:5000",
        )


def _wait_as_told(answer: requests.Response) -> None:
    told = answer.headers.get("Retry-After", "")
    if told.isdigit():
        time.sleep(min(float(told), _RETRY_AFTER_MAX_SECONDS))


def _reason(error: requests.RequestException) -> str:
    # The library's texts repeat the address, which may hold a password.
    cause = error.__context__ or error
    return f"no answer ({type(error).__name__}, {type(cause).__name__})"


def _first_line(text: str) -> str:
    return " ".join(text.split())[:200]
