"""Comparing runs: what differs, what warns, what is refused."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments.models import CachedCurves, QuickTest
from ml_platform.experiments.services.training_cache import TrainingCacheService
from tests.ml_platform.samples import sample_document, write_document

MakeRun = Callable[..., QuickTest]
PATH = "/experiments/api/experiments/compare/"


def compare(client: Client, ids: Any, **more: Any) -> HttpResponse:
    return client.post(PATH, {"ids": ids}, content_type="application/json", **more)


def test_params_that_differ_come_apart_from_the_same(
    user_client: Client, make_run: MakeRun
) -> None:
    other = sample_document(10)
    other["params"]["seed"] = 2
    ids = [make_run(sample_document(10)).pk, make_run(other).pk]
    answer = compare(user_client, ids).json()
    assert answer["params"]["differ"] == {"seed": [1, 2]}
    assert answer["params"]["same"]["optimizer"] == ["adagrad", "adagrad"]
    assert [run["id"] for run in answer["runs"]] == ids
    assert answer["warnings"] == []


def test_an_address_asks_for_the_same(user_client: Client, make_run: MakeRun) -> None:
    ids = [make_run(sample_document(3, seed=seed)).pk for seed in range(2)]
    answer = user_client.get(PATH, {"ids": ids})
    assert answer.json() == compare(user_client, ids).json()
    refused = user_client.get(PATH, {"ids": ids[:1]})
    assert refused.status_code == 400
    assert "ids" in refused.json()["error"]["message"]


def test_another_protocol_and_numbering_warn(
    user_client: Client, make_run: MakeRun
) -> None:
    other = sample_document(10, first_epoch=0)
    other["run"]["evaluation"]["split"] = "random"
    ids = [make_run(sample_document(10)).pk, make_run(other).pk]
    answer = compare(user_client, ids).json()
    assert answer["protocols_differ"] is True
    assert answer["warnings"] == [
        "Evaluation protocols differ: recalls are not comparable.",
        "Epochs are numbered from [0, 1]: curves are shifted.",
    ]


def test_curves_are_those_of_the_cache(
    user_client: Client, make_run: MakeRun, sample_run: QuickTest
) -> None:
    absent = make_run()
    answer = compare(user_client, [sample_run.pk, absent.pk]).json()
    cached, nothing = answer["runs"]
    for part in ("epochs", "loss", "gradient", "metrics", "anomalies"):
        assert cached[part] == sample_run.training_history_json[part]
    assert (cached["available"], cached["reason"]) == (True, None)
    assert (nothing["available"], nothing["epochs"]) == (False, [])
    assert (nothing["loss"], nothing["metrics"], nothing["anomalies"]) == ({}, {}, [])


def test_a_caller_who_takes_gzip_gets_the_same(
    user_client: Client, make_run: MakeRun, sample_run: QuickTest
) -> None:
    ids = [sample_run.pk, make_run().pk, make_run(sample_document(3)).pk]
    plain = compare(user_client, ids)
    packed = compare(user_client, ids, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert {plain.headers["Vary"], packed.headers["Vary"]} == {plain.headers["Vary"]}
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_curves_follow_the_history(
    user_client: Client, sample_run: QuickTest, make_run: MakeRun
) -> None:
    ids = [sample_run.pk, make_run(sample_document(3)).pk]
    longer = sample_document(70)
    write_document(Path(sample_run.gcs_artifacts_path), longer)
    assert TrainingCacheService().cache_training_history(sample_run)
    epochs = compare(user_client, ids).json()["runs"][0]["epochs"]
    assert epochs == longer["epochs"]


def test_curves_of_a_history_that_something_else_wrote_are_made_once(
    user_client: Client,
    sample_run: QuickTest,
    make_run: MakeRun,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    ids = [sample_run.pk, make_run(sample_document(3)).pk]
    before = compare(user_client, ids).json()
    CachedCurves.objects.filter(pk=ids[0]).delete()
    CachedCurves.objects.filter(pk=ids[1]).update(document_sha256="another")
    assert compare(user_client, ids).json() == before
    with django_assert_num_queries(4):  # two of them the session and its user
        assert compare(user_client, ids).json() == before


@pytest.mark.parametrize(
    "ids", [[], [1], list(range(1, 22)), "1,2", ["x", "y"], [1, 2**63], [0, 1]]
)
def test_a_list_of_another_shape_is_refused(user_client: Client, ids: Any) -> None:
    assert compare(user_client, ids).json()["error"]["code"] == "bad_request"


def test_an_unknown_run_is_named(user_client: Client, sample_run: QuickTest) -> None:
    response = compare(user_client, [sample_run.pk, 999])
    assert response.status_code == 404
    assert "[999]" in response.json()["error"]["message"]
