"""Where a job's files are, as TFX names them and as they are read."""

from pathlib import Path

import pytest

from trainer.errors import DataError
from trainer.job import address, mounted


def test_a_bucket_s_files_are_read_from_its_mount(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    assert mounted("gs://shop/pipelines/Split-train/*", str(tmp_path)) == (
        f"{tmp_path}/shop/pipelines/Split-train/*"
    )
    assert mounted("/data/Split-train/*", str(tmp_path)) == "/data/Split-train/*"


def test_a_bucket_that_is_not_mounted_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="gs://shop/x: no bucket is mounted at"):
        mounted("gs://shop/x", str(tmp_path))


def test_a_path_in_a_mounted_bucket_is_named_by_its_address() -> None:
    assert address("/gcs/shop/runs/model") == "gs://shop/runs/model"
    assert address("/data/gcs/model") == "/data/gcs/model"
