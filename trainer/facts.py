"""Facts about a run that its document keeps: ids, versions, data, protocol."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from trainer.job import Job

PACKAGES = ("tensorflow", "tf-keras", "tensorflow-recommenders", "tfx", "apache-beam")

_DATA = (
    "source",
    "query",
    "rows_read",
    "rows_kept",
    "dropped",
    "train_examples",
    "eval_examples",
    "test_examples",
    "buyers",
    "products",
    "cold",
)


def of_job(job: Job) -> dict[str, Any]:
    """The `run` section as far as it is known before training starts."""
    dataset = job.dataset()
    split = dataset.get("split", {})
    facts: dict[str, Any] = {
        "versions": versions(),
        "data": {name: dataset[name] for name in _DATA if name in dataset},
        "evaluation": {
            name: split[name] for name in ("train_until", "eval_until") if name in split
        },
    }
    if job.config.quick_test_id is not None:
        facts["quick_test_id"] = job.config.quick_test_id
    if job.config.pipeline_job:
        facts["pipeline_job"] = job.config.pipeline_job
    return facts


def versions() -> dict[str, str]:
    """Versions of the libraries that shape the result."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
