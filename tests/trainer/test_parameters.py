"""Training parameters: defaults, bounds, names, and how refusals read."""

import pytest

from trainer import parameters
from trainer.errors import ParameterError


def test_defaults_are_the_documented_ones() -> None:
    chosen = parameters.parse("")

    assert (chosen.epochs, chosen.batch_size) == (10, 2048)
    assert (chosen.learning_rate, chosen.embedding_dim) == (0.1, 32)
    assert chosen.optimizer == "adagrad"


def test_integers_may_arrive_as_floats_as_kfp_sends_them() -> None:
    assert parameters.parse('{"epochs": 3.0}').epochs == 3


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"epochs": 0},
            "epochs: received 0, must be greater than or equal to 1 (default 10).",
        ),
        (
            {"batch_size": -1},
            "batch_size: received -1, must be greater than or equal to 2 "
            "(default 2048).",
        ),
        (
            {"optimizer": "adamw"},
            "optimizer: received 'adamw', must be 'adagrad', 'adam' or 'sgd' "
            "(default 'adagrad').",
        ),
        (
            {"hash_bins": {"words": 1}},
            "hash_bins.words: received 1, must be greater than or equal to 2 "
            "(default {}).",
        ),
        (
            {"hash_bins": {"price": 10}},
            "hash_bins.price: received 'price', must be 'country', 'segment', "
            "'category' or 'words' (default {}).",
        ),
        (
            {"features": ["price"], "hash_bins": {"words": 9}},
            "hash_bins: received {'words': 9}, must be of features that are used; add "
            "words to features (default {}).",
        ),
        ({"epoch": 3}, "epoch: unknown name; did you mean epochs?"),
    ],
)
def test_a_wrong_field_is_named_with_what_it_must_be(
    given: dict[str, object], line: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        parameters.parse(given)

    assert refused.value.problems == (line,)


def test_all_wrong_fields_are_reported_together() -> None:
    with pytest.raises(ParameterError, match=r"epochs.*\n.*seed"):
        parameters.parse('{"epochs": 0, "seed": -1}')


def test_text_that_is_no_json_is_refused_with_its_place() -> None:
    with pytest.raises(ParameterError, match=r"--params: not JSON .* character 1"):
        parameters.parse("{epochs: 3}")


def test_json_that_is_no_object_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"expected a JSON object, received \[1\]"):
        parameters.parse("[1]")


def test_what_the_task_does_not_look_at_is_not_told() -> None:
    names = {
        task: set(parameters.parse({"task": task}).used())
        for task in ("retrieval", "ranking", "multitask")
    }

    assert names["multitask"] - names["retrieval"] == {
        "label",
        "rating_layers",
        "rating_weight",
    }
    assert names["multitask"] - names["ranking"] == {"rating_weight"}
