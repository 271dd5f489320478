"""The command line: exit codes, what goes where, no traceback whatever comes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from training_metrics import MetricsCollector
from training_metrics.cli import main
from training_metrics.reading import read_document

EXAMPLE = Path(__file__).with_name("example.json")
OLD = '{"epochs": [0], "loss": {"loss": [NaN]}}'


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.json"
    path.write_text(OLD)
    return str(path)


def test_a_valid_document(capsys):
    assert main(["validate", str(EXAMPLE)]) == 0
    assert capsys.readouterr().out == f"{EXAMPLE}: valid, 4 epochs\n"


def test_findings_are_a_line_each(old, capsys):
    assert main(["validate", old]) == 1
    assert capsys.readouterr().out == (
        f"{old}: schema_version: absent, read as a file of before 1.0\n"
        f"{old}: loss.loss: 1 × NaN, made null and listed in anomalies\n"
    )


def test_the_worst_of_several_decides(old, tmp_path, capsys):
    absent = str(tmp_path / "absent.json")
    assert main(["validate", str(EXAMPLE), old, absent]) == 2
    assert capsys.readouterr().err == (
        f"{absent}: no document here; check the path, or make it from the run's "
        "journal with `python -m training_metrics recover`\n"
    )


def test_json_for_machines(old, tmp_path, capsys):
    assert main(["validate", "--json", old, str(tmp_path)]) == 2
    fine, refused = json.loads(capsys.readouterr().out)["documents"]
    assert [finding["path"] for finding in fine["findings"]] == [
        "schema_version",
        "loss.loss",
    ]
    assert refused["exit_code"] == 2 and "not a regular file" in refused["refused"]


def test_show_prints_the_canonical_document_and_findings_apart(old, capfdbinary):
    assert main(["show", old]) == 1
    captured = capfdbinary.readouterr()
    assert json.loads(captured.out)["loss"] == {"loss": [None]}
    assert captured.err.count(b"\n") == 2
    assert main(["show", str(EXAMPLE)]) == 0
    assert capfdbinary.readouterr().out == EXAMPLE.read_bytes()


def test_the_schema_is_the_file_in_pipeline_spec(capsys):
    path = Path(__file__).parents[2] / "pipeline_spec" / "training_metrics.schema.json"
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == path.read_text()


def test_recover_makes_the_document_of_a_killed_run(tmp_path, capfdbinary):
    """With a torn last line."""
    journal = tmp_path / "journal"
    collector = MetricsCollector(str(tmp_path), journal=journal)
    for epoch in range(3):
        collector.log_metric("loss", epoch, epoch)
        collector.end_epoch(epoch)
    with journal.open("ab") as file:
        file.write(b"0badc0de {")
    assert main(["recover", str(journal)]) == 1
    captured = capfdbinary.readouterr()
    document = json.loads(captured.out)
    assert (document["epochs"], document["status"]) == ([0, 1, 2], "interrupted")
    assert (
        captured.err == f"{journal}: line 5: cut short or broken, left out\n".encode()
    )


def test_recover_refuses_what_is_no_journal(tmp_path, capsys):
    assert main(["recover", str(EXAMPLE)]) == 2
    assert "line 1: not a journal of a run; check the path" in capsys.readouterr().err
    assert main(["recover", str(tmp_path / "absent")]) == 2


def test_upload_puts_a_kept_document_where_it_belongs(tmp_path, capsys):
    (tmp_path / "run").write_text("in the way")
    with MetricsCollector(str(tmp_path / "run"), journal=tmp_path / "j") as collector:
        collector.log_metric("loss", 1, 0)
        kept = collector.save()
    (tmp_path / "run").unlink()
    assert main(["upload", kept.uri, collector.uri]) == 0
    assert read_document(collector.uri).document.loss["loss"] == [1]
    assert main(["upload", kept.uri, collector.uri]) == 0
    assert main(["upload", str(tmp_path / "absent"), collector.uri]) == 2


def test_help_states_exit_codes_and_limits(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["validate", "--help"])
    text = capsys.readouterr().out
    assert "exit codes: 0 fine; 1 readable but with findings" in text
    assert "67108864 bytes" in text


@pytest.mark.parametrize("uri", ["s3://b/x", "gs://", ""])
def test_an_address_that_is_none_is_refused_in_one_line(uri, capsys):
    assert main(["validate", uri]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_it_runs_as_a_module_into_a_closed_pipe(tmp_path):
    """`show | head` must not end in a traceback."""
    script = f"{sys.executable} -m training_metrics show {EXAMPLE} | head -c 1"
    run = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("{", "")
