"""The pipeline's defaults are the trainer's own."""

import inspect

import pytest

from components.train_two_tower import train_two_tower
from pipelines import cli, submit_command
from pipelines.recommender_training import recommender_training
from trainer.parameters import Parameters

SHARED = (
    "epochs",
    "batch_size",
    "learning_rate",
    "embedding_dim",
    "optimizer",
    "seed",
)


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize(
    "function",
    [
        recommender_training.pipeline_func,
        train_two_tower.python_func,
        cli.run,
        submit_command.submit,
    ],
)
def test_a_default_is_the_trainers(function, name):
    default = inspect.signature(function).parameters[name].default
    assert default == Parameters.model_fields[name].default
