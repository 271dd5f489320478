"""Files of a bucket and patterns, read in place."""

from pathlib import Path

import pytest

from tests.support.gcs import BUCKET, Gcs, binary
from trainer.errors import DataError
from trainer.prepare import files, options, source
from trainer.prepare.preparation import prepare

needs_gcs = pytest.mark.skipif(
    binary() is None, reason="no GCS emulator: `make setup` brings it"
)


def _lines(first_day: int) -> str:
    rows = [f"B{day % 3},P{day % 4},2024-01-{first_day + day:02d}" for day in range(10)]
    return "\n".join(["buyer,product,time", *rows])


def test_a_mounted_path_is_its_bucket() -> None:
    assert files.normalise("/gcs/shop/orders.csv") == "gs://shop/orders.csv"
    assert files.normalise("/data/orders.csv") == "/data/orders.csv"


def test_a_pattern_names_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).write_text(_lines(1))
    found = source.inspect(f"{tmp_path}/*.csv", {})
    assert [Path(file).name for file in found.files] == ["a.csv", "b.csv"]


def test_files_of_two_kinds_are_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "b.parquet"):
        (tmp_path / name).write_text(_lines(1))
    with pytest.raises(DataError, match="names csv and other files"):
        source.inspect(f"{tmp_path}/*", {})


def test_a_later_file_without_a_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_lines(1))
    (tmp_path / "b.csv").write_text("buyer,time\nA,2024-02-01\n")
    with pytest.raises(DataError, match=r"b\.csv: cannot be read as csv"):
        prepare(f"{tmp_path}/*.csv", {}, f"{tmp_path}/out", 1, options.parse(""))
    assert not (tmp_path / "out").exists()


@needs_gcs
def test_a_bucket_s_files_become_a_bucket_s_examples(gcs: Gcs) -> None:
    gcs.store("orders/1.csv", _lines(1).encode())
    gcs.store("orders/2.csv", b"\xef\xbb\xbf" + _lines(11).encode())
    target = f"gs://{BUCKET}/examples"

    facts = prepare(f"gs://{BUCKET}/orders/*.csv", {}, target, 1, options.parse(""))

    assert (facts["rows_read"], facts["rows_kept"]) == (20, 20)
    assert facts["source"] == "*.csv"
    assert not [name for name in gcs.list("examples/") if ".making" in name]
    assert "examples/vocabularies/buyers.parquet" in gcs.list("examples/")

    with pytest.raises(DataError, match=r"holds files .*; give a new folder"):
        prepare("", {}, target, 1, options.parse(""))


@needs_gcs
def test_a_missing_object_is_one_line(gcs: Gcs) -> None:
    with pytest.raises(DataError, match=r"gs://bucket/none\.csv: no such file"):
        prepare(f"gs://{BUCKET}/none.csv", {}, "unused", 1, options.parse(""))
