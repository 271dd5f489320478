"""TFX's entry point: `Trainer(run_fn="trainer.module.run_fn")`, or a module file."""

from typing import Any

from trainer import environment


# TFX's Trainer executor calls this by name.
def run_fn(fn_args: Any) -> None:
    """Trains and exports a model.

    Args:
      fn_args: TFX's `FnArgs`; for `custom_config` see `trainer.job.Config`.
    """
    environment.prepare_tensorflow()  # before anything imports Keras
    from trainer.job import from_fn_args
    from trainer.training import train

    train(from_fn_args(fn_args))
