"""An object in Google Cloud Storage, written and deleted by generation only.

Works with google-cloud-storage 2.19 and 3.x, imported when the first place is opened.
A lost answer (object stored, connection reset, the repeated upload refused with 412)
is recognised by reading back the object's md5: it is our own write then.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache
from mimetypes import guess_type
from typing import Any, Final, TypeVar

from training_metrics.errors import StoreConflict, StoreUnavailable
from training_metrics.storage import Stored
from training_metrics.storage.place import split_gs
from training_metrics.storage.retry import ATTEMPT_SECONDS, TOTAL_SECONDS, retrying

_PASSING_CODES: Final = frozenset({408, 429, 500, 502, 503, 504})
_BINARY: Final = "application/octet-stream"
# A conditional read that lost a race with a writer looks again this often.
_READ_RACES_MAX: Final = 10
_LOOK_BACK_SECONDS: Final = 5.0

T = TypeVar("T")


class GcsStore:
    """One object in a bucket."""

    def __init__(self, uri: str, client: Any = None) -> None:
        self.uri = uri
        self._client = client

    def read(
        self, max_bytes: int, total_seconds: float = TOTAL_SECONDS
    ) -> Stored | None:
        """Reads the object; see `Store.read`."""
        attempt_seconds = min(ATTEMPT_SECONDS, total_seconds)
        for _ in range(_READ_RACES_MAX):
            try:
                return self._answered(
                    lambda: self._read_once(max_bytes, attempt_seconds), total_seconds
                )
            except StoreConflict:
                continue
        raise StoreUnavailable(self.uri, "it is being replaced all the time")

    def write(
        self,
        data: bytes,
        if_generation: int | None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> int:
        """Writes the object; see `Store.write`."""
        try:
            return self._answered(
                lambda: self._write_once(data, if_generation), total_seconds
            )
        except (StoreConflict, StoreUnavailable):
            own = self._generation_if_ours(data)
            if own is None:
                raise
            return own

    def delete(self, if_generation: int, total_seconds: float = TOTAL_SECONDS) -> None:
        """Deletes the object; see `Store.delete`."""
        self._answered(lambda: self._delete_once(if_generation), total_seconds)

    def _answered(self, call: Callable[[], T], total_seconds: float) -> T:
        """The call's result, or one of our own errors."""
        try:
            return retrying(call, _passes, total_seconds)
        except StoreConflict:
            raise
        except Exception as error:
            # The boundary to the client library, whose transport errors share no base.
            raise StoreUnavailable(self.uri, _first_line(error)) from error

    def _blob(self) -> Any:
        bucket, name = split_gs(self.uri)
        return (self._client or _shared_client()).bucket(bucket).blob(name)

    def _read_once(self, max_bytes: int, attempt_seconds: float) -> Stored | None:
        from google.api_core import exceptions

        blob = self._blob()
        try:
            blob.reload(retry=None, timeout=attempt_seconds)
        except exceptions.NotFound:
            return None
        whole = blob.size <= max_bytes
        try:
            data = blob.download_as_bytes(
                end=None if whole else max_bytes,
                raw_download=True,
                if_generation_match=blob.generation,
                retry=None,
                timeout=attempt_seconds,
            )
        except (exceptions.NotFound, exceptions.PreconditionFailed) as error:
            raise StoreConflict(self.uri, blob.generation) from error
        if whole and len(data) != blob.size:
            raise ConnectionError(f"{len(data)} of {blob.size} bytes arrived")
        return Stored(data, blob.generation)

    def _write_once(self, data: bytes, if_generation: int | None) -> int:
        from google.api_core import exceptions

        blob = self._blob()
        try:
            blob.upload_from_string(
                data,
                content_type=guess_type(self.uri)[0] or _BINARY,
                if_generation_match=if_generation,
                checksum="md5",
                retry=None,
                timeout=ATTEMPT_SECONDS,
            )
        except exceptions.PreconditionFailed as error:
            raise StoreConflict(self.uri, if_generation or 0) from error
        return int(blob.generation)

    def _delete_once(self, if_generation: int) -> None:
        from google.api_core import exceptions

        blob = self._blob()
        try:
            blob.delete(
                if_generation_match=if_generation, retry=None, timeout=ATTEMPT_SECONDS
            )
        except exceptions.NotFound:
            # Also the answer to a repeated call whose first answer was lost.
            return
        except exceptions.PreconditionFailed as error:
            # Where nothing is stored, a store may say that the generation differs.
            if blob.exists(retry=None, timeout=ATTEMPT_SECONDS):
                raise StoreConflict(self.uri, if_generation) from error

    def _generation_if_ours(self, data: bytes) -> int | None:
        """The stored generation if the stored content is exactly this."""
        blob = self._blob()
        try:
            retrying(
                lambda: blob.reload(retry=None, timeout=ATTEMPT_SECONDS),
                _passes,
                _LOOK_BACK_SECONDS,
            )
        except Exception:
            # Whatever hides the object, the caller's first error is the one to tell.
            return None
        ours = base64.b64encode(hashlib.md5(data).digest()).decode()
        return int(blob.generation) if blob.md5_hash == ours else None


@lru_cache(maxsize=1)
def _shared_client() -> Any:
    """One client a process: it holds the connections and the credentials."""
    from google.cloud import storage

    return storage.Client()


def _passes(error: Exception) -> bool:
    """Whether the failure may be gone at the next try."""
    import requests
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import TransportError

    if isinstance(error, GoogleAPICallError):
        return error.code in _PASSING_CODES
    passing = (ConnectionError, TransportError, requests.RequestException, TimeoutError)
    return isinstance(error, passing)


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
