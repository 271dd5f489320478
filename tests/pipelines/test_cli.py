"""The command line: help, usage errors in one line, NAME=VALUE options."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from pipelines import options
from pipelines.errors import TracklessError
from pipelines.submit_command import shows_on

TRACKLESS = Path(sys.executable).with_name("trackless")


ON_VERTEX = ["submit", "--target", "vertex", "--project", "p", "--region", "r"]
ON_KFP = ["submit", "--target", "kfp", "--host", "http://127.0.0.1:9"]


def trackless(*arguments):
    return subprocess.run([TRACKLESS, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("command", ["run", "serve", "compile", "submit", "doctor"])
def test_every_command_has_help(command):
    ended = trackless(command, "--help")
    assert ended.returncode == 0
    assert f"Usage: trackless {command}" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["walk"], "walk"),
        (["run", "--epoch", "3"], "--epoch"),
        (["serve", "--port", "99999"], "'--port'"),
        (["run", "--option", "seed"], "expected NAME=VALUE"),
        (["submit", "--target", "vertex"], "--project"),
        ([*ON_KFP, "--bucket", "b"], "--django-url"),
        ([*ON_KFP, "--django-url", "http://d"], "--bucket"),
        ([*ON_VERTEX, "--bucket", "b", "--spot"], "--spot: a step of a Vertex AI"),
        ([*ON_VERTEX, "--namespace", "n"], "--namespace: only for --target kfp"),
        ([*ON_KFP, "--label", "a=b"], "--label: only for --target vertex"),
        ([*ON_KFP, "--fail-fast"], "--fail-fast: only for --target vertex"),
    ],
)
def test_a_usage_error_is_one_line_with_exit_code_2(arguments, named):
    ended = trackless(*arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith("trackless: ")
    assert ended.stderr.count("\n") == 1
    assert named in ended.stderr


def test_a_dry_run_prints_the_request_and_sends_nothing():
    ended = trackless(
        *[*ON_KFP, "--dry-run", "--bucket", "b", "--quick-test-id", "3"],
        *["--artifacts-uri", "gs://b/quick_tests/3"],
    )
    assert ended.returncode == 0, ended.stderr
    assert '"artifacts_uri": "gs://b/quick_tests/3"' in ended.stdout
    assert '"pipeline_root": "gs://b/pipeline_root"' in ended.stdout
    assert '"display_name": "trackless-3"' in ended.stdout


def test_values_are_json_where_they_read_as_json():
    read = options.pairs("--option", ["a=1", "b=true", 'c=["x"]', "d=text"])
    assert read == {"a": 1, "b": True, "c": ["x"], "d": "text"}


def test_only_a_local_path_is_made_absolute():
    for path in ("", "gs://b/a.csv", "bigquery:SELECT 1 FROM `a.b`"):
        assert options.absolute(path) == path
    assert options.absolute("a.csv") == str(Path.cwd() / "a.csv")


def test_a_pair_without_a_name_is_named():
    with pytest.raises(TracklessError, match=r"^--option =3: expected NAME=VALUE$"):
        options.pairs("--option", ["=3"])


def test_a_task_that_was_reused_is_shown_as_such(capsys):
    show = shows_on(Console(soft_wrap=True))
    show("prepare-interactions", "SKIPPED")
    show("train-two-tower", "RUNNING")
    reused = "  prepare-interactions: reused from an earlier run (cached)"
    assert capsys.readouterr().out.splitlines() == [
        reused,
        "  train-two-tower: RUNNING",
    ]
