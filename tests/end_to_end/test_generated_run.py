"""The main job on generated data: from transactions to a run on the page."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workplace import ROOT

CHROMIUM = Path("/usr/bin/chromium")


def test_the_closing_table_tells_what_happened(generated_run):
    _, ended = generated_run
    for title in ("Status", "completed", "Rows", "Epochs", "popularity", "Artifacts"):
        assert title in ended.stdout
    assert "`make serve` shows it." in ended.stdout
    assert ended.stderr == ""


def test_the_document_keeps_every_promise(generated_run):
    workplace, _ = generated_run
    path = workplace.home / "quick_tests" / "1" / "training_metrics.json"
    validated = subprocess.run(
        [sys.executable, "-m", "training_metrics", "validate", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert validated.returncode == 0, validated.stdout + validated.stderr


def test_the_document_holds_what_was_trained(generated_run):
    workplace, _ = generated_run
    document = workplace.document()
    assert document["status"] == "completed"
    assert len(document["epochs"]) == 3
    assert document["loss"]["loss"][0] > document["loss"]["loss"][-1]
    assert {"query", "candidate"} <= set(document["gradient"])
    finals = document["final_metrics"]
    for k in (5, 10, 50, 100):
        assert 0 <= finals[f"test_recall_at_{k}"] <= 1
    assert finals["test_recall_at_5"] <= finals["test_recall_at_100"]
    assert document["run"]["evaluation"]["candidates"] > 0


def test_django_cached_the_run_from_the_notification_alone(generated_run):
    workplace, _ = generated_run
    url, session = workplace.serve()
    answer = session.get(f"{url}/api/quick-tests/1/training-history/").json()
    assert answer["source"] == "cache"
    history = answer["training_history"]
    assert history["epochs"] == workplace.document()["epochs"]
    assert history["loss"]["train"] == workplace.document()["loss"]["loss"]
    assert history["final_metrics"] == workplace.document()["final_metrics"]


def test_artifacts_carry_the_document_and_the_report(generated_run):
    workplace, _ = generated_run
    persisted = workplace.home.glob("pipeline_root/*/persist-training-metrics")
    folder = next(iter(persisted))
    stored = workplace.home / "quick_tests" / "1" / "training_metrics.json"
    assert (folder / "training_metrics").read_bytes() == stored.read_bytes()
    assert "<svg" in (folder / "report").read_text()


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser.new_page(viewport={"width": 1440, "height": 1000})
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium here")
def test_the_curves_of_the_run_are_drawn(generated_run, page):
    workplace, _ = generated_run
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(message.text),
    )
    url, login_url = workplace.serve_for_browser()
    page.goto(login_url)
    page.goto(f"{url}/1/")
    page.wait_for_selector("canvas")
    final = workplace.document()["loss"]["val_loss"][-1]
    assert f"{final:.3f}" in page.inner_text("body")
    assert page.locator("canvas").count() >= 3
    assert problems == []


def test_the_doctor_finds_this_django_taking_its_signature(generated_run):
    workplace, _ = generated_run
    url, _ = workplace.serve_for_browser()
    said = workplace.run("doctor", "--django-url", url).stdout
    for line in ("ok   artifact root: ", "ok   clock: ", f"ok   Django: {url} takes"):
        assert line in said
    assert not (workplace.home / "trackless-doctor-probe").exists()
