"""What a run needs to go on where it stopped: one file beside its document.

It holds the weights and the optimizer's state after the last epoch that ended, what the
callbacks know, and the metrics' journal, so that an attempt on another machine has it
all. It fits a run of the same data and parameters; more epochs may be asked for.

Not here: when it is written (`trainer.checkpoint_writer`).
"""

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trainer.job import Job
from training_metrics.errors import TrainingMetricsError
from training_metrics.storage import open_store

FILE_NAME = "checkpoint.npz"
BYTES_MAX = 16 * 2**30

_GROUPS = ("weights", "optimizer", "best_weights")
_BROKEN = (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile, EOFError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """A run after an epoch's end.

    Attributes:
      epochs: How many epochs have ended.
      weights: The model's variables, in Keras's order.
      optimizer: The optimizer's.
      best_weights: The model's at its best epoch; empty where none is kept.
      facts: What the callbacks know, in what JSON holds.
      journal: The metrics' journal.
      fingerprint: Of what it fits, see `fingerprint`.
      generation: Of the stored object; 0 where nothing is stored yet.
    """

    epochs: int
    weights: Sequence[np.ndarray]
    optimizer: Sequence[np.ndarray]
    best_weights: Sequence[np.ndarray]
    facts: Mapping[str, Any]
    journal: bytes
    fingerprint: str
    generation: int = field(default=0, compare=False)


def uri_in(artifacts: str) -> str:
    """The place of a run's checkpoint."""
    return f"{artifacts.rstrip('/')}/{FILE_NAME}"


def fingerprint(job: Job) -> str:
    """Digest of the data and of every parameter but the number of epochs."""
    parameters = job.parameters.model_dump(mode="json", exclude={"epochs"})
    text = json.dumps([parameters, job.dataset()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The file's content, in NumPy's npz format."""
    arrays = {
        f"{group}_{index}": array
        for group in _GROUPS
        for index, array in enumerate(getattr(checkpoint, group))
    }
    head = {
        "epochs": checkpoint.epochs,
        "fingerprint": checkpoint.fingerprint,
        "facts": checkpoint.facts,
        "counts": {group: len(getattr(checkpoint, group)) for group in _GROUPS},
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    arrays["journal"] = np.frombuffer(checkpoint.journal, np.uint8)
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def from_bytes(data: bytes, generation: int) -> Checkpoint:
    """The inverse of `to_bytes`.

    Raises:
      ValueError: The content is none of its.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            groups = {
                group: [arrays[f"{group}_{i}"] for i in range(head["counts"][group])]
                for group in _GROUPS
            }
            return Checkpoint(
                epochs=head["epochs"],
                facts=head["facts"],
                journal=arrays["journal"].tobytes(),
                fingerprint=head["fingerprint"],
                generation=generation,
                **groups,
            )
    except _BROKEN as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def find(job: Job) -> Checkpoint | None:
    """The checkpoint that this run can go on from, if there is one.

    One that cannot be read or does not fit is said in the log, and training starts
    anew: that is better than no training.
    """
    uri = uri_in(job.config.artifacts)
    try:
        stored = open_store(uri).read(BYTES_MAX)
        if stored is None:
            return None
        found = from_bytes(stored.data, stored.generation)
    except (TrainingMetricsError, ValueError) as error:
        _log.warning("%s: cannot be read (%s); training starts anew", uri, error)
        return None
    if found.fingerprint != fingerprint(job):
        why = "it is of other data or parameters"
    elif found.epochs > job.parameters.epochs:
        why = f"it has {found.epochs} epochs, {job.parameters.epochs} are wanted"
    else:
        return found
    _log.warning("%s: not used, %s; training starts anew", uri, why)
    return None
