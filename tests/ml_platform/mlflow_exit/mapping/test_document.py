"""The document that a run's rows give."""

from typing import Any

import pytest

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.mapping.document import document_of
from ml_platform.mlflow_exit.mapping.histograms import edges_of
from ml_platform.mlflow_exit.mapping.names import edges_place, metric_place
from ml_platform.mlflow_exit.points import Point, Points
from ml_platform.mlflow_exit.runs import HeldRun
from training_metrics.document import TrainingMetrics
from training_metrics.writing import to_bytes


def point(key: str, step: int, value: float, at: int = 1, nan: bool = False) -> Point:
    return Point(key, step, bits_of(value), at, nan)


def document(*points: Point, **params: str) -> TrainingMetrics:
    columns = {"status": "FINISHED", "end_time": 5000}
    pairs: list[tuple[str, str | None]] = list(params.items())
    held = HeldRun("r", columns, Points.of_rows(points), pairs, [("t", "v")])
    return document_of(held, "recommender")


def anomalies(made: TrainingMetrics) -> list[dict[str, Any]]:
    return [one.model_dump(exclude_unset=True) for one in made.anomalies]


@pytest.mark.parametrize(
    ("key", "section", "parts"),
    [
        ("val_loss", "loss", ("val_loss",)),
        ("rmse", "loss", ("rmse",)),
        ("weight_norm", "gradient", ("total",)),
        ("query_weight_norm", "gradient", ("query",)),
        ("query/weight_norm", "gradient", ("query",)),
        ("rating_head_weights_std", "weight_stats", ("rating_head", "std")),
        ("query_grad_norm", "gradient_stats", ("query", "norm")),
        ("query/gradients/max", "gradient_stats", ("query", "max")),
        ("query_hist_bin_3", "weight_stats", ("query", "histogram")),
        ("query_grad_hist_bin_003", "gradient_stats", ("query", "histogram")),
        ("query/hist/bin/3", "weight_stats", ("query", "histogram")),
        ("final_loss", "final_metrics", ("final_loss",)),
        ("test_rmse", "final_metrics", ("test_rmse",)),
        ("learning_rate", "metrics", ("learning_rate",)),
        ("gradient_collapse_epoch", "diagnosis", ("gradient_collapse",)),
    ],
)
def test_a_key_has_its_place(key: str, section: str, parts: tuple[str, ...]) -> None:
    place = metric_place(key)
    assert (place.section, place.parts) == (section, parts)
    assert place.bin == (3 if "histogram" in parts else None)


def test_edge_params_belong_to_their_histogram() -> None:
    weights, gradients = (
        metric_place("query_hist_bin_1"),
        metric_place("query_grad_hist_bin_1"),
    )
    assert edges_place("query_hist_bin_edges") == weights._replace(bin=None)
    assert edges_place("query_grad_hist_bin_edges") == gradients._replace(bin=None)
    assert edges_place("embedding_dim") is None


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("-1,0,1", [-1.0, 0.0, 1.0]),
        ("[-1.0, 0.0, 1.0]", [-1.0, 0.0, 1.0]),
        ("0,0,1", None),
        ("0,inf", None),
        ("0,x", None),
        ("", None),
        (None, None),
    ],
)
def test_edges_are_read_from_both_ways_of_writing(
    text: str | None, edges: list[float] | None
) -> None:
    assert edges_of(text) == edges


def test_a_missing_epoch_is_null_and_never_a_shift() -> None:
    made = document(point("loss", 0, 3), point("loss", 2, 1), point("rate", 1, 9))
    assert made.epochs == [0, 1, 2]
    assert made.loss["loss"] == [3.0, None, 1.0]
    assert made.metrics["rate"] == [None, 9.0, None]


def test_nan_and_what_was_infinite_are_null_and_named() -> None:
    huge = 1.7976931348623157e308
    made = document(
        point("loss", 0, 0, nan=True), point("loss", 1, huge), point("loss", 2, -huge)
    )
    assert made.loss["loss"] == [None, None, None]
    kinds = [(one["epoch"], one["kind"]) for one in anomalies(made)]
    assert kinds == [(0, "nan"), (1, "+inf"), (2, "-inf")]


def test_two_points_on_a_step_the_latest_stands_and_the_other_is_named() -> None:
    made = document(
        point("loss", 0, 5, at=9), point("loss", 0, 7, at=8), point("loss", 0, 4, at=9)
    )
    assert made.loss["loss"] == [5.0]
    assert anomalies(made) == [
        {
            "path": "loss.loss",
            "kind": "archive_only",
            "why": "repeated_step",
            "count": 2,
        }
    ]


def test_steps_that_are_no_epoch_stay_in_the_archive() -> None:
    made = document(point("loss", -1, 5), point("loss", 2**53, 5), point("loss", 3, 5))
    assert made.epochs == [3]
    (left,) = anomalies(made)
    assert (left["why"], left["count"]) == ("step_is_no_epoch", 2)


def test_finals_take_the_last_point() -> None:
    made = document(point("test_loss", 0, 5), point("test_loss", 9, 4))
    assert (made.epochs, made.available) == ([], False)
    assert made.final_metrics == {"test_loss": 4.0}
    assert anomalies(made)[0]["why"] == "earlier_final"


def test_a_histogram_is_rebuilt_and_a_hole_stays_a_hole() -> None:
    made = document(
        *(point(f"query_hist_bin_{n}", 0, n + 1) for n in range(3)),
        *(point(f"query_hist_bin_{n}", 1, n) for n in (0, 2)),
        point("loss", 2, 1),
        query_hist_bin_edges="-1,0,1,2",
    )
    histogram = made.weight_stats["query"].histogram
    assert histogram is not None
    assert histogram.bin_edges == [-1.0, 0.0, 1.0, 2.0]
    assert histogram.counts == [[1, 2, 3], None, None]
    assert anomalies(made) == [
        {
            "path": "weight_stats.query.histogram",
            "epoch": 1,
            "kind": "incomplete_histogram",
        }
    ]


@pytest.mark.parametrize("edges", [None, "0,1", "2,1,0"])
def test_bins_without_fitting_edges_stay_in_the_archive(edges: str | None) -> None:
    points = [point(f"query_hist_bin_{n}", 0, 1) for n in range(2)]
    params = {} if edges is None else {"query_hist_bin_edges": edges}
    made = document(*points, **params)
    assert made.weight_stats == {}
    assert anomalies(made)[0] == {
        "path": "weight_stats.query.histogram",
        "kind": "archive_only",
        "why": "unknown_bins",
        "count": 2,
    }


def test_two_spellings_of_one_place_are_both_kept() -> None:
    made = document(point("q_weights_mean", 0, 1), point("q/weights/mean", 0, 2))
    assert made.weight_stats["q"].mean == [2.0]
    assert made.metrics == {"q_weights_mean": [1.0]}


def test_params_are_numbers_only_where_nothing_is_lost() -> None:
    made = document(a="0.1", b="7", c="1e3", d="007", e="None", f="True", g="NaN")
    assert made.params == {
        "a": 0.1,
        "b": 7,
        "c": "1e3",
        "d": "007",
        "e": "None",
        "f": True,
        "g": "NaN",
    }


def test_where_it_came_from_is_in_the_run_section() -> None:
    made = document(point("loss", 0, 1))
    assert made.run == {
        "imported_from": "mlflow",
        "mlflow": {
            "experiment_name": "recommender",
            "status": "FINISHED",
            "end_time": 5000,
            "tags": {"t": "v"},
        },
    }
    assert str(made.saved_at) == "1970-01-01 00:00:05+00:00"


def test_a_number_stands_before_a_nan_of_its_step_and_time() -> None:
    """MLflow holds a 0 in the NaN's place, which is larger."""
    made = document(point("loss", 0, 0.0, nan=True), point("loss", 0, -1.0))
    assert made.loss == {"loss": [-1.0]}
    later = document(point("loss", 0, -1.0), point("loss", 0, 0.0, at=2, nan=True))
    assert later.loss == {"loss": [None]}


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    points = [point("loss", step, 1 / (step + 1)) for step in range(5)]
    columns = {"status": "FAILED", "end_time": 5000, "name": "n"}
    turned = dict(reversed(columns.items()))
    tags: list[tuple[str, str | None]] = [("a", "1"), ("b", "2")]
    first = document_of(HeldRun("r", columns, Points.of_rows(points), tags, tags), "")
    other = Points.of_rows(points[::-1])
    second = document_of(HeldRun("r", turned, other, tags[::-1], tags[::-1]), "")
    assert to_bytes(first) == to_bytes(second)
