"""Writing the document: its one canonical text, and putting it where it belongs.

Text: strict JSON, UTF-8, keys in the contract's order, one series a line, series in
the fewest digits that read back as the same float32, `final_metrics` as float64. The
same document always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from training_metrics import floats
from training_metrics.document import (
    SERIES_SECTIONS,
    STATISTICS,
    TOWER_SECTIONS,
    TowerStatistics,
    TrainingMetrics,
)
from training_metrics.storage import open_store


class Saved(NamedTuple):
    """Where a document was written.

    Attributes:
        uri: its place; a local file where the store stayed away.
        generation: the store's number for this content; None for a file kept
            locally because the store stayed away.
        sha256: hex digest of the bytes.
    """

    uri: str
    generation: int | None
    sha256: str


def write_document(
    document: TrainingMetrics, uri: str, if_generation: int | None = None
) -> Saved:
    """Writes the document whole or not at all.

    Args:
        document: what to write; its promises are checked.
        uri: the file's place, `gs://…`, `/gcs/…` or a local path.
        if_generation: the generation that must be stored now (0: none). None
            overwrites whatever is there.

    Raises:
        StoreConflict: another generation is stored.
        StoreUnavailable: the store did not answer.
    """
    data = to_bytes(document)
    generation = open_store(uri).write(data, if_generation)
    return Saved(uri, generation, hashlib.sha256(data).hexdigest())


def to_bytes(document: TrainingMetrics) -> bytes:
    """The canonical text of a document."""
    return "".join(pieces(document)).encode()


def pieces(document: TrainingMetrics) -> Iterator[str]:
    """The canonical text in small pieces, some hundred numbers each.

    A background writer lets other threads run between them.
    """
    separator = "{\n"
    for key, chunks in _members(document):
        yield f"{separator}{_json(key)}: "
        yield from chunks
        separator = ",\n"
    yield "\n}\n"


def _members(document: TrainingMetrics) -> Iterator[tuple[str, Iterable[str]]]:
    """Top-level keys and their text, in the contract's order, unknown keys last."""
    for key in TrainingMetrics.model_fields:
        value = getattr(document, key)
        if key in SERIES_SECTIONS:
            texts = floats.all_to_texts(value.values())
            yield key, _lines(zip(value, texts, strict=True))
        elif key in TOWER_SECTIONS:
            yield key, _lines((name, _tower(stats)) for name, stats in value.items())
        elif key == "epochs":
            yield key, [_json(value)]
        elif key == "error":
            if value is not None:
                yield key, [_json(_plain(value))]
        elif key in ("anomalies", "diagnosis"):
            yield key, _items(_json(_plain(item)) for item in value)
        elif key == "run":
            yield key, _lines((name, [_json(v)]) for name, v in value.items())
        else:
            yield key, [_json(_rfc3339(value))]
    for key, value in (document.model_extra or {}).items():
        yield key, [_json(value)]


def _tower(statistics: TowerStatistics) -> Iterator[str]:
    series = statistics.series()
    texts = dict(zip(series, floats.all_to_texts(series.values()), strict=True))
    members: dict[str, Iterable[str]] = {
        name: texts[name] for name in STATISTICS if name in series
    }
    if statistics.histogram is not None:
        histogram = statistics.histogram
        parts: dict[str, Iterable[str]] = {
            "bin_edges": floats.to_texts(histogram.bin_edges),
            "counts": _items(_json(row) for row in histogram.counts),
        }
        extra = (histogram.model_extra or {}).items()
        members["histogram"] = _lines(
            [*parts.items(), *((key, [_json(value)]) for key, value in extra)]
        )
    for key, value in (statistics.model_extra or {}).items():
        members[key] = texts[key] if key in series else [_json(value)]
    return _lines(members.items())


def _lines(members: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    """An object with one member a line."""
    separator = "{\n"
    for key, chunks in members:
        yield f"{separator}{_json(key)}: "
        yield from chunks
        separator = ",\n"
    yield "{}" if separator == "{\n" else "\n}"


def _items(items: Iterable[str]) -> Iterator[str]:
    """A list with one item a line."""
    separator = "[\n"
    for item in items:
        yield separator + item
        separator = ",\n"
    yield "[]" if separator == "[\n" else "\n]"


# `json.dumps` would make one of these for every name.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _plain(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_unset=True)


def _rfc3339(value: Any) -> Any:
    """A time as RFC 3339 in UTC; anything else as it is."""
    if isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat()
        return text.replace("+00:00", "Z")
    return value
