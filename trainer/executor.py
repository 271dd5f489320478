"""Runs `run_fn` under TFX's own Trainer executor, without an orchestrator."""

import json
from dataclasses import dataclass
from pathlib import Path

from trainer.job import Config


@dataclass(frozen=True)
class Places:
    """Where TFX's artifacts are.

    Attributes:
      examples: Folder with `Split-train`, `Split-eval` and `Split-test`.
      model: Receives the model, under `Format-Serving`.
      model_run: Receives what belongs to the run alone.
    """

    examples: Path
    model: Path
    model_run: Path


def execute(places: Places, config: Config) -> None:
    """Trains through `GenericExecutor`, exactly as a TFX pipeline does.

    Raises:
      TrainerError: From `run_fn`.
    """
    # The import takes up to half a minute; nothing else needs it.
    from tfx.components.trainer.executor import GenericExecutor
    from tfx.types import artifact_utils
    from tfx.types.standard_artifacts import Examples, Model, ModelRun

    examples, model, model_run = Examples(), Model(), ModelRun()
    examples.uri = str(places.examples)
    examples.split_names = artifact_utils.encode_split_names(["train", "eval"])
    model.uri, model_run.uri = str(places.model), str(places.model_run)
    GenericExecutor().Do(
        {"examples": [examples]},
        {"model": [model], "model_run": [model_run]},
        {
            "run_fn": "trainer.module.run_fn",
            "train_args": "{}",
            "eval_args": "{}",
            "custom_config": json.dumps(config.model_dump(exclude_none=True)),
        },
    )
