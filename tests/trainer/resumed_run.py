"""A run that writes a checkpoint after every epoch, for tests that kill it.

`python -m tests.trainer.resumed_run EXAMPLES ROOT EPOCHS`
"""

import sys
from pathlib import Path

from trainer import environment

environment.prepare_tensorflow()


def run(examples: Path, root: Path, epochs: int) -> None:
    """Trains one attempt; what it makes is below `root`."""
    from tests.trainer.fn_args import FnArgs
    from trainer import checkpoint_writer
    from trainer.module import run_fn

    checkpoint_writer.INTERVAL_SECONDS = 0.0
    parameters = {"epochs": epochs, "batch_size": 256}
    run_fn(FnArgs(examples, root, parameters=parameters))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
