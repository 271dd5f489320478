"""The setup script: which lock a machine gets, and one message where none fits."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "requirements" / "install.py"


@pytest.fixture
def install(monkeypatch):
    spec = importlib.util.spec_from_file_location("install", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def machine(system="Linux", cpu="x86_64", libc=("glibc", "2.36"), python=(3, 11)):
        monkeypatch.setattr(module.platform, "system", lambda: system)
        monkeypatch.setattr(module.platform, "machine", lambda: cpu)
        monkeypatch.setattr(module.platform, "libc_ver", lambda: libc)
        monkeypatch.setattr(module.sys, "version_info", (*python, 7, "final", 0))

    module.machine = machine
    return module


def test_debian_12_gets_tfx_1_16(install):
    install.machine()
    assert install.trainer_lock() == "trainer-tfx116.lock"


def test_a_newer_glibc_with_python_3_12_gets_tfx_1_21(install):
    install.machine(libc=("glibc", "2.39"), python=(3, 12))
    assert install.trainer_lock() == "trainer-tfx121.lock"


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        ({"system": "Darwin", "cpu": "arm64"}, "Darwin on arm64"),
        ({"cpu": "aarch64"}, "Linux on aarch64"),
        ({"libc": ("", "")}, "not glibc"),
        ({"python": (3, 13)}, "Python 3.13"),
        ({"python": (3, 12)}, r"Python 3.12 on glibc 2.36"),
    ],
)
def test_what_cannot_work_gets_one_message_that_names_what_does(
    install, capsys, machine, named
):
    install.machine(**machine)
    assert install.main([]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert named in said
    assert "What works: Linux on x86-64 with Python 3.11" in said


def test_a_missing_compiler_is_named_before_anything_is_made(
    install, capsys, monkeypatch
):
    install.machine()
    monkeypatch.setattr(install, "stamp", lambda step: None)
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    monkeypatch.setattr(install, "install_uv", lambda: pytest.fail("went on"))
    assert install.main([]) == 2
    assert "apt-get install g++" in capsys.readouterr().err


def test_a_second_call_makes_nothing_and_says_nothing():
    ended = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_unknown_role_is_refused_by_name(install, capsys):
    install.machine()
    assert install.main(["mlflow9"]) == 2
    said = capsys.readouterr().err
    known = "app, trainer, mlflow1, mlflow2, mlflow3, scann"
    assert f"unknown role mlflow9; choose of {known}" in said


def test_what_another_call_made_meanwhile_is_not_made_again(install, monkeypatch):
    """Test processes ask for MLflow at the same time; the second one waits."""
    install.machine()
    made = iter([False, True])
    monkeypatch.setattr(install, "is_made", lambda step: next(made))
    monkeypatch.setattr(install, "make_environment", lambda *_: pytest.fail("again"))
    assert install.main(["mlflow3"]) == 0
