"""Examples as tests compare them: a proto's map has no order, so their bytes differ."""

from pathlib import Path

import tensorflow as tf


def features(file: Path) -> list[dict[str, str]]:
    """Each example's features, in the file's order."""
    records = tf.data.TFRecordDataset(str(file), compression_type="GZIP")
    examples = [tf.train.Example.FromString(r) for r in records.as_numpy_iterator()]
    return [
        {name: str(value) for name, value in example.features.feature.items()}
        for example in examples
    ]
