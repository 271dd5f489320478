"""The journal: checksummed lines, names not repeated, broken lines borne."""

import numpy as np
import pytest

from training_metrics import MetricsCollector
from training_metrics.errors import DocumentNotFound, DocumentRefused
from training_metrics.journal import recover, replay


@pytest.fixture
def journal(tmp_path):
    """Of 200 epochs of two series; line 1 begins the attempt, line n + 2 is epoch n."""
    path = tmp_path / "journal"
    collector = MetricsCollector(str(tmp_path), journal=path)
    for epoch in range(200):
        collector.log_metrics({"loss": epoch, "some": np.nan}, epoch)
        collector.end_epoch(epoch)
    collector.close()
    return path


def broken(path, number, change):
    """Changes one line, counted from 1."""
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number - 1] = change(lines[number - 1])
    path.write_bytes(b"".join(lines))


def test_names_are_not_repeated_on_every_line(journal):
    lines = journal.read_bytes().splitlines()
    assert len(lines) == 201
    assert 3 <= sum(b'"names"' in line for line in lines) <= 5


def test_every_way_of_cutting_the_last_line_is_borne(journal):
    whole = journal.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    for cut in range(1, last):
        journal.write_bytes(whole[:-cut])
        state, findings = replay(journal)
        assert list(state.epochs) == list(range(199))
        assert [f.path for f in findings] == ["line 201"]


def test_a_flipped_bit_is_found_and_takes_few_epochs_with_it(journal):
    """At most those until the names are repeated."""
    broken(journal, 50, lambda line: line.replace(b"48", b"84", 1))
    state, findings = replay(journal)
    assert findings[0].path == "line 50"
    assert 48 not in state.epochs and 199 in state.epochs
    assert len(state.epochs) >= 200 - 64


def test_a_resumed_journal_goes_on_after_a_torn_line(journal, tmp_path):
    journal.write_bytes(journal.read_bytes()[:-5])
    collector = MetricsCollector(str(tmp_path), journal=journal)
    collector.log_metric("loss", 7, 199)
    collector.close()
    document = recover(journal)
    assert document.epochs == list(range(200))
    assert document.loss["loss"][-2:] == [198, 7]


def test_the_callers_word_on_how_it_ended_stands(journal):
    error = {"kind": "signal", "message": "trainer ended by signal 9"}
    document = recover(journal, status="failed", error=error)
    assert (document.status, document.error.message) == ("failed", error["message"])
    assert document.run["attempts"][0]["ended_by"] == "trainer ended by signal 9"


def test_what_the_run_itself_said_is_kept(tmp_path):
    path = tmp_path / "journal"
    with MetricsCollector(str(tmp_path), journal=path) as collector:
        collector.log_metric("loss", 1, 0)
    assert recover(path).status == "completed"


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}\n", b"00000000 {}\n", bytes(1000), b"\xff" * 99]
)
def test_what_is_no_journal_is_refused(tmp_path, content):
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(DocumentRefused, match="not a journal of a run; check the path"):
        recover(path)


def test_an_absent_journal_is_told_apart(tmp_path):
    with pytest.raises(DocumentNotFound, match="no document here"):
        recover(tmp_path / "journal")


def test_a_hostile_line_with_a_right_checksum_is_left_out(journal):
    import zlib

    for body in (
        b'{"epoch": "x", "values": [1]}',
        b'{"values": 3}',
        b"[]",
        b"[" * 5000,
    ):
        with journal.open("ab") as file:
            file.write(b"%08x %s\n" % (zlib.crc32(body), body))
    state, findings = replay(journal)
    assert len(state.epochs) == 200
    assert len(findings) == 4
