"""Looks at a source before any work starts: readable, not empty, columns known.

Reads a header and a first block at most, so that a wrong column or an empty file
costs a moment and not a run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from trainer.errors import DataError
from trainer.prepare import columns, files
from trainer.prepare.columns import Layout

CSV_BLOCK_BYTES = 8 << 20
_ENCODING_PROBE_BYTES = 64 << 20

TIME_FORMATS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
)


@dataclass(frozen=True)
class Source:
    """A source that was looked at.

    Attributes:
      path: The file, or a pattern with `*` that names several.
      files: The files, alike in kind and columns.
      kind: `parquet` or `csv`.
      layout: Roles of their columns.
      query: What BigQuery did to make the files, for `dataset.json`; empty for files
        of the user's own.
    """

    path: str
    files: tuple[str, ...]
    kind: str
    layout: Layout
    query: Mapping[str, Any] = field(default_factory=dict)


def inspect(path: str, mapping: Mapping[str, str], name: str = "") -> Source:
    """Opens CSV or Parquet files as far as needed to know how to read them.

    Args:
      path: A file or a pattern with `*`, local or `gs://`; the first file that it
        names and that has lines is looked at.
      mapping: Role to column; empty to recognise the columns.
      name: What messages call the source; by default the file that was looked at.

    Raises:
      DataError: A file is missing, unreadable, empty or of another kind.
      ColumnError: The mapping does not fit its columns.
    """
    path = files.normalise(path)
    found = files.matching(path)
    if not found:
        raise DataError(f"{path}: no such file; give a CSV or Parquet file.")
    kind = _kind(found[0])
    if others := [other for other in found if _kind(other) != kind]:
        raise DataError(
            f"{path}: names {kind} and other files ({others[0]}); give files of one "
            "kind."
        )
    for file in found:
        try:
            head = _head(file, kind)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(file, kind, error) from error
        called = name or file
        layout = columns.choose(mapping, head.schema.names, called)
        if head.num_rows:
            layout = _with_time_format(layout, head, called)
            return Source(path, tuple(found), kind, layout)
    raise DataError(f"{name or path}: has no lines; give a source with transactions.")


def read_csv(file: str, layout: Layout) -> Iterator[pa.Table]:
    """A file's lines as tables of text, needed columns only, block by block.

    Raises:
      DataError: A line does not fit the others, or a column is missing.
    """
    try:
        yield from _csv_blocks(file, layout)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise _unreadable(file, "csv", error) from error


def _csv_blocks(file: str, layout: Layout) -> Iterator[pa.Table]:
    wanted = sorted(set(layout.columns.values()))
    with files.opened(file) as stream:
        encoding = _encoding(stream)
        stream.seek(0)
        batches = pa.csv.open_csv(
            stream,
            read_options=pa.csv.ReadOptions(
                block_size=CSV_BLOCK_BYTES, encoding=encoding
            ),
            convert_options=pa.csv.ConvertOptions(
                include_columns=wanted,
                column_types={name: pa.string() for name in wanted},
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        for batch in batches:
            yield pa.Table.from_batches([batch])


def _kind(file: str) -> str:
    return "parquet" if PurePath(file).suffix.lower() in (".parquet", ".pq") else "csv"


def _unreadable(file: str, kind: str, error: Exception) -> DataError:
    return DataError(
        f"{file}: cannot be read as {kind} ({files.first_line(error)}); "
        "give an intact CSV (.csv) or Parquet (.parquet) file."
    )


def _head(file: str, kind: str) -> pa.Table:
    with files.opened(file) as stream:
        if kind == "parquet":
            parquet = pa.parquet.ParquetFile(stream)
            batch = next(parquet.iter_batches(batch_size=10_000), None)
            if batch is None:
                return parquet.schema_arrow.empty_table()
            return pa.Table.from_batches([batch])
        encoding = _encoding(stream)
        if not stream.tell():
            raise DataError(f"{file}: is empty; give a file with transactions.")
        stream.seek(0)
        names = pa.csv.open_csv(
            stream, read_options=pa.csv.ReadOptions(encoding=encoding)
        ).schema.names
    layout = Layout({name: name for name in names})
    schema = pa.schema([(name, pa.string()) for name in names])
    return next(read_csv(file, layout), schema.empty_table())


def _encoding(stream: IO[bytes]) -> str:
    """UTF-8 unless the file's beginning is not; then Latin-1, which reads all."""
    probe = stream.read(_ENCODING_PROBE_BYTES)
    try:
        probe.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two by the end of the probe is no other encoding.
        if error.start < len(probe) - 4:
            return "latin-1"
    return "utf-8-sig" if probe.startswith(b"\xef\xbb\xbf") else "utf-8"


def _with_time_format(layout: Layout, head: pa.Table, path: str) -> Layout:
    """Chooses the format that reads the most of the first lines' times."""
    name = layout.columns["time"]
    times = head.column(name)
    if not (pa.types.is_string(times.type) or pa.types.is_large_string(times.type)):
        return layout
    texts = times.drop_null().cast(pa.string())
    read = {
        form: len(texts) - pc.strptime(texts, form, "s", error_is_null=True).null_count
        for form in TIME_FORMATS
    }
    best = max(read, key=lambda form: read[form])
    if not read[best]:
        example = texts[0].as_py() if len(texts) else ""
        raise DataError(
            f"{path}: {name} holds no readable times (such as {example!r}); write "
            f"them like one of {', '.join(TIME_FORMATS)}."
        )
    return replace(layout, time_format=best)
