"""Looking at a source before any work."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from trainer.errors import DataError
from trainer.prepare import source


def _write(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_a_csv_file_is_read_as_text_with_its_time_format(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "buyer,product,time\n017,5,12/1/2010 8:26\n,6,\n")

    found = source.inspect(path, {})

    assert found.layout.time_format == "%m/%d/%Y %H:%M"
    (table,) = source.read_csv(found.files[0], found.layout)
    assert table.column("buyer").to_pylist() == ["017", None]


def test_latin_1_is_recognised(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "a.csv", "buyer,product,time\né,p,2024-01-01\n".encode("latin-1")
    )

    found = source.inspect(path, {})

    (table,) = source.read_csv(found.files[0], found.layout)
    assert table.column("buyer").to_pylist() == ["é"]


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", "", "is empty; give a file with transactions"),
        ("a.csv", "buyer,product,time\n", "has no lines"),
        ("a.parquet", "no parquet", "cannot be read as parquet"),
        ("a.csv", "buyer,product,time\nA,x,soon\n", "time holds no readable times"),
        ("a.csv", "buyer,product,time\nA,x\n", "cannot be read as csv"),
    ],
)
def test_unusable_files_are_refused_in_one_line(
    tmp_path: Path, name: str, content: str, text: str
) -> None:
    path = _write(tmp_path / name, content)

    with pytest.raises(DataError, match=text) as refused:
        source.inspect(path, {})

    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(path)


def test_an_empty_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    names = {name: pa.array([], pa.string()) for name in ("buyer", "product", "time")}
    pyarrow.parquet.write_table(pa.table(names), path)

    with pytest.raises(DataError, match="has no lines"):
        source.inspect(str(path), {})


def test_the_first_file_with_lines_is_looked_at(tmp_path: Path) -> None:
    """An export of several files may begin with empty ones."""
    columns = {"buyer": pa.array(["A"]), "product": ["x"], "time": ["2024-01-01 08:00"]}
    whole = pa.table(columns)
    for name, lines in (("0", whole.slice(0, 0)), ("1", whole)):
        pyarrow.parquet.write_table(lines, tmp_path / f"{name}.parquet")

    found = source.inspect(f"{tmp_path}/*.parquet", {})

    assert found.layout.time_format == "%Y-%m-%d %H:%M"
    assert len(found.files) == 2
