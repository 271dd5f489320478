"""The archive's format of points: every bit comes back, and nothing else passes."""

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_platform.mlflow_exit import codec
from ml_platform.mlflow_exit.archive import points_held
from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.errors import ArchiveUnreadable
from ml_platform.mlflow_exit.models import ArchivedPoints, ArchivedRun
from ml_platform.mlflow_exit.points import Point, Points
from tests.ml_platform.mlflow_exit.conftest import Exit, told

WHOLE = st.integers(-(2**63), 2**63 - 1)
# Any text, halves of surrogate pairs too, and few enough of them to meet again.
KEYS = st.text(max_size=3) | st.sampled_from(["loss", "Loss", "\ud83d", "\ud83d\ude00"])
POINTS = st.builds(Point, KEYS, WHOLE, WHOLE, WHOLE, st.booleans())
FEW = Points.of_rows(
    Point("loss", step, bits_of(1 / (step + 1)), 9, False) for step in range(20)
)


@given(st.lists(POINTS, max_size=30))
def test_every_bit_of_every_row_comes_back(rows: list[Point]) -> None:
    """However often a row is there; of a NaN all of its bits."""
    points = codec.decode(codec.encode(Points.of_rows(rows)))
    assert sorted(points) == sorted(rows)
    assert points == Points.of_rows(rows)
    assert points.digest() == Points.of_rows(rows).digest()


@given(st.lists(POINTS, min_size=1, max_size=9), st.randoms())
def test_the_order_of_rows_is_in_no_byte(rows: list[Point], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    ours, theirs = Points.of_rows(rows), Points.of_rows(mixed)
    assert codec.encode(ours) == codec.encode(theirs)


@given(st.lists(POINTS, min_size=1, max_size=9), st.data())
def test_any_other_rows_are_unlike(rows: list[Point], data: st.DataObject) -> None:
    """One dropped, doubled, or changed in one column."""
    at = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(POINTS.filter(lambda one: one != rows[at]))
    for changed in (rows[:at], [rows[at]], [other]):
        others = [*rows[:at], *changed, *rows[at + 1 :]]
        if sorted(others) != sorted(rows):
            ours, theirs = Points.of_rows(rows), Points.of_rows(others)
            assert ours != theirs
            assert ours.digest() != theirs.digest()


def test_the_format_is_pinned() -> None:
    """Written down in the module: whoever changes it gives it another version."""
    data = codec.encode(Points.of_rows([Point("é", -2, bits_of(0.5), 7, True)]))
    assert data[:4] == b"TMP\x01"
    assert data[36:52] == struct.pack("<Qd", 1, 0.5)
    repeating = struct.pack("<QQ2sQqq?", 1, 2, b"\xc3\xa9", 1, -2, 7, True)
    assert zlib.decompress(data[52:]) == repeating


@pytest.mark.parametrize("at", [0, 3, 4, 35, 36, 60, -1])
def test_one_bit_altered_is_refused(at: int) -> None:
    data = bytearray(codec.encode(FEW))
    data[at] ^= 1
    with pytest.raises(codec.NoPoints, match=r"they begin with|SHA-256 is another"):
        codec.decode(bytes(data))


@pytest.mark.parametrize(
    "change",
    [lambda data: data[:-1], lambda data: data[:40], lambda data: data + b"\0"],
)
def test_cut_off_or_lengthened_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(codec.NoPoints, match="cut off or altered"):
        codec.decode(change(codec.encode(FEW)))


@pytest.mark.parametrize(
    "data", [b"", b"TM", b"PK\x03\x04 a zip", b"TMP\x02" + b"0" * 99]
)
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(codec.NoPoints, match=r"not with b'TMP\\x01'"):
        codec.decode(data)


@pytest.mark.parametrize("data", [b"foreign", None])
def test_points_that_cannot_be_read_are_named_by_their_run(
    mlflow_exit: Exit, run_id: Callable[[str], str], data: bytes | None
) -> None:
    """By `points`, and by `verify`, which goes on with the other runs."""
    mlflow_exit("import")
    kept = ArchivedPoints.objects.filter(run__run_id=run_id("nasty"))
    kept.update(data=data) if data else kept.delete()
    record = ArchivedRun.objects.get(run_id=run_id("nasty"))
    with pytest.raises(ArchiveUnreadable, match=f"archive of run {record.run_id}: "):
        points_held(record)
    found = told(mlflow_exit("verify", "--json"))
    (line,) = found["unreadable"]
    assert (line["what"], line["run_id"]) == ("archive", record.run_id)
    assert (found["differ"], found["runs"], found["proof"]) == ([], 7, None)
