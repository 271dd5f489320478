"""A run of few epochs, for tests that stop and kill it.

`python -m tests.trainer.resumed_run EXAMPLES ROOT EPOCHS`
"""

import sys
from pathlib import Path

from trainer import environment

environment.prepare_tensorflow()


def run(examples: Path, root: Path, epochs: int) -> None:
    """Trains one attempt; what it makes is below `root`."""
    from tests.trainer.fn_args import FnArgs
    from trainer.module import run_fn

    parameters = {"epochs": epochs, "batch_size": 256}
    run_fn(FnArgs(examples, root, parameters=parameters))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
