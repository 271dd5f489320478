"""Failures of a real run: what was trained is kept, the cause is named."""

import os
import signal
import socket
import time

import pytest

FEW_LINES = ["--batch-size", "256", "--data-option", "lines=6000", "--no-serve"]
LONG = ["run", "--epochs", "1000", *FEW_LINES]


def test_a_killed_trainer_goes_on_after_its_last_epoch(workplace):
    workplace.variables["TRACKLESS_CHECKPOINT_SECONDS"] = "0"
    process = workplace.start("run", "--epochs", "10", *FEW_LINES)
    workplace.wait_for_checkpoint(process)
    os.kill(workplace.trainer_pid(), signal.SIGKILL)
    said, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    assert "✗ Train two-tower model" in said and "✓ Train two-tower model" in said
    document = workplace.document()
    assert (document["status"], document["epochs"]) == ("completed", list(range(10)))
    first, second = document["run"]["attempts"]
    assert second["first_epoch"] >= 1
    assert first["ended_by"] == "signal 9"
    assert not (workplace.home / "quick_tests/1/checkpoint.npz").exists()


def test_a_trainer_that_is_killed_again_and_again_keeps_its_curves(workplace):
    process = workplace.start(*LONG)
    workplace.wait_for_epoch(process)
    while process.poll() is None:
        if pid := workplace.trainer_pid():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "signal 9 (SIGKILL)" in errors
    assert errors.count("\n") == 1
    document = workplace.document()
    assert document["status"] == "failed"
    assert "signal 9" in document["error"]["message"]
    assert len(document["epochs"]) >= 1
    url, session = workplace.serve()
    answer = session.get(f"{url}/api/quick-tests/1/training-history/").json()
    assert answer["training_history"]["status"] == "failed"
    assert answer["training_history"]["epochs"] == document["epochs"]
    assert "✓ Keep what exists" in said


def test_ctrl_c_ends_everything_and_keeps_the_curves(workplace):
    process = workplace.start(*LONG)
    workplace.wait_for_epoch(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors == "trackless: stopped\n"
    assert workplace.processes_left() == []
    document = workplace.document()
    assert document["status"] == "interrupted"
    assert len(document["epochs"]) >= 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--epochs", "0"], "epochs"),
        (["--batch-size", "-1"], "batch_size"),
        (["--optimizer", "adamant"], "optimizer"),
        (["--option", "drop_out=0.5"], "drop_out"),
        (["--input", "missing.csv"], "missing.csv"),
        (["--epochs", "many"], "--epochs"),
    ],
)
def test_a_bad_parameter_is_one_line_and_makes_nothing(workplace, arguments, named):
    ended = workplace.run("run", "--no-serve", *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith("trackless: ")
    assert ended.stderr.count("\n") == 1
    assert named in ended.stderr
    assert not (workplace.home / "quick_tests").exists()


def test_a_wrong_column_names_the_file_and_what_it_has(workplace, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("who,what,when\n1,2,2024-01-01\n")
    ended = workplace.run("run", "--no-serve", "--input", str(path))
    assert ended.returncode == 2
    assert "orders.csv" in ended.stderr
    assert "who" in ended.stderr


def test_a_port_in_use_is_one_line(workplace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = workplace.run("run", "--no-serve", "--port", port)
    assert ended.returncode == 2
    assert port in ended.stderr
    assert ended.stderr.count("\n") == 1
