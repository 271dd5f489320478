"""Which tower a variable belongs to."""

from types import SimpleNamespace

import pytest

from trainer import towers


@pytest.mark.parametrize(
    ("name", "tower"),
    [
        ("query_tower/product_history/embedding:0", "query"),
        ("Model/UserTower/kernel", "query"),
        ("candidate_tower/words:0", "candidate"),
        ("item_embedding/embeddings", "candidate"),
        ("rating_head/dense/bias:0", "rating_head"),
        ("dense_3/kernel:0", None),
    ],
)
def test_the_first_telling_word_decides(name: str, tower: str | None) -> None:
    assert towers.by_name(name) == tower


def test_variables_of_no_tower_are_named() -> None:
    variables = [SimpleNamespace(name="query/a"), SimpleNamespace(name="other")]

    assert towers.names(variables, towers.by_name) == {
        "query": ["query/a"],
        "unassigned": ["other"],
    }


def test_a_rule_of_ones_own_is_used() -> None:
    variables = [SimpleNamespace(path="left/a"), SimpleNamespace(path="right/b")]

    found = towers.assign(variables, lambda name: name.split("/")[0])

    assert found == {"left": [0], "right": [1]}
