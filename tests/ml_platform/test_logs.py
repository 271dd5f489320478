"""Log lines: one JSON object each, without secrets and without a document's content."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ml_platform.experiments.logs import JsonLines, PlainLines
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.training_cache import TrainingCacheService
from tests.ml_platform.conftest import SECRET
from tests.ml_platform.samples import sample_document

REPOSITORY = Path(__file__).parents[2]
MARKER = "content-of-the-document"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """What was logged so far, as lines of JSON."""
    caplog.set_level(logging.INFO)

    def so_far() -> list[dict[str, Any]]:
        formatted = [JsonLines().format(record) for record in caplog.records]
        assert not any("\n" in line for line in formatted)
        return [json.loads(line) for line in formatted]

    return so_far


def record(message: str, *args: Any, **more: Any) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "args": args, "levelname": "ERROR"})
    vars(made).update(more)
    return made


def test_a_line_has_time_severity_message_and_fields() -> None:
    told = json.loads(JsonLines().format(record("run %s:\nlost", 7, run=7, created=0)))
    assert told == {
        "time": "1970-01-01T00:00:00+00:00",
        "severity": "ERROR",
        "logger": told["logger"],
        "message": "run 7:\nlost",
        "run": 7,
    }


def test_an_exception_is_named_without_its_text() -> None:
    try:
        raise ValueError(MARKER)
    except ValueError:
        line = JsonLines().format(record("failed", exc_info=sys.exc_info()))
    told = json.loads(line)["exception"]
    assert told["type"] == "ValueError"
    assert "test_an_exception_is_named_without_its_text" in told["at"][0]
    assert MARKER not in line


@pytest.mark.parametrize("formatter", [JsonLines(), PlainLines()])
@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("Method Not Allowed: /login/sAmPle-_token/", "sAmPle-_token"),
        ("token trk_sAmPle-_x is unknown", "sAmPle-_x"),
        ("Authorization: Bearer eyJ.abc.def", "eyJ.abc.def"),
        (f"v1={'0a' * 32}", "0a0a"),
        (f"signed with {SECRET}", SECRET),
    ],
)
def test_secrets_are_replaced(
    formatter: logging.Formatter, said: str, secret: str
) -> None:
    line = formatter.format(record(said))
    assert secret not in line
    assert "…" in line


def test_a_refused_call_is_logged_without_what_it_brought(
    db: None, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    Client().post(
        "/experiments/api/quick-tests/1/training-metrics/",
        {"quick_test_id": MARKER},
        content_type="application/json",
        headers={"Authorization": "Bearer trk_secret-of-somebody"},
    )
    told = lines()
    assert told[0]["path"] == "/experiments/api/quick-tests/1/training-metrics/"
    assert "refused" in told[0]["message"]
    assert "secret-of-somebody" not in str(told)
    assert MARKER not in str(told)


@pytest.mark.parametrize(
    "spoilt",
    [
        {MARKER: "{"},
        {"epochs": MARKER},
        {"schema_version": MARKER},
        {"loss": {MARKER: [MARKER]}},
        {"status": MARKER},
        {"params": {MARKER: MARKER}, "saved_at": MARKER},
    ],
)
def test_no_document_however_broken_is_quoted(
    make_run: Callable[..., QuickTest],
    lines: Callable[[], list[dict[str, Any]]],
    caplog: pytest.LogCaptureFixture,
    spoilt: dict[str, Any],
) -> None:
    run = make_run(sample_document(3) | spoilt, cached=False)
    TrainingCacheService().cache_training_history(run)
    document = Path(run.gcs_artifacts_path) / "training_metrics.json"
    document.write_text(f'{{"{MARKER}": {MARKER}')
    TrainingCacheService().cache_training_history(run)
    assert [told["reason"] for told in lines()][-1] == "DOCUMENT_REFUSED"
    assert lines()[-1]["run"] == run.pk
    assert MARKER not in str(lines())
    assert MARKER not in caplog.text


def test_the_setting_turns_them_on(tmp_path: Path) -> None:
    program = (
        "import django, logging; django.setup(); "
        "logging.getLogger('ml_platform.x').info('hello %s', 'there')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env=os.environ | {"TRACKLESS_JSON_LOGS": "1", "TRACKLESS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stderr)["message"] == "hello there", done.stderr
