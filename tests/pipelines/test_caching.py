"""Reuse of steps: what a submission lets be reused, and when KFP finds it the same.

KFP's local runner reuses nothing, so a step's cache key is made here as both clouds
say they make it: of its input values, its outputs and its container. Sources:
https://cloud.google.com/vertex-ai/docs/pipelines/configure-caching and
kubeflow/pipelines backend/src/v2/cacheutils/cache.go.
"""

import json
from dataclasses import replace

import pytest

from pipelines.submission import Submission, compiled_spec

PREPARE, TRAIN = "prepare-interactions", "train-two-tower"
FIRST = Submission(
    job_name="trackless-1",
    pipeline_root="gs://bucket/root",
    arguments={
        "quick_test_id": 1,
        "artifacts_uri": "gs://bucket/quick_tests/1",
        "input_path": "gs://shop/2024.parquet",
        "seed": 1,
        "epochs": 3,
    },
    image_prefix="registry/trackless",
    caching=True,
)


def with_arguments(**changes) -> Submission:
    return replace(FIRST, arguments=FIRST.arguments | changes)


def tasks(spec) -> dict:
    return spec["components"]["comp-exit-handler-1"]["dag"]["tasks"]


def cache_key(submission: Submission, name: str) -> str:
    spec = compiled_spec(submission)
    root = spec["root"]["inputDefinitions"]["parameters"]
    defaults = {key: one.get("defaultValue") for key, one in root.items()}
    given = defaults | submission.arguments
    values = {
        key: given[one["componentInputParameter"].removeprefix("pipelinechannel--")]
        if "componentInputParameter" in one
        else str(one["runtimeValue"]).replace(
            "{{$.pipeline_job_name}}", submission.job_name
        )
        for key, one in tasks(spec)[name]["inputs"]["parameters"].items()
    }
    component = spec["components"][f"comp-{name}"]
    container = spec["deploymentSpec"]["executors"][f"exec-{name}"]["container"]
    parts = [values, component["outputDefinitions"], container]
    return json.dumps(parts, sort_keys=True)


def test_the_preparation_is_the_same_for_another_run_on_the_same_data():
    other = with_arguments(
        quick_test_id=2, artifacts_uri="gs://bucket/quick_tests/2", epochs=30
    )
    other = replace(other, job_name="trackless-2")
    assert cache_key(other, PREPARE) == cache_key(FIRST, PREPARE)


@pytest.mark.parametrize(
    "other",
    [
        with_arguments(input_path="gs://shop/2025.parquet"),
        with_arguments(seed=2),
        with_arguments(columns='{"buyer": "who"}'),
        with_arguments(data_options='{"history_length": 5}'),
        replace(FIRST, image_prefix="registry/newer"),
    ],
)
def test_other_data_options_or_another_image_is_another_preparation(other):
    assert cache_key(other, PREPARE) != cache_key(FIRST, PREPARE)


@pytest.mark.parametrize(
    "other",
    [with_arguments(quick_test_id=2), replace(FIRST, job_name="trackless-1b")],
)
def test_training_is_never_that_of_another_run_or_job(other):
    assert cache_key(other, TRAIN) != cache_key(FIRST, TRAIN)


@pytest.mark.parametrize(("caching", "expected"), [(True, [PREPARE]), (False, [])])
def test_only_the_preparation_is_ever_reused_and_only_when_asked(caching, expected):
    spec = compiled_spec(replace(FIRST, caching=caching))
    steps = tasks(spec) | {"finish-run": spec["root"]["dag"]["tasks"]["finish-run"]}
    reused = [
        name
        for name, task in steps.items()
        if task["cachingOptions"].get("enableCache")
    ]
    assert reused == expected
