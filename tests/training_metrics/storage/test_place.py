"""Addresses of documents."""

import pytest

from training_metrics.errors import BadValue
from training_metrics.storage import document_uri, normalise


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("gs://b/x", "gs://b/x"),
        ("/gcs/b/x/y", "gs://b/x/y"),
        ("file:///tmp/x", "/tmp/x"),
        ("runs/x", "runs/x"),
        ("/gcsx/b", "/gcsx/b"),
    ],
)
def test_one_spelling_for_each_place(given, meant):
    assert normalise(given) == meant


@pytest.mark.parametrize(
    "uri", ["s3://b/x", "http://h/x", "gs://", "gs://b", "/gcs/b", ""]
)
def test_what_is_no_place_is_refused_by_name(uri):
    with pytest.raises(BadValue, match="received; "):
        normalise(uri)


def test_a_runs_document_is_in_its_folder():
    assert document_uri("gs://b/7/") == "gs://b/7/training_metrics.json"
    assert document_uri("/gcs/b/7") == "gs://b/7/training_metrics.json"
    assert document_uri("runs/7") == "runs/7/training_metrics.json"
