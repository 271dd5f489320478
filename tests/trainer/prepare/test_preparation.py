"""Preparing a folder: what it holds, what it promises, what it refuses."""

import gzip
import json
from pathlib import Path

import pytest

from tests.trainer.prepare.decoded import features
from trainer.errors import DataError
from trainer.prepare import options
from trainer.prepare.preparation import prepare

SMALL = options.parse('{"shards": 1}')


def _lines(path: Path, days: int = 20) -> str:
    rows = [f"B{day % 3},P{day % 4},2024-01-{day + 1:02d}" for day in range(days)]
    path.write_text("\n".join(["buyer,product,time", *rows]))
    return str(path)


def test_the_folder_is_laid_out_as_tfx_reads_it(examples: Path) -> None:
    assert sorted(entry.name for entry in examples.iterdir()) == [
        "Split-eval",
        "Split-test",
        "Split-train",
        "dataset.json",
        "vocabularies",
    ]
    for file in examples.glob("Split-*/*"):
        assert file.suffix == ".gz"
        gzip.decompress(file.read_bytes())


def test_every_line_is_accounted_for(examples: Path) -> None:
    facts = json.loads((examples / "dataset.json").read_text())

    splits = [facts[f"{name}_examples"] for name in ("train", "eval", "test")]
    assert sum(splits) == facts["rows_kept"] == facts["rows_read"] == 4000
    assert splits[0] == pytest.approx(3200, abs=40)
    assert facts["split"]["train_until"] < facts["split"]["eval_until"]


def test_no_line_of_a_later_split_is_earlier(examples: Path) -> None:
    from trainer import dataset, vocabularies

    known = vocabularies.load(examples)
    train, evaluate, test = (
        dataset.read([f"{examples}/Split-{name}/*"], name, known, 5).arrays["at"]
        for name in ("train", "eval", "test")
    )
    assert train.max() < evaluate.min()
    assert evaluate.max() < test.min()


def test_vocabularies_hold_train_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = _lines(file)
    file.write_text(file.read_text() + "\nNEW,COLD,2024-01-31\n")

    facts = prepare(text, {}, str(tmp_path / "out"), 1, SMALL)

    assert (facts["buyers"], facts["products"]) == (3, 4)
    assert facts["cold"]["test_buyer_lines"] == 1
    assert facts["cold"]["test_product_lines"] == 1


def test_the_same_seed_gives_the_same_examples(tmp_path: Path) -> None:
    text = _lines(tmp_path / "a.csv")

    contents = []
    for name in ("one", "two"):
        prepare(text, {}, str(tmp_path / name), 1, SMALL)
        files = sorted((tmp_path / name).glob("Split-*/*"))
        contents.append([features(file) for file in files])

    assert contents[0] == contents[1]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    text = _lines(tmp_path / "a.csv", days=2)

    with pytest.raises(DataError, match="2 usable lines at 2 distinct times"):
        prepare(text, {}, str(tmp_path / "out" / "examples"), 1, SMALL)

    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("price", ["nan", "", "0"])
def test_a_column_of_nothing_but_nan_is_said(tmp_path: Path, price: str) -> None:
    rows = _lines(tmp_path / "a.csv")
    text = Path(rows).read_text().replace("\n", f",{price}\n") + f",{price}"
    Path(rows).write_text(text.replace(f"time,{price}", "time,price"))

    with pytest.raises(DataError, match=r"no usable line: .* price .* not above zero"):
        prepare(rows, {}, str(tmp_path / "examples"), 1, SMALL)


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")

    with pytest.raises(DataError, match="holds other files; give a new folder"):
        prepare("", {}, str(tmp_path), 1, SMALL)

    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.online_retail
@pytest.mark.slow
def test_online_retail_is_counted_as_known(online_retail: Path, tmp_path: Path) -> None:
    facts = prepare(str(online_retail), {}, str(tmp_path / "out"), 1, options.parse(""))

    assert facts["rows_read"] == 541_909
    assert facts["rows_kept"] == 396_337
    assert facts["dropped"] == {
        "cancellation": 9_288,
        "missing_buyer": 134_697,
        "not_goods": 1_554,
        "non_positive_price": 33,
    }
    assert facts["products"] == 3_609
