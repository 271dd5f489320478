"""KFP component: transactions to train, eval and test examples with vocabularies."""

from kfp import dsl
from kfp.dsl import Dataset, Output

from components import images


@dsl.component(base_image=images.TRAINER, install_kfp_package=False)
def prepare_interactions(
    dataset: Output[Dataset],
    input_path: str = "",
    columns: str = "",
    seed: int = 1,
    options: str = "{}",
    beam_pipeline_args: str = "[]",
    artifacts_uri: str = "",
    quick_test_id: int = 0,
) -> None:
    """Splits transactions by time and writes what TFX's Trainer reads.

    Args:
        dataset: Made here: `Split-train`, `Split-eval`, `Split-test` (gzip TFRecords of
            `tf.train.Example`), `vocabularies/` and `dataset.json`.
        input_path: CSV or Parquet files of transactions, a path or a pattern with
            `*`, local or `gs://`; "", the default, generates them.
        columns: JSON object from role to column; "", the default, recognises them.
        seed: Of the generator, 1 by default.
        options: JSON object with any further option of the preparation; `{}` by
            default.
        beam_pipeline_args: JSON array of options of Beam, such as
            `["--runner=DataflowRunner", "--region=europe-west1"]`; none, the
            default: one process.
        artifacts_uri: Where the run's document belongs, so that a failure is written
            there; "", the default, writes none.
        quick_test_id: The run's id in Django; 0, the default, when it has none.
    """
    from components.training import supervise_preparation

    supervise_preparation(
        dataset=dataset,
        input_path=input_path,
        columns=columns,
        seed=seed,
        options=options,
        beam_pipeline_args=beam_pipeline_args,
        artifacts_uri=artifacts_uri,
        quick_test_id=quick_test_id,
    )
