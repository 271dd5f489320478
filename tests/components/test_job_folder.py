"""The job's folder, as Vertex AI, a KFP cluster and the local runner lay it out."""

import pytest

from components.job_folder import PREPARE, job_folder


@pytest.mark.parametrize(
    ("output_uri", "folder"),
    [
        (
            "gs://b/pipelines/123/trackless-7/prepare-interactions_-42/dataset",
            "gs://b/pipelines/123/trackless-7",
        ),
        (
            "gs://b/pipelines/recommender-training/run/prepare-interactions/u-u-i-d/dataset",
            "gs://b/pipelines/recommender-training/run",
        ),
        ("/h/pipelines/job-1/prepare-interactions/dataset", "/h/pipelines/job-1"),
        ("gs://b/prepared/by/hand", ""),
    ],
)
def test_the_folder_ends_before_the_task(output_uri, folder):
    assert job_folder(output_uri, PREPARE) == folder
