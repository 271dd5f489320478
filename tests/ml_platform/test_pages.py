"""The pages as the server renders them."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from ml_platform.experiments.middleware import POLICY
from ml_platform.experiments.models import QuickTest
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]


@pytest.mark.parametrize(
    "path", ["", "1/", "compare/", "leaderboard/", "scatter/", "heatmap/"]
)
def test_strangers_are_sent_to_the_login(client: Client, db: None, path: str) -> None:
    response = client.get(f"/experiments/{path}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=/experiments/")


def test_the_run_page_says_it_all_without_scripts(
    user_client: Client, sample_run: QuickTest
) -> None:
    page = user_client.get(f"/experiments/{sample_run.pk}/").content.decode()
    for text in (
        "60 of 60",
        "6.70",
        "+4.55 pp on popularity 2.15",
        "by time, 3,609 candidates, 39,634 examples",
        "val_loss is NaN.",
        "Preempted",
        "remove_accidental_hits",
        "317,069",
    ):
        assert text in page


def test_every_page_forbids_what_is_inline(
    user_client: Client, sample_run: QuickTest
) -> None:
    views = ("leaderboard/", "scatter/", "heatmap/")
    for path in ("", f"{sample_run.pk}/", "compare/", *views):
        response = user_client.get(f"/experiments/{path}")
        assert response.headers["Content-Security-Policy"] == POLICY
        page = response.content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert "onclick" not in page


@pytest.mark.parametrize(
    ("kept", "written"), [("dark", ' data-theme="dark"'), ("system", ""), ('"x', "")]
)
def test_the_theme_kept_is_in_the_page(
    user_client: Client, db: None, kept: str, written: str
) -> None:
    user_client.cookies["trackless_theme"] = kept
    page = user_client.get("/experiments/").content.decode()
    assert f'<html lang="en"{written}>' in page


def test_a_comparison_is_downloaded_in_full(
    user_client: Client, make_run: MakeRun
) -> None:
    other = sample_document(3)
    other["params"]["=formula"] = "=1+1"
    runs = [make_run(sample_document(3), name="a"), make_run(other, name="b")]
    ids = ",".join(str(run.pk) for run in reversed(runs))
    response = user_client.get(f"/experiments/compare.csv?ids={ids}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["name"] for row in rows] == ["b", "a"]
    loss = sample_document(3)["final_metrics"]["test_loss"]
    assert float(rows[0]["test_loss"]) == loss
    assert rows[0]["params.=formula"] == "'=1+1"


def test_hostile_names_are_text(user_client: Client, make_run: MakeRun) -> None:
    document = sample_document(3)
    document["params"]["<script>alert(1)</script>"] = "</title><script>alert(2)"
    run = make_run(document, name="<script>alert(3)</script>")
    views = ("leaderboard/", "scatter/", f"compare/?ids={run.pk},{make_run().pk}")
    for path in ("", f"{run.pk}/", *views):
        page = user_client.get(f"/experiments/{path}").content.decode()
        assert "<script>alert" not in page


def test_a_run_without_a_document_says_why(
    user_client: Client, make_run: MakeRun
) -> None:
    run = make_run()
    page = user_client.get(f"/experiments/{run.pk}/").content.decode()
    assert "DOCUMENT_MISSING" in page
    assert f"reconcile_training_cache --run {run.pk}" in page
    assert "Loading" not in page


def test_a_failed_run_says_what_is_kept(user_client: Client, make_run: MakeRun) -> None:
    document = sample_document(5, status="failed")
    document["error"] = {"kind": "loss_not_finite", "message": "loss is NaN"}
    run = make_run(document)
    page = user_client.get(f"/experiments/{run.pk}/").content.decode()
    assert "LOSS_NOT_FINITE" in page
    assert "All losses, norms and statistics of epochs 1–5" in page
    assert "never evaluated" in page


def test_an_interrupted_run_says_first_how_to_go_on(
    user_client: Client, make_run: MakeRun
) -> None:
    document = sample_document(5, status="interrupted")
    document["error"] = {"kind": "signal", "message": "ended by signal 9 (SIGKILL)"}
    run = make_run(document)
    page = user_client.get(f"/experiments/{run.pk}/").content.decode()
    assert "Training was interrupted: the trainer was killed" in page
    assert page.index("goes on after the last epoch") < page.index("Mostly memory")


def test_data_job_and_folder_lead_to_the_console(
    user_client: Client, make_run: MakeRun
) -> None:
    run = make_run(sample_document(3))
    job = "projects/shop-1/locations/europe-west1/pipelineJobs/trackless-1"
    QuickTest.objects.filter(pk=run.pk).update(
        pipeline_job_name=job,
        gcs_artifacts_path="gs://shop/quick_tests/1",
        launch={"input_path": "gs://shop/days/*.csv"},
    )
    page = user_client.get(f"/experiments/{run.pk}/").content.decode()
    console = "https://console.cloud.google.com"
    assert f'href="{console}/storage/browser/shop/days"' in page
    assert f'href="{console}/storage/browser/shop/quick_tests/1"' in page
    assert f"{console}/vertex-ai/locations/europe-west1/pipelines/runs" in page


def test_an_unknown_run_is_not_found(user_client: Client) -> None:
    assert user_client.get("/experiments/999/").status_code == 404


def test_an_empty_list_teaches_the_next_command(user_client: Client) -> None:
    page = user_client.get("/experiments/").content.decode()
    assert "No runs yet" in page
    assert "make run" in page
    assert "mlflow_exit inventory" in page
    assert "<b>never</b>" in page


def test_an_empty_list_tells_of_a_notification_for_no_run(
    user_client: Client, signed_post: Callable
) -> None:
    body = {"quick_test_id": 7, "artifacts_uri": "gs://b/7", "status": "failed"}
    answer = signed_post("/experiments/api/quick-tests/7/training-metrics/", body)
    assert answer.status_code == 404, answer.content
    page = user_client.get("/experiments/").content.decode()
    assert "s ago</b>, for run 7, which is not here" in page


@pytest.mark.parametrize(
    "query",
    ["page=x", "page=-1", "days=99999999", "ordering=%00", "status=%27", "ids=1,x"],
)
def test_an_address_that_makes_no_sense_still_shows_the_list(
    user_client: Client, sample_run: QuickTest, query: str
) -> None:
    assert user_client.get(f"/experiments/?{query}").status_code == 200


def test_counts_that_end_somewhere_are_said_to(
    user_client: Client, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("counting.MANY", "run_list.MANY", "run_list.AHEAD"):
        monkeypatch.setattr(f"ml_platform.experiments.selectors.{name}", 2)
    for _ in range(5):
        make_run()

    page = user_client.get("/experiments/?page_size=1").content.decode()

    assert '<span class="total">2+</span>' in page
    assert "2+ of 2+ runs" in page
    assert 'class="many"' not in page


def test_a_login_link_works_once(client: Client, db: None) -> None:
    from ml_platform.experiments.management.commands.serve_local import local_user
    from ml_platform.experiments.services.login_links import login_link_create

    path = f"/login/{login_link_create(user=local_user())}/"
    assert client.get(path).headers["Location"] == "/experiments/"
    assert client.get("/experiments/").status_code == 200
    spent = Client().get(path)
    assert spent.status_code == 403
    assert b"This link is spent" in spent.content


def test_values_of_the_last_epoch_are_no_test_values(make_run: MakeRun) -> None:
    from ml_platform.experiments.presenters.run_view import RunView
    from ml_platform.experiments.presenters.tables import finals_rows

    document = sample_document(5)
    document["final_metrics"] |= {"final_loss": 5.9, "final_val_loss": 8.3}
    rows = {row.metric: row for row in finals_rows(RunView(make_run(document)))}
    last = rows["Loss, last epoch"]
    assert [cell.text for cell in last.cells] == ["5.900", "8.300", "–", "–"]
    assert last.train.full == "5.9"


def test_recall_by_buyer_has_rows_of_its_own(make_run: MakeRun) -> None:
    from ml_platform.experiments.presenters.run_view import RunView
    from ml_platform.experiments.presenters.tables import finals_rows

    document = sample_document(5)
    document["final_metrics"] |= {
        "test_user_recall_at_10": 0.25,
        "test_user_popularity_recall_at_10": 0.125,
    }
    rows = {row.metric: row for row in finals_rows(RunView(make_run(document)))}
    row = rows["Recall@10 by buyer, %"]
    assert (row.test.text, row.baseline.text) == ("25.00", "12.50")
    assert "test_user_recall_at_10" not in rows


def test_a_ranking_run_s_finals_have_the_field_s_names(make_run: MakeRun) -> None:
    from ml_platform.experiments.presenters.run_view import RunView
    from ml_platform.experiments.presenters.tables import finals_rows

    document = sample_document(3)
    document["loss"] |= {"rmse": [1.3, 1.2, 1.1], "val_rmse": [1.4, 1.3, 1.2]}
    document["metrics"] = {"val_auc_roc": [0.6, 0.7, 0.75]}
    document["final_metrics"] = {
        "test_rmse": 1.25,
        "test_train_mean_rmse": 1.5,
        "test_auc_roc": None,
        "test_custom": 7.0,
    }
    document["anomalies"] = [{"path": "final_metrics.test_auc_roc", "kind": "nan"}]
    rows = finals_rows(RunView(make_run(document)))
    shown = {row.metric: [cell.text for cell in row.cells] for row in rows}
    assert shown["RMSE"] == ["1.100", "1.200", "1.250", "1.500"]
    assert shown["AUC"] == ["–", "0.750", "NaN", "–"]
    assert shown["custom"] == ["–", "–", "7", "–"]
    assert not any(name.startswith("test_") for name in shown)
