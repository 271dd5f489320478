"""The app in another platform: a fresh Django project with the lines of docs/django.md.

The project is what `startproject` makes; nothing of ours is in it but those lines.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DOCS = (REPOSITORY / "docs" / "django.md").read_text()
USED = """
import django, hashlib, json, time
django.setup()
from pathlib import Path
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from tests.ml_platform.samples import sample_document, write_document
from training_metrics.notification import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

settings.ALLOWED_HOSTS = ["testserver"]
secret = settings.TRACKLESS_NOTIFY_SECRETS[0]

def post(path, body):
    data, now = json.dumps(body).encode(), int(time.time())
    signed = {TIMESTAMP_HEADER: str(now), SIGNATURE_HEADER: sign(secret, now, data)}
    told = Client().post(path, data, content_type="application/json", headers=signed)
    assert told.status_code == 200, told.content
    return told.json()

runs = "/experiments/api/quick-tests/"
run = post(runs, {"name": "first"})["quick_test"]
digest = write_document(Path(run["artifacts_uri"]), sample_document(5))
body = {"quick_test_id": run["id"], "artifacts_uri": run["artifacts_uri"]}
body |= {"sha256": digest, "status": "completed"}
post(f"{runs}{run['id']}/training-metrics/", body)
client = Client()
client.force_login(get_user_model().objects.create(username="ana"))
for path in ("", f"{run['id']}/", f"api/quick-tests/{run['id']}/training-history/"):
    answer = client.get(f"/experiments/{path}")
    assert answer.status_code == 200, (path, answer.status_code)
assert answer.json()["source"] == "cache"
print("installed")
"""


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """A fresh project; its settings and URLs end with the docs' own lines."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "startproject", "shop", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    settings, urls = re.findall(r"```python\n# shop/\w+\.py\n(.*?)```", DOCS, re.S)
    for name, lines in (("settings", settings), ("urls", urls)):
        with (tmp_path / "shop" / f"{name}.py").open("a") as file:
            file.write("\n" + lines.replace("gs://bucket/runs", str(tmp_path / "runs")))
    return tmp_path


@pytest.mark.slow
def test_the_lines_of_the_docs_are_all_it_takes(platform: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "PYTHONPATH": f"{platform}{os.pathsep}{REPOSITORY}",
        "TRACKLESS_NOTIFY_SECRET": "a-secret-of-the-platform-that-is-long",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=platform,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    run("manage.py", "check", "--fail-level", "WARNING")
    run("manage.py", "migrate", "-v0")
    assert "installed" in run("-c", USED)
