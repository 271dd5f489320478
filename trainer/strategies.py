"""On what a run trains: one device, several GPUs, or several machines.

Every replica sees its part of each batch and finds its negatives there; the gradients
of all are added up. All workers of several machines train alike, but only the first
one, the chief, writes anything that stays.
"""

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tensorflow as tf

from trainer import environment
from trainer.job import Job


def choose() -> tf.distribute.Strategy:
    """Several machines where TF_CONFIG names them, else all GPUs of this one.

    Raises:
      OptionError: TF_CONFIG cannot be read.
    """
    _, workers = environment.cluster_task()
    if workers > 1:
        return tf.distribute.MultiWorkerMirroredStrategy()
    if len(tf.config.list_logical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


@contextmanager
def own_places(job: Job) -> Iterator[Job]:
    """The job as this worker does it: one that is not the chief writes for nobody."""
    number, _ = environment.cluster_task()
    if number == 0:
        yield job
        return
    with tempfile.TemporaryDirectory(prefix="trackless-worker-") as folder:
        places = {"artifacts": str(Path(folder, "artifacts")), "journal": None}
        yield dataclasses.replace(
            job,
            config=job.config.model_copy(update=places),
            model_dir=str(Path(folder, "model")),
            model_run_dir=str(Path(folder, "model_run")),
        )
