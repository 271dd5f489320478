"""Creating a run, so that it has an id and a place before its pipeline starts."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.roots import first_root
from ml_platform.experiments.storable import storable

_TRIES = 20


def quick_test_create(
    *,
    name: str,
    params: dict[str, Any],
    pipeline_job_name: str = "",
    rerun_of: QuickTest | None = None,
    columns: Mapping[str, Any] | None = None,
) -> QuickTest:
    """Creates a run with the next number and its own folder's address.

    `columns` are any others, by name, of what the database can keep.

    Two callers that take the same number at once: one is refused by the unique
    column and tries again with the next.
    """
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                fit = storable([name, params, pipeline_job_name])
                return _insert(fit[0], fit[1], fit[2], rerun_of, columns or {})
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _insert(
    name: str,
    params: dict[str, Any],
    pipeline_job_name: str,
    rerun_of: QuickTest | None,
    columns: Mapping[str, Any],
) -> QuickTest:
    last = QuickTest.objects.aggregate(last=Max("number"))["last"] or 0
    run = QuickTest.objects.create(
        number=last + 1,
        name=name,
        params=params,
        pipeline_job_name=pipeline_job_name,
        rerun_of=rerun_of,
        created_at=timezone.now(),
        **columns,
    )
    run.gcs_artifacts_path = f"{first_root().rstrip('/')}/quick_tests/{run.pk}"
    run.save(update_fields=["gcs_artifacts_path"])
    return run
