"""The CSV source: exact where the files are whole, refused where they are not."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.errors import FolderRefused, SourceRefused
from ml_platform.mlflow_exit.points import Point
from ml_platform.mlflow_exit.sources import source_open
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.ml_platform.mlflow_exit.folders import export

RunId = Callable[[str], str]


def edited(folder: Path, table: str, old: str, new: str) -> Path:
    """The folder with one place of a file changed."""
    path = folder / f"{table}.csv"
    data = path.read_bytes()
    assert data.count(old.encode()) >= 1
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))
    return folder


def refused(folder: Path, match: str) -> FolderRefused:
    with pytest.raises(FolderRefused, match=match) as met, source_open(str(folder)):
        pass
    assert "\n" not in str(met.value)
    return met.value


@pytest.mark.parametrize(
    ("headed", "turned"), [(True, False), (True, True), (False, False)]
)
def test_files_give_what_the_database_holds(
    tracking: Path, tmp_path: Path, headed: bool, turned: bool
) -> None:
    folder = export(tracking, tmp_path / "csv", headed, turned)
    with (
        source_open(str(folder)) as here,
        source_open(f"sqlite:///{tracking}") as there,
    ):
        assert here.label == str(folder)
        assert here.run_ids() == there.run_ids()
        assert here.parents() == there.parents()
        assert here.experiments() == there.experiments()
        for run_id in there.run_ids():
            assert here.run(run_id).digest() == there.run(run_id).digest()
            assert here.counts(run_id) == there.counts(run_id)


def test_odd_values_are_exact(tracking: Path, tmp_path: Path, run_id: RunId) -> None:
    """PostgreSQL keeps −0.0 and NaN, which SQLite does not; text may be any bytes."""
    folder, run = export(tracking, tmp_path / "csv"), run_id("nested")
    (folder / "latest_metrics.csv").unlink()
    with (folder / "metrics.csv").open("ab") as file:
        for value in (b"-0", b"NaN", b"-Infinity", b"5e-324"):
            file.write(b"odd,%s,1,%s,%d,f\n" % (value, run.encode(), len(value)))
    with (folder / "params.csv").open("ab") as file:
        file.write(b'empty,"",%b\nabsent,,%b\r\n' % ((run.encode(),) * 2))
        file.write(b'"a,""b""\r\nc",\xff\x01,%b\n' % run.encode())
    with source_open(str(folder)) as source:
        held = source.run(run)
    values = [point.value for point in held.points]
    assert sorted(held.points)[:1] == [Point("odd", 2, bits_of(-0.0), 1, False)]
    assert sum(map(math.isnan, values)) == 1
    assert {-math.inf, 5e-324} < set(values)
    assert dict(held.params) == {
        "empty": "",
        "absent": None,
        'a,"b"\r\nc': "\udcff\x01",
    }


def test_an_old_schema_is_read_and_what_it_lacks_is_said(
    tracking: Path, tmp_path: Path
) -> None:
    newer = ("is_nan", "deleted_time", "workspace", "creation_time")
    folder = export(tracking, tmp_path / "csv", without=newer)
    (folder / "latest_metrics.csv").unlink()
    (folder / "experiment_tags.csv").unlink()
    with source_open(str(folder)) as source:
        assert [line.split(":")[0] for line in source.lacking] == [
            "metrics.is_nan",
            "runs.deleted_time",
            "experiment_tags.key",
        ]
        assert sum(source.counts(run).point_count for run in source.run_ids()) == 220


def test_a_file_cut_off_anywhere_is_refused(tracking: Path, tmp_path: Path) -> None:
    """Whichever byte is the last, and whichever line: `latest_metrics` tells."""
    folder = export(tracking, tmp_path / "csv")
    path = folder / "metrics.csv"
    whole = path.read_bytes()
    for length in (0, 3, len(whole) // 2, len(whole) - 1, whole.rindex(b"\n", 0, -1)):
        path.write_bytes(whole[:length])
        refused(folder, r"metrics\.csv.*(export|cut off)")
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    refused(folder, r"latest_metrics\.csv, line \d+: names a point that metrics\.csv")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("metrics", ",f\n", ",maybe\n", r"metrics.csv, line 2: column is_nan: 'maybe'"),
        ("metrics", ",f\n", "\n", r"metrics.csv, line 2: 5 values, there are 6"),
        ("metrics", "key,value", "key,worth", r"metrics.csv, line 1: no column value"),
        ("metrics", "key,value", "key,key", r"line 1: a column's name twice"),
        ("params", 'empty,""', 'empty,"""', r"params.csv, line \d+: a quote that"),
        ("params", 'empty,""', 'empty,""x', r"params.csv, line \d+: no CSV"),
        ("runs", "FINISHED", "finished", r"runs.csv, line \d+: column status: 'fini"),
        ("runs", ",500,", ",99999999999999999999,", r"column start_time: '9999999"),
        ("experiments", "\n1,", "\n7,", r"line \d+: column experiment_id names no"),
    ],
)
def test_what_mlflow_does_not_write_is_named(
    tracking: Path, tmp_path: Path, table: str, old: str, new: str, said: str
) -> None:
    refused(edited(export(tracking, tmp_path / "csv"), table, old, new), said)


def test_rows_that_point_nowhere_or_come_twice_are_named(
    tracking: Path, tmp_path: Path, run_id: RunId
) -> None:
    folder = export(tracking, tmp_path / "csv")
    params = folder / "params.csv"
    lines = params.read_bytes().splitlines(keepends=True)
    params.write_bytes(b"".join([*lines, lines[-1]]))
    refused(folder, rf"params.csv, line {len(lines) + 1}: a second row of the same key")
    params.write_bytes(b"".join([*lines, b"k,v,gone\n"]))
    refused(
        folder,
        rf"params.csv, line {len(lines) + 1}: column run_uuid names no row of runs.csv",
    )


def test_a_table_that_is_not_there_is_named(tracking: Path, tmp_path: Path) -> None:
    folder = export(tracking, tmp_path / "csv")
    (folder / "tags.csv").unlink()
    refused(folder, r"tags\.csv: not there; export it with `\\copy tags to 'tags\.csv'")


def test_psqls_own_format_is_refused_with_the_remedy(
    tracking: Path, tmp_path: Path
) -> None:
    folder = export(tracking, tmp_path / "csv")
    (folder / "params.csv").write_text("lr\t0.1\tabc\n")
    refused(
        folder, r"params\.csv, line 1: .*`\\copy params to 'params\.csv' csv header`"
    )


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceRefused, match=r"no manifest\.json and no \.csv file"),
        source_open(str(tmp_path)),
    ):
        pass


def test_other_tables_are_counted(tracking: Path, tmp_path: Path) -> None:
    folder = export(tracking, tmp_path / "csv")
    (folder / "datasets.csv").write_text("dataset_uuid,name\nu1,n\nu2,n\n")
    with source_open(str(folder)) as source:
        assert source.tables_left() == {"datasets": 2}


def test_imported_from_a_folder_is_what_the_database_holds(
    mlflow_exit: Exit, tracking: Path, tmp_path: Path, change: Change, run_id: RunId
) -> None:
    folder = str(export(tracking, tmp_path / "csv"))
    assert mlflow_exit("import", "--source", folder)[0] == 0
    assert mlflow_exit("verify", "--source", folder)[0] == 0
    assert mlflow_exit("import")[1].startswith("0 runs new, 8 unchanged")
    edited(Path(folder), "params", "adagrad", "adagraD")
    found = told(mlflow_exit("verify", "--json", "--source", folder))
    assert [line["key"] for line in found["differ"]] == ["optimizer"]
