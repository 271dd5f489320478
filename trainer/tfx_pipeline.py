"""A TFX pipeline with our `run_fn`, for those who run TFX and none of our KFP pipeline.

    from tfx import v1 as tfx
    from trainer.tfx_pipeline import create_pipeline

    tfx.orchestration.LocalDagRunner().run(create_pipeline(…))

Two components: the examples as `trainer.prepare` makes them, and TFX's own Trainer. The
document is written by `run_fn` to the run's folder, as under any other runner.
"""

from collections.abc import Mapping
from typing import Any

from tfx import v1 as tfx
from tfx.dsl.component.experimental.annotations import OutputArtifact, Parameter
from tfx.types.artifact_utils import encode_split_names
from tfx.types.standard_artifacts import Examples

from trainer import parameters
from trainer.prepare.splitting import SPLITS

RUN_FN = "trainer.module.run_fn"


@tfx.dsl.components.component
def InteractionsExampleGen(  # noqa: N802 (TFX names components like classes)
    examples: OutputArtifact[Examples],
    input_path: Parameter[str] = "",
    columns: Parameter[str] = "",
    seed: Parameter[int] = 1,
    options: Parameter[str] = "",
    beam_pipeline_args: Parameter[str] = "",
) -> None:
    """Transactions to examples; the parameters are those of `trainer prepare`."""
    # TFX calls this in a process of its own; Beam is not needed before.
    from trainer import fields
    from trainer.errors import ColumnError
    from trainer.prepare import beam_options
    from trainer.prepare import options as prepare_options
    from trainer.prepare.preparation import prepare

    prepare(
        input_path,
        fields.parse_json_object(columns, "columns", ColumnError),
        examples.uri,
        seed,
        prepare_options.parse(options),
        beam_options.parse(beam_pipeline_args),
    )
    examples.split_names = encode_split_names(list(SPLITS))


def create_pipeline(
    *,
    name: str,
    root: str,
    artifacts: str,
    training: Mapping[str, Any],
    preparation: Mapping[str, Any],
    metadata_path: str = "",
) -> tfx.dsl.Pipeline:
    """Prepares, then trains.

    Args:
      name: Of the pipeline.
      root: Where TFX keeps the artifacts of steps.
      artifacts: The run's folder, `gs://…` or local, which gets the document.
      training: Training parameters, see `trainer.parameters`.
      preparation: Parameters of `InteractionsExampleGen`.
      metadata_path: SQLite file of ML Metadata; a local runner needs one.

    Raises:
      ParameterError: A training parameter is wrong.
    """
    parameters.parse(dict(training))
    prepared = InteractionsExampleGen(**preparation)
    trained = tfx.components.Trainer(
        run_fn=RUN_FN,
        examples=prepared.outputs["examples"],
        train_args=tfx.proto.TrainArgs(splits=["train"]),
        eval_args=tfx.proto.EvalArgs(splits=["eval"]),
        custom_config={"artifacts": artifacts, "parameters": dict(training)},
    )
    metadata = (
        tfx.orchestration.metadata.sqlite_metadata_connection_config(metadata_path)
        if metadata_path
        else None
    )
    return tfx.dsl.Pipeline(
        pipeline_name=name,
        pipeline_root=root,
        components=[prepared, trained],
        metadata_connection_config=metadata,
        enable_cache=False,
    )
