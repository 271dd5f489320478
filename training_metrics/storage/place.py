"""Addresses: which place a string means. No access to any store here."""

from __future__ import annotations

from typing import Final

from training_metrics.errors import BadValue

DOCUMENT_NAME: Final = "training_metrics.json"


def normalise(uri: str) -> str:
    """One spelling for each place.

    >>> normalise("/gcs/bucket/quick_tests/7")
    'gs://bucket/quick_tests/7'
    >>> normalise("file:///tmp/run")
    '/tmp/run'

    Raises:
        BadValue: the address has another scheme, or no object name.
    """
    if uri.startswith("/gcs/"):
        uri = "gs://" + uri.removeprefix("/gcs/")
    uri = uri.removeprefix("file://")
    scheme, found, _ = uri.partition("://")
    if found and scheme != "gs":
        raise BadValue(
            "uri", f"{uri!r} received; expected gs://bucket/name or a local path"
        )
    if not uri or (found and not all(split_gs(uri))):
        raise BadValue(
            "uri", f"{uri!r} received; name a bucket and an object, or a local path"
        )
    return uri


def split_gs(uri: str) -> tuple[str, str]:
    """Bucket and object name of a `gs://` address."""
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name


def document_uri(artifacts_uri: str) -> str:
    """The document's place in a run's folder.

    >>> document_uri("gs://bucket/quick_tests/7/")
    'gs://bucket/quick_tests/7/training_metrics.json'
    """
    return normalise(f"{str(artifacts_uri).rstrip('/')}/{DOCUMENT_NAME}")
