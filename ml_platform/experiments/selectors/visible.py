"""Which runs a user may see: one function that every read goes through.

A platform with teams names its own filter in the setting `TRACKLESS_RUN_FILTER`, a
dotted path to a callable `(user, queryset) -> queryset`.
"""

from typing import TypeAlias

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from ml_platform.experiments.errors import RunNotFound
from ml_platform.experiments.models import QuickTest

User: TypeAlias = AbstractBaseUser | AnonymousUser


def runs_visible(*, user: User) -> QuerySet[QuickTest]:
    """Returns the runs that the user may see."""
    runs = QuickTest.objects.all()
    path = getattr(settings, "TRACKLESS_RUN_FILTER", "")
    return import_string(path)(user, runs) if path else runs


def run_get(*, user: User, run_id: int) -> QuickTest:
    """Returns one run.

    Raises:
        RunNotFound: It does not exist or the user may not see it; which of the two
            is not told.
    """
    run = runs_visible(user=user).filter(pk=run_id).first()
    if run is None:
        raise RunNotFound(f"run {run_id}: not found")
    return run


def run_neighbours(*, user: User, run: QuickTest) -> tuple[int | None, int | None]:
    """Returns the ids of the runs before and after by number, None at an end."""
    ids = runs_visible(user=user).values_list("pk", flat=True)
    earlier = ids.filter(number__lt=run.number).order_by("-number").first()
    later = ids.filter(number__gt=run.number).order_by("number").first()
    return earlier, later
