"""`trackless doctor`: what a run needs, looked at for real, and what to do about each.

Every check is a function that returns what it saw or raises `Unwell` with the remedy.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from components.credentials import SharedSecret
from components.delivery import post
from pipelines import environment
from training_metrics.errors import StoreConflict, TrainingMetricsError
from training_metrics.notification import WINDOW_SECONDS
from training_metrics.storage import open_store

ANSWER_SECONDS = 10.0
CHROMIUM = "/usr/bin/chromium"
_PROBE_BYTES_MAX = 16


class Unwell(Exception):
    """A check that failed; the text says what was seen and what to do."""


@dataclass(frozen=True)
class Finding:
    """One check's outcome.

    Attributes:
        name: What was looked at.
        well: True when a run can use it.
        said: What was seen, or what to do.
    """

    name: str
    well: bool
    said: str


def examine(*, artifact_root: str, django_url: str, secret: str) -> list[Finding]:
    """Runs every check; those without a target are left out.

    Args:
        artifact_root: `gs://bucket/folder` or a folder.
        django_url: The app's address with its prefix; "" leaves its checks out.
        secret: Shared with Django.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("trainer environment", _trainer),
        ("artifact root", lambda: _store(artifact_root)),
    ]
    if django_url:
        checks += [
            ("clock", lambda: _clock(django_url)),
            ("Django", lambda: _django(django_url, secret)),
        ]
    checks += [("Chromium, for tests", _chromium), ("PostgreSQL, for tests", _postgres)]
    return [_examined(name, check) for name, check in checks]


def _examined(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except Unwell as problem:
        return Finding(name, False, str(problem))


def _trainer() -> str:
    python = environment.trainer_python()
    program = "from importlib.metadata import version as v; print(v('tfx'))"
    try:
        asked = subprocess.run([python, "-c", program], capture_output=True, text=True)
    except OSError as error:
        raise Unwell(f"{python}: {error.strerror}; run `make setup`") from error
    if asked.returncode:
        raise Unwell(f"{python} has no tfx; run `make setup`")
    return f"tfx {asked.stdout.strip()} at {python}"


def _store(root: str) -> str:
    """Writes a probe of a few bytes, tries to replace it wrongly, and deletes it."""
    store = open_store(f"{root.rstrip('/')}/trackless-doctor-probe")
    doing = "writing"
    try:
        left = store.read(_PROBE_BYTES_MAX, ANSWER_SECONDS)
        before = left.generation if left else 0
        generation = store.write(b"probe", before, ANSWER_SECONDS)
        try:
            generation = store.write(b"other", 0, ANSWER_SECONDS)
        except StoreConflict:
            kept = True
        else:
            kept = False
        doing = "deleting"
        store.delete(generation, ANSWER_SECONDS)
    except TrainingMetricsError as error:
        raise Unwell(
            f"{doing} a probe failed: {error}; check that the bucket exists and that "
            "you have roles/storage.objectUser there"
        ) from error
    except OSError as error:
        raise Unwell(f"{root}: {error.strerror}; choose a folder you own") from error
    if not kept:
        raise Unwell(
            f"{root} ignores preconditions; two writers could interleave there"
        )
    return f"{root}: a probe was written and deleted, and preconditions hold"


def _clock(django_url: str) -> str:
    import requests

    try:
        answer = requests.head(django_url, timeout=ANSWER_SECONDS)
    except requests.RequestException as error:
        raise Unwell(f"{django_url} did not answer ({type(error).__name__})") from error
    stamp = answer.headers.get("Date")
    if not stamp:
        return "the server sent no Date"
    apart = abs(time.time() - parsedate_to_datetime(stamp).timestamp())
    if apart > WINDOW_SECONDS / 2:
        raise Unwell(
            f"{apart:.0f} s apart from {django_url}; signatures hold for "
            f"{WINDOW_SECONDS} s, set both clocks by NTP"
        )
    return f"{apart:.0f} s apart from Django's"


def _django(django_url: str, secret: str) -> str:
    """A signed notification for a run that cannot exist: 404 proves the signature."""
    if not secret:
        raise Unwell(f"{environment.NOTIFY_SECRET} is not set")
    impossible = 2**62
    url = f"{django_url.rstrip('/')}/api/quick-tests/{impossible}/training-metrics/"
    body = {
        "quick_test_id": impossible,
        "artifacts_uri": "gs://trackless-doctor/none",
        "status": "completed",
    }
    status, said = post(url, json.dumps(body).encode(), SharedSecret(secret))
    if status == 404 and "run" in said:
        return f"{django_url} takes our signature"
    if status == 401:
        raise Unwell(
            f"{django_url} refused the signature; both sides need the same "
            f"{environment.NOTIFY_SECRET}"
        )
    raise Unwell(f"{url} answered {status or 'nothing'}: {said[:200]}")


def _chromium() -> str:
    if not Path(CHROMIUM).exists():
        raise Unwell("absent; browser tests are skipped. apt-get install chromium")
    return CHROMIUM


def _postgres() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not shutil.which("initdb"):
        raise Unwell(
            "absent; tests on PostgreSQL are skipped. apt-get install postgresql"
        )
    return str(found[-1] if found else shutil.which("initdb"))
