"""Starting from an earlier run's model: TFX's `base_model`.

An exported model carries its weights with the names of their rows. What both runs know
(a buyer, a product, a word) starts from what the earlier run learnt; what is new starts
as in any run, and what has gone is left behind. The optimizer starts anew.
"""

import io
import json
import zipfile
from typing import Any

import numpy as np
import tensorflow as tf

from trainer.errors import DataError
from trainer.model.towers import FeatureEmbedding
from trainer.model.two_tower import TwoTowerModel
from trainer.serving import EXTRAS
from trainer.towers import variable_name
from trainer.vocabularies import Vocabularies

FILE_NAME = "weights.npz"


def to_bytes(model: TwoTowerModel, vocabularies: Vocabularies) -> bytes:
    """The weights by name, and every feature's values, in NumPy's npz format."""
    arrays = {variable_name(v): v.numpy() for v in model.trainable_variables}
    values = json.dumps(vocabularies.values())
    content = io.BytesIO()
    np.savez(content, values=np.frombuffer(values.encode(), np.uint8), **arrays)
    return content.getvalue()


def start(
    model: TwoTowerModel, vocabularies: Vocabularies, base_model: str
) -> dict[str, Any]:
    """Sets what an earlier model knows.

    Args:
      model: Built.
      vocabularies: Of this run.
      base_model: Folder of the earlier run's SavedModel.

    Returns:
      For the document: `base_model`, how many values of each feature it knew, and the
      variables that it did not have.

    Raises:
      DataError: The folder holds no weights of ours, or weights of another shape.
    """
    file = f"{base_model}/{EXTRAS}/{FILE_NAME}"
    weights, earlier = _read(file)
    now = vocabularies.values()
    features = _features(model)
    new = []
    for variable in model.trainable_variables:
        name = variable_name(variable)
        if name not in weights:
            new.append(name)
            continue
        feature, learnt, value = features.get(name), weights[name], variable.numpy()
        widths = slice(None) if feature is None else slice(1, None)  # rows may differ
        if learnt.shape[widths] != value.shape[widths]:
            raise DataError(
                f"{file}: {name} is of shape {learnt.shape}, this run's is "
                f"{value.shape}; start from a model of the same widths "
                "(embedding_dim, rating_layers), or without base_model."
            )
        if feature is None:
            value = learnt
        else:
            here, there = _shared(now[feature], earlier[feature])
            value[here] = learnt[there]
        variable.assign(value)
    known = {
        feature: f"{len(set(values) & set(earlier.get(feature, ()))):,} of "
        f"{len(values):,}"
        for feature, values in now.items()
        if feature in features.values()
    }
    return {"base_model": base_model, "known": known, "new_variables": new}


def _features(model: TwoTowerModel) -> dict[str, str]:
    """A table's name to the feature whose values its rows are."""
    layers = [
        layer for layer in model.submodules if isinstance(layer, FeatureEmbedding)
    ]
    return {variable_name(layer.table): layer.feature for layer in layers}


def _shared(now: list[str], earlier: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the values that both have, here and there; row 0 is no value's."""
    there = {value: row for row, value in enumerate(earlier, start=1)}
    pairs = [
        (row, there[value]) for row, value in enumerate(now, start=1) if value in there
    ]
    rows = np.array(pairs, np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _read(file: str) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    try:
        with tf.io.gfile.GFile(file, "rb") as stored:
            content = stored.read()
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files}
        values = json.loads(weights.pop("values").tobytes())
    except (tf.errors.OpError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{file}: cannot be read ({error}); give a base_model that this trainer "
            "exported, or none."
        ) from error
    return weights, values
