"""Command-line options that several commands share."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.errors import TracklessError

InputPath = Annotated[
    str,
    typer.Option(
        "--input",
        help="CSV or Parquet of transactions, local or gs://, several by *; the lines "
        "of a BigQuery query by 'bigquery:SELECT …'; generated if absent.",
    ),
]
Columns = Annotated[
    str,
    typer.Option(
        help="JSON object from role to column: buyer, product, time, quantity, "
        "price, description, category, country, segment, invoice; recognised "
        "where it can be."
    ),
]
Epochs = Annotated[int, typer.Option(help="Passes over the training split.")]
BatchSize = Annotated[int, typer.Option(help="Examples a step.")]
LearningRate = Annotated[float, typer.Option(help="Of the optimizer.")]
EmbeddingDim = Annotated[int, typer.Option(help="Length of a tower's output vector.")]
Optimizer = Annotated[str, typer.Option(help="adagrad, adam or sgd.")]
Seed = Annotated[int, typer.Option(help="Of data, weights and shuffling.")]
Further = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE", help="Any further parameter of the trainer; repeat."
    ),
]
FurtherData = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE", help="Any further option of the preparation; repeat."
    ),
]
BeamArgs = Annotated[
    str,
    typer.Option(
        "--beam-pipeline-args",
        metavar="JSON",
        help="Array of Beam's options for the preparation, such as "
        '["--runner=DataflowRunner", "--region=europe-west1"].',
    ),
]


def is_query(path: str) -> bool:
    """Whether an input is a BigQuery query and no path."""
    return path.startswith("bigquery:")


def absolute(path: str) -> str:
    """A local path as every step sees it, whatever its working folder."""
    if not path or is_query(path) or "://" in path:
        return path
    return str(Path(path).resolve())


def pairs(option: str, given: list[str] | None) -> dict[str, Any]:
    """NAME=VALUE pairs; a value is JSON where it reads as JSON, else text.

    Args:
        option: The option's name, for the error.
        given: What stood behind each of its occurrences.

    Raises:
        TracklessError: One has no name or no equals sign.
    """
    read: dict[str, Any] = {}
    for pair in given or []:
        name, equals, text = pair.partition("=")
        if not (name and equals):
            raise TracklessError(f"{option} {pair}: expected NAME=VALUE")
        try:
            read[name] = json.loads(text)
        except json.JSONDecodeError:
            read[name] = text
    return read
