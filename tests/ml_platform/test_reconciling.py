"""Two passes at once: each run is looked at, and counted, by one of them."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import timedelta

import pytest
from django.utils import timezone

from ml_platform.experiments.errors import StoreAway
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services import training_cache
from ml_platform.experiments.services.reconciling import Counts, runs_reconcile
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]
ReadDocument = Callable[..., object]


@pytest.fixture
def second_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Counts]]:
    """A second reconciler that goes through all runs while the first reads its first.

    Both have listed the same runs by then; the first goes on when it is through.
    """
    seconds: list[Counts] = []
    really: ReadDocument = training_cache.document_read

    def read(**arguments: str) -> object:
        if not seconds:
            seconds.append(Counts())
            seconds[0] = runs_reconcile()
        return really(**arguments)

    monkeypatch.setattr(training_cache, "document_read", read)
    return lambda: seconds


def both(seconds: Callable[[], list[Counts]]) -> Counts:
    """Runs the first reconciler, and the second inside it, and adds them up."""
    first = runs_reconcile()
    pairs = zip(astuple(first), astuple(seconds()[0]), strict=True)
    return Counts(*(one + other for one, other in pairs))


def test_each_lost_document_is_cached_once(
    make_run: MakeRun, second_pass: Callable[[], list[Counts]]
) -> None:
    for _ in range(5):
        make_run(sample_document(3), cached=False)
    total = both(second_pass)
    assert (total.looked_at, total.cached, total.left_to_others) == (5, 5, 5)
    assert second_pass()[0].cached == 4


def test_each_silent_run_is_declared_over_once(
    make_run: MakeRun, second_pass: Callable[[], list[Counts]]
) -> None:
    for _ in range(3):
        make_run()
    QuickTest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    total = both(second_pass)
    assert (total.looked_at, total.declared_over) == (3, 3)


def test_a_store_that_is_away_is_counted_once_a_run(
    make_run: MakeRun,
    second_pass: Callable[[], list[Counts]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        make_run(sample_document(3), cached=False)
    read = training_cache.document_read

    def away(**arguments: str) -> None:
        read(**arguments)
        raise StoreAway("away")

    monkeypatch.setattr(training_cache, "document_read", away)
    assert both(second_pass).store_away == 3


def test_a_later_pass_looks_again(make_run: MakeRun) -> None:
    make_run(sample_document(3, status="running"))
    assert [runs_reconcile().looked_at for _ in range(2)] == [1, 1]


@pytest.mark.parametrize(("minutes", "looked_at"), [(1, 0), (6, 1)])
def test_the_claim_of_a_pass_that_died_ends(
    make_run: MakeRun, minutes: int, looked_at: int
) -> None:
    run = make_run(sample_document(3), cached=False)
    died_at = timezone.now() - timedelta(minutes=minutes)
    QuickTest.objects.filter(pk=run.pk).update(claimed_at=died_at)
    assert runs_reconcile().looked_at == looked_at
