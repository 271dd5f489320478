"""The journal: checksummed lines, names not repeated, broken lines borne."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_metrics import MetricsCollector
from training_metrics.errors import DocumentNotFound, DocumentRefused
from training_metrics.floats import pack, unpack
from training_metrics.journal import document_of, recover, replay


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
    broken(journal, 50, lambda line: line.replace(b"AA", b"AB", 1))
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
    "content", [b"\n", b"{}\n", b"00000000 {}\n", bytes(1000), b"\xff" * 99]
)
def test_what_is_no_journal_is_refused(tmp_path, content):
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(DocumentRefused, match="not a journal of a run; check the path"):
        recover(path)


def test_a_run_killed_before_its_first_line_has_an_empty_document(tmp_path):
    path = tmp_path / "journal"
    path.touch()
    document = recover(path, status="failed", error={"message": "killed"})
    assert (document.status, document.epochs, document.available) == (
        "failed",
        [],
        False,
    )


def test_an_absent_journal_is_told_apart(tmp_path):
    with pytest.raises(DocumentNotFound, match="no document here"):
        recover(tmp_path / "journal")


def add(journal, body):
    """Appends a line with a right checksum."""
    with journal.open("ab") as file:
        file.write(b"%08x %s\n" % (zlib.crc32(body), body))


@pytest.mark.parametrize(
    "body",
    [
        b'{"epoch": "x", "values": ""}',
        b'{"epoch": 1e999, "names": [["loss", "x"]], "values": "AAAAAAAA8D8="}',
        b'{"epoch": 9e99, "names": [["loss", "x"]], "values": "AAAAAAAA8D8="}',
        b'{"values": 3}',
        b'{"epoch": 300, "names": [["loss", "x"]], "values": "AAAA"}',
        b'{"epoch": 300, "names": [["loss", "x"]], "values": "\\u00e9"}',
        b'{"epoch": 300, "names": [[]], "values": "AAAAAAAA8D8="}',
        b'{"epoch": 300, "names": [["weight_stats", "q"]], "values": "AAAAAAAA8D8="}',
        b'{"epoch": 300, "histograms": [[["loss", "x"], [[1], [1], [0, 0, 0]]]]}',
        b'{"epoch": 300, "histograms": [[["weight_stats", "q", "histogram"], 1]]}',
        b'{"anomalies": [{"path": []}]}',
        b'{"attempt": 1}',
        b'{"diagnosis": [1]}',
        b'{"end": {"status": "failed", "error": "killed"}}',
        b'{"params": 1}',
        b"[]",
        b"[" * 5000,
        b'{"params": {"a": 1, "a": 2}}',
    ],
)
def test_a_hostile_line_with_a_right_checksum_is_left_out(journal, body):
    add(journal, body)
    state, findings = replay(journal)
    assert [finding.path for finding in findings] == ["line 202"]
    document, _ = document_of(state, "journal")
    assert document.epochs[:200] == list(range(200))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"end": {"status": "fine"}}', "status: Input should be 'running'"),
        (b'{"params": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}", "nested deeper"),
        (b'{"anomalies": [{"path": "a"}]}', "Field required @ anomalies"),
    ],
)
def test_hostile_lines_that_fit_no_document_are_refused(journal, body, text):
    add(journal, body)
    with pytest.raises(DocumentRefused, match=text):
        recover(journal)


def test_odd_facts_in_a_line_are_repaired_and_told(journal):
    add(journal, b'{"params": {"a\\u0000": NaN, "b": "\\ud800"}, "run": {"cls": 1}}')
    state, _ = replay(journal)
    document, findings = document_of(state, "journal")
    assert document.params == {"a\ufffd": None, "b": "\ufffd"}
    assert document.run["cls"] == 1
    assert [str(finding) for finding in findings] == [
        "params.a\ufffd: 1 × NaN, made null and listed in anomalies",
        "params.b: a NUL or half a character in a text, replaced by U+FFFD",
    ]


@given(st.lists(st.floats()))
def test_packed_numbers_keep_every_bit(numbers):
    packed = np.array(unpack(pack(numbers)), np.float64)
    assert packed.tobytes() == np.array(numbers, np.float64).tobytes()
