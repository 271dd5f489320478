"""TFX's `FnArgs`, as far as run_fn reads them."""

from pathlib import Path
from typing import Any


class FnArgs:
    """The arguments of a run whose results are below `root`."""

    def __init__(self, examples: Path, root: Path, **config: Any) -> None:
        self.train_files = [f"{examples}/Split-train/*"]
        self.eval_files = [f"{examples}/Split-eval/*"]
        self.serving_model_dir = str(root / "model")
        self.model_run_dir = str(root / "run")
        self.base_model: str | None = None
        self.custom_config = {"artifacts": str(root / "artifacts"), **config}
