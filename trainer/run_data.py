"""What a run reads before it trains: vocabularies, the three splits, the label."""

from dataclasses import dataclass, replace

from trainer import adopted, dataset, features, labels, progress
from trainer import vocabularies as vocabulary_files
from trainer.dataset import Split
from trainer.job import Job
from trainer.labels import Label
from trainer.vocabularies import Vocabularies


@dataclass(frozen=True)
class Data:
    """What a run reads."""

    vocabularies: Vocabularies
    train: Split
    eval: Split
    test: Split
    label: Label | None
    """What the rating head predicts, where the task has one."""

    @property
    def candidates(self) -> int:
        """Number of products in the catalogue."""
        return len(self.vocabularies.products)


def read(job: Job) -> Data:
    """Reads what a job names.

    Raises:
      DataError: Files, examples or features are missing.
    """
    progress.report("train", "start", message="reading examples")
    known = (
        vocabulary_files.load(job.examples)
        if job.is_prepared
        else adopted.vocabularies(job)
    )
    bins = dict[str, int](job.parameters.hash_bins.items())
    known = replace(known, hash_bins=bins)
    length = job.parameters.history_length
    name = job.parameters.label if job.parameters.rates else None
    train, evaluated, test = (
        dataset.read(files, split, known, length, name)
        for split, files in (
            ("train", job.train_files),
            ("eval", job.eval_files),
            ("test", job.test_files),
        )
    )
    label = None
    if name is not None:
        label = labels.of_train(name, train.arrays[features.LABEL])
    return Data(known, train, evaluated, test, label)
