"""Looks at a source before any work starts: readable, not empty, columns known.

Reads a header and a first block at most, so that a wrong column or an empty file
costs a moment and not a run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from trainer.errors import DataError
from trainer.prepare import columns
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
      path: The file.
      kind: `parquet` or `csv`.
      layout: Roles of its columns.
      encoding: Of a CSV file.
    """

    path: str
    kind: str
    layout: Layout
    encoding: str = "utf-8"


def inspect(path: str, mapping: Mapping[str, str]) -> Source:
    """Opens a CSV or Parquet file as far as needed to know how to read it.

    Raises:
      DataError: The file is missing, unreadable, empty or of another kind.
      ColumnError: The mapping does not fit its columns.
    """
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{path}: no such file; give a CSV or Parquet file.")
    kind = "parquet" if file.suffix.lower() in (".parquet", ".pq") else "csv"
    encoding = "utf-8" if kind == "parquet" else _encoding(file)
    try:
        head = _head(file, kind, encoding)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path}: cannot be read as {kind} ({_first_line(error)}); "
            "give an intact CSV (.csv) or Parquet (.parquet) file."
        ) from error
    layout = columns.choose(mapping, head.schema.names, path)
    if head.num_rows == 0:
        raise DataError(f"{path}: has no lines; give a file with transactions.")
    return Source(path, kind, _with_time_format(layout, head, path), encoding)


def read_csv(source: Source) -> Iterator[pa.Table]:
    """The file's lines as tables of text, needed columns only, block by block.

    Raises:
      DataError: A line does not fit the others.
    """
    try:
        yield from _csv_blocks(source)
    except pa.ArrowInvalid as error:
        raise DataError(
            f"{source.path}: cannot be read as csv ({_first_line(error)}); "
            "give an intact CSV (.csv) or Parquet (.parquet) file."
        ) from error


def _csv_blocks(source: Source) -> Iterator[pa.Table]:
    wanted = sorted(set(source.layout.columns.values()))
    with pa.csv.open_csv(
        source.path,
        read_options=pa.csv.ReadOptions(
            block_size=CSV_BLOCK_BYTES, encoding=source.encoding
        ),
        convert_options=pa.csv.ConvertOptions(
            include_columns=wanted,
            column_types={name: pa.string() for name in wanted},
            strings_can_be_null=True,
            null_values=[""],
        ),
    ) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def _head(file: Path, kind: str, encoding: str) -> pa.Table:
    if kind == "parquet":
        parquet = pa.parquet.ParquetFile(file)
        batch = next(parquet.iter_batches(batch_size=10_000), None)
        if batch is None:
            return parquet.schema_arrow.empty_table()
        return pa.Table.from_batches([batch])
    if file.stat().st_size == 0:
        raise DataError(f"{file}: is empty; give a file with transactions.")
    with file.open("rb") as stream:
        names = pa.csv.open_csv(
            stream, read_options=pa.csv.ReadOptions(encoding=encoding)
        ).schema.names
        schema = pa.schema([(name, pa.string()) for name in names])
    layout = Layout({name: name for name in names})
    blocks = read_csv(Source(str(file), kind, layout, encoding))
    return next(blocks, schema.empty_table())


def _encoding(file: Path) -> str:
    """UTF-8 unless the file's beginning is not; then Latin-1, which reads all."""
    with file.open("rb") as stream:
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


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].strip()
