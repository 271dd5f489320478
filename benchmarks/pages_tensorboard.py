"""The other side of `pages.py`: the same runs as TensorBoard's event files.

Runs in an environment with TensorFlow and TensorBoard: `python pages_tensorboard.py
FOLDER RUNS LOGDIR`. Prints TensorBoard's version.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorboard import version


def main() -> None:
    """Writes and prints."""
    for number in range(1, int(sys.argv[2]) + 1):
        told = json.loads(Path(sys.argv[1], f"{number}.json").read_text())
        writer = tf.summary.create_file_writer(f"{sys.argv[3]}/run {number}")
        with writer.as_default():
            for index, epoch in enumerate(told["epochs"]):
                for name, values in told["scalars"].items():
                    value = values[index]
                    tf.summary.scalar(name, np.nan if value is None else value, epoch)
                for name, histogram in told["histograms"].items():
                    _write(name, histogram, index, epoch)
        writer.close()
    print(version.VERSION)


def _write(name: str, histogram: dict, index: int, epoch: int) -> None:
    """The histogram itself, in TensorBoard's own encoding: `[k, 3]`, no sample."""
    edges = np.asarray(histogram["bin_edges"])
    counts = np.asarray(histogram["counts"][index])
    buckets = np.stack([edges[:-1], edges[1:], counts], axis=1)
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = "histograms"
    tf.summary.write(name, tf.constant(buckets, tf.float64), epoch, metadata)


if __name__ == "__main__":
    main()
