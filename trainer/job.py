"""What one training run is given: places, parameters, ids. No TensorFlow here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from trainer import features, fields, parameters
from trainer.errors import DataError, ParameterError
from trainer.parameters import Parameters


class Config(BaseModel):
    """`custom_config` of TFX's Trainer; an unknown key is refused by name.

    Attributes:
      artifacts: The run's folder, `gs://…` or local; the document is written there.
      journal: Local file that keeps the metrics while training lasts.
      parameters: Training parameters, see `trainer.parameters`.
      quick_test_id: The platform's id of the run, if it has one.
      pipeline_job: Name of the pipeline's job, if one runs this.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    artifacts: str
    journal: str | None = None
    parameters: dict[str, Any] = {}
    quick_test_id: int | None = None
    pipeline_job: str | None = None


@dataclass(frozen=True)
class Job:
    """One training run.

    Attributes:
      examples: Folder of the examples, with `vocabularies/` and `dataset.json`.
      train_files: File patterns of the train split.
      eval_files: Of the eval split.
      test_files: Of the test split.
      model_dir: Receives the SavedModel.
      model_run_dir: Receives what belongs to the run alone.
      config: The rest of what TFX hands on.
      parameters: Validated parameters.
      base_model: Folder of an earlier run's SavedModel to start from, if any.
    """

    examples: Path
    train_files: Sequence[str]
    eval_files: Sequence[str]
    test_files: Sequence[str]
    model_dir: str
    model_run_dir: str
    config: Config
    parameters: Parameters
    base_model: str | None = None

    @property
    def is_prepared(self) -> bool:
        """Whether `prepare` made the examples; see `trainer.adopted` for others."""
        return (self.examples / features.VOCABULARIES).is_dir()

    def dataset(self) -> dict[str, Any]:
        """The facts that `prepare` recorded about the data; none of other examples.

        Raises:
          DataError: `dataset.json` is missing or broken.
        """
        if not self.is_prepared:
            return {"source": str(self.examples)}
        file = self.examples / features.DATASET_FILE
        try:
            facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(
                f"{file}: cannot be read ({error}); give a folder that "
                "`python -m trainer prepare` made."
            ) from error
        return facts


def mounted(uri: str, mounts: str = "/gcs") -> str:
    """The path of what TFX names by a `gs://` address; any other as it is.

    Vertex AI mounts every bucket that a job may read.
    Source: https://cloud.google.com/vertex-ai/docs/training/cloud-storage-file-system

    Raises:
      DataError: This machine mounts no such bucket.
    """
    scheme, found, name = uri.partition("://")
    if not found or scheme != "gs":
        return uri
    bucket = Path(mounts, name.partition("/")[0])
    if not bucket.is_dir():
        raise DataError(
            f"{uri}: no bucket is mounted at {bucket}; run on Vertex AI, which mounts "
            "it, or mount it with gcsfuse."
        )
    return str(Path(mounts, name))


def address(path: str, mounts: str = "/gcs") -> str:
    """The `gs://` address of a path in a mounted bucket; any other as it is."""
    inside = path.removeprefix(f"{mounts}/")
    return path if inside == path else f"gs://{inside}"


def from_fn_args(fn_args: Any) -> Job:
    """The job that TFX's `FnArgs` describe.

    Raises:
      ParameterError: `custom_config` or the parameters are wrong.
      DataError: TFX handed over no train or eval files.
    """
    config = fields.validate(Config, dict(fn_args.custom_config or {}), ParameterError)
    for name, files in (("train", fn_args.train_files), ("eval", fn_args.eval_files)):
        if not files:
            raise DataError(
                f"the examples have no {name} split; give TFX examples with the "
                "splits train and eval."
            )
    train_files = [mounted(file) for file in fn_args.train_files]
    eval_files = [mounted(file) for file in fn_args.eval_files]
    examples = Path(train_files[0]).parent.parent
    test = examples / features.split_folder("test")
    return Job(
        examples=examples,
        train_files=train_files,
        eval_files=eval_files,
        test_files=[str(test / "*")] if test.is_dir() else eval_files,
        model_dir=mounted(fn_args.serving_model_dir),
        model_run_dir=mounted(fn_args.model_run_dir),
        config=config,
        parameters=parameters.parse(config.parameters),
        base_model=mounted(fn_args.base_model) if fn_args.base_model else None,
    )
