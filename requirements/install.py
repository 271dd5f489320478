"""Makes `.venv` and `.venv-trainer` from the locks beside this file.

Runs on a bare Python with nothing installed: `python3 requirements/install.py`. An
environment carries the digest of what it was made from, written last, so a second
call does nothing and an interrupted one starts that environment over. Which trainer
lock fits is decided here and nowhere else. The MLflow servers and the ScaNN that tests
need are made only when asked for: `python3 requirements/install.py mlflow1 scann`.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "uv" / "bin" / "uv"
DEFAULT_ROLES = ("app", "trainer")
WORKS = (
    "What works: Linux on x86-64 with Python 3.11 (any glibc from 2.28; TFX 1.16), "
    "or with Python 3.12 and glibc 2.39 or newer (TFX 1.21). Choose the interpreter "
    "with `make setup PYTHON=python3.11`."
)


class SetupError(Exception):
    """Something that the person at the terminal has to change."""


def main(roles):
    """Makes the environments of `roles` (app and trainer by default).

    Returns the exit code.
    """
    try:
        plan = [step for step in steps() if step[0] in (roles or DEFAULT_ROLES)]
        if not plan:
            asked, known = " ".join(roles), ", ".join(step[0] for step in steps())
            raise SetupError(f"unknown role {asked}; choose of {known}")
        if not all(map(is_made, plan)):
            with alone():
                make_due(plan)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd)
        print(
            f"setup: `{command}` failed with exit code {error.returncode}; its own "
            "message is above. Mend that and run `make setup` again.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("setup: stopped; `make setup` continues.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def alone():
    """Waits until no other call makes environments here."""
    UV.parents[2].mkdir(exist_ok=True)
    with (UV.parents[2] / "making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_due(plan):
    """Makes those environments of the plan that are not made yet."""
    due = [step for step in plan if not is_made(step)]
    if any(step[0] == "trainer" for step in due):
        require_compiler()
    if due:
        install_uv()
    for number, step in enumerate(due, start=1):
        make_environment(step, f"{number}/{len(due)}")


def steps():
    """The environments as (role, folder, lock file)."""
    locks = Path(__file__).resolve().parent
    return [
        ("app", ROOT / ".venv", locks / "app.lock"),
        ("trainer", ROOT / ".venv-trainer", locks / trainer_lock()),
        ("mlflow1", ROOT / ".tools" / "mlflow1", locks / "mlflow1.lock"),
        ("mlflow2", ROOT / ".tools" / "mlflow2", locks / "mlflow2.lock"),
        ("mlflow3", ROOT / ".tools" / "mlflow3", locks / "mlflow3.lock"),
        ("scann", ROOT / ".tools" / "scann", locks / "scann.lock"),
    ]


def trainer_lock():
    """The newest TFX whose native wheels this machine can load.

    tfx 1.21's ml-metadata and TFDV are tagged manylinux_2_39; tfx 1.16's exist for
    Python 3.11 on glibc 2.28.
    """
    system, machine = platform.system(), platform.machine()
    if system != "Linux" or machine not in ("x86_64", "AMD64"):
        raise SetupError(f"TFX has no wheels for {system} on {machine}. {WORKS}")
    name, version = platform.libc_ver()
    glibc = tuple(int(part) for part in version.split(".")[:2]) if version else (0, 0)
    if name != "glibc" or glibc < (2, 28):
        raise SetupError(
            "the C library is {} {}. {}".format(name or "not glibc", version, WORKS)
        )
    python = sys.version_info[:2]
    if python == (3, 12) and glibc >= (2, 39):
        return "trainer-tfx121.lock"
    if python == (3, 11):
        return "trainer-tfx116.lock"
    found = f"Python {python[0]}.{python[1]} on glibc {version}"
    raise SetupError(f"this is {found}. {WORKS}")


def digest(step):
    """What the environment is made from: its lock, the metadata, the interpreter."""
    parts = [step[2].read_bytes(), (ROOT / "setup.cfg").read_bytes()]
    parts.append(f"{sys.version} {ROOT}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_made(step):
    """Whether the environment is there, made from what lies here now."""
    return stamp(step) == digest(step)


def stamp(step):
    """The digest the environment was made from, or None."""
    try:
        return (step[1] / ".made-from").read_text()
    except OSError:
        return None


def require_compiler():
    """pyfarmhash, which TFX needs, is shipped as C++ source only."""
    compiler = os.environ.get("CXX", "g++").split()[0]
    if not (shutil.which(compiler) or shutil.which("c++")):
        raise SetupError(
            f"no C++ compiler (`{compiler}`) was found, and pyfarmhash, which TFX "
            "needs, is compiled here. Debian and Ubuntu: apt-get install g++."
        )


def install_uv():
    """Puts uv into a small environment of its own; pip cannot resolve TFX."""
    if UV.exists():
        return
    print("setup: uv", flush=True)
    folder = UV.parent.parent
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True
    )
    if made.returncode:
        said = (made.stdout + made.stderr).strip().splitlines() or ["no message"]
        raise SetupError(
            f"`{sys.executable} -m venv` failed ({said[0]}). Debian and Ubuntu: "
            "apt-get install python3-venv."
        )
    subprocess.run([str(folder / "bin" / "pip"), "install", "-q", "uv"], check=True)


def make_environment(step, number):
    """Makes one environment whole: packages, project (in the default ones), stamp."""
    role, folder, lock = step
    began = time.monotonic()
    print(f"setup: {number} {folder.name} from {lock.name}", flush=True)
    python = str(folder / "bin" / "python")
    uv = [str(UV), "--quiet"] if not sys.stderr.isatty() else [str(UV)]
    subprocess.run(
        [*uv, "venv", "--clear", "--python", sys.executable, str(folder)], check=True
    )
    subprocess.run([*uv, "pip", "sync", "--python", python, str(lock)], check=True)
    if role in DEFAULT_ROLES:
        project = ["--python", python, "--no-deps", "--editable", str(ROOT)]
        subprocess.run([*uv, "pip", "install", *project], check=True)
    (folder / ".made-from").write_text(digest(step))
    seconds = time.monotonic() - began
    print(f"setup: {number} {folder.name} ready in {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
