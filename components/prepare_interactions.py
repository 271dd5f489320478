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
) -> None:
    """Splits transactions by time and writes what TFX's Trainer reads.

    It is not told which run it works for, so that KFP may reuse its output in another
    run; why it failed it leaves in the job's folder, for `finish_run`.

    Args:
        dataset: Made here: `Split-train`, `Split-eval`, `Split-test` (gzip TFRecords of
            `tf.train.Example`), `vocabularies/` and `dataset.json`.
        input_path: CSV or Parquet files of transactions, a path or a pattern with
            `*`, local or `gs://`; `bigquery:` and a query, whose lines are taken; "",
            the default, generates them.
        columns: JSON object from role to column; "", the default, recognises them.
        seed: Of the generator, 1 by default.
        options: JSON object with any further option of the preparation; `{}` by
            default.
        beam_pipeline_args: JSON array of options of Beam, such as
            `["--runner=DataflowRunner", "--region=europe-west1"]`; none, the
            default: one process.
    """
    from components.training import supervise_preparation

    supervise_preparation(
        dataset=dataset,
        input_path=input_path,
        columns=columns,
        seed=seed,
        options=options,
        beam_pipeline_args=beam_pipeline_args,
    )
