"""Examples made by TFX's own ExampleGen and Transform, as docs/tfx.md shows."""

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
import tensorflow as tf

from tests.trainer.fn_args import FnArgs
from trainer.errors import DataError
from trainer.module import run_fn
from trainer.prepare.generator import generate

DOCS = Path(__file__).resolve().parents[2] / "docs" / "tfx.md"


def test_tfx_s_own_example_gen_and_transform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    lines = generate(seed=3, lines=4000, buyers=80, products=150)
    at = lines.column("time").cast(pa.int64())
    lines = lines.rename_columns(
        ["customer", "sku", "ordered", *lines.column_names[3:]]
    ).set_column(2, "ordered", at)
    Path("orders").mkdir()
    # Without the quotation marks of a header, which TFX takes for a part of the name.
    lines.to_pandas().to_csv("orders/lines.csv", index=False)
    scripts = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.S)
    module, pipeline = scripts[2:4]
    Path("preprocessing.py").write_text(module)

    exec(compile(pipeline, str(DOCS), "exec"), {})

    document = json.loads(Path("tfx/run_2/training_metrics.json").read_text())
    assert document["status"] == "completed"
    assert document["final_metrics"]["test_recall_at_50"] > 0
    assert document["run"]["evaluation"]["split"] == "as the examples came"
    assert document["run"]["evaluation"]["examples"] > 500
    tables = document["run"]["towers"]
    assert any("category" in name for name in tables["candidate"])
    assert any("segment" in name for name in tables["query"])


def test_a_feature_of_another_kind_is_named(tmp_path: Path) -> None:
    for split in ("train", "eval"):
        folder = tmp_path / f"Split-{split}"
        folder.mkdir()
        number = tf.train.Feature(int64_list=tf.train.Int64List(value=[17850]))
        example = tf.train.Example(
            features=tf.train.Features(feature={"buyer": number, "sku": number})
        )
        with tf.io.TFRecordWriter(str(folder / "part.gz"), "GZIP") as writer:
            writer.write(example.SerializeToString())

    with pytest.raises(DataError, match="buyer is whole numbers, expected text"):
        run_fn(FnArgs(tmp_path, tmp_path / "run"))
