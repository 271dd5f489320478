"""The command line: exit codes, one clear line each, nothing heavy for `check`."""

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from trainer import cli


def test_check_accepts_good_parameters_without_loading_anything_heavy() -> None:
    code = (
        "import sys; from trainer.cli import main;"
        "assert main(['check', '--params', '{\"epochs\": 3}']) == 0;"
        "heavy = {'tensorflow', 'apache_beam', 'tfx'} & set(sys.modules);"
        "assert not heavy, heavy"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0


def test_check_reports_parameters_and_columns_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lines.csv"
    file.write_text("who,what,when\nA,x,2024-01-01\n")

    code = cli.main(
        [
            "check",
            "--params",
            '{"epochs": 0}',
            "--input",
            str(file),
            "--columns",
            '{"buyer": "who", "product": "whatt", "time": "when"}',
        ]
    )

    assert code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("trainer: epochs: received 0")
    assert lines[1] == (
        f"trainer: {file}: no column 'whatt' for product; did you mean what?"
    )


@pytest.mark.parametrize("command", [[], ["check"], ["prepare"], ["train"]])
def test_help_tells_the_exit_codes(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([*command, "--help"])

    assert "Exit codes: 0 done, 2 refused" in capsys.readouterr().out


def test_prepare_refuses_a_missing_file_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"

    # A named runner leaves Beam's connectors in this process to other tests.
    runner = ["--beam-pipeline-args", '["--runner=FnApiRunner"]']
    places = ["--input", "/no/such.csv", "--output", str(output)]
    code = cli.main(["prepare", *places, *runner])

    assert code == 2
    assert capsys.readouterr().err == (
        "trainer: /no/such.csv: no such file; give a CSV or Parquet file.\n"
    )
    assert not output.exists()


def test_train_refuses_wrong_parameters_before_it_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--examples", "--model", "--model-run", "--artifacts", "--journal"]
    arguments = [part for name in places for part in (name, str(tmp_path / name))]

    code = cli.main(["train", *arguments, "--params", '{"batch_size": -1}'])

    assert code == 2
    assert "trainer: batch_size: received -1" in capsys.readouterr().err


def test_a_failure_ends_with_its_cause_on_the_last_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = cli._fail(ValueError("in user code:\n\n  File x\n\n  wrong shape\n"))

    assert code == 1
    assert capsys.readouterr().err == "trainer: ValueError: wrong shape\n"


def test_prepare_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "trainer", "prepare", "--output", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("prepare: reading")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert errors.splitlines()[-1] == (
        "trainer: ended by signal 15 (SIGTERM); nothing of it is kept: start it again "
        "to prepare anew."
    )
    assert list(tmp_path.iterdir()) == []


def test_warnings_are_shown_of_our_own_code_only(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cli.main(["check", "--params", "{}"])

    for name in ("trainer.checkpoint", "training_metrics.snapshots", "apache_beam.io"):
        logging.getLogger(name).warning("from %s", name)

    assert "from trainer.checkpoint" in caplog.text
    assert "from training_metrics.snapshots" in caplog.text
    assert "apache_beam" not in caplog.text
