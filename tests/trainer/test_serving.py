"""Exporting: a model that the disk has no room for leaves nothing behind."""

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from trainer.serving import export


class Large(tf.Module):
    """A servable of four megabytes."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable(tf.random.uniform([1_000_000]))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def recommend(self, buyer_id: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"scores": self.weights[: tf.size(buyer_id)]}

    def signatures(self) -> dict[str, Any]:
        """As `Servable` gives them."""
        return {"serving_default": self.recommend}


@pytest.fixture
def room_for_a_megabyte() -> Iterator[None]:
    """No file of this process may grow beyond it, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("room_for_a_megabyte")
def test_a_full_disk_leaves_no_half_model(tmp_path: Path) -> None:
    folder = tmp_path / "Format-Serving"
    with pytest.raises(tf.errors.OpError, match="Format-Serving"):
        export(Large(), str(folder), {})
    assert not folder.exists()
