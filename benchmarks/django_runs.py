"""The runs that `benchmarks/django.py` measures with, made in a process of Django's.

.venv/bin/python -m benchmarks.django_runs fill 10000    # a database of cached runs
.venv/bin/python -m benchmarks.django_runs cache         # seconds of caching one
"""

from __future__ import annotations

import os
import random
import sys
import time
from copy import copy
from pathlib import Path
from typing import Any

from benchmarks.collection import raw_document
from training_metrics import TrainingMetrics
from training_metrics.writing import to_bytes

BATCH = 500
CACHED_REPEATS = 20
MANY_RUNS = """
INSERT INTO experiments_quicktest (
  number, name, status, params, gcs_artifacts_path, pipeline_job_name, started_at,
  mlflow_run_id, mlflow_experiment_name, cached_sha256, reason_code, final_metrics,
  sparkline, model_type, split, epoch_count, test_loss, test_recall_at_5,
  test_recall_at_10, test_recall_at_50, test_recall_at_100)
SELECT n, 'run ' || n || ' ' || (ARRAY['wide', 'deep', 'flat'])[1 + n %% 3],
  CASE WHEN n %% 10 = 0 THEN 'failed' ELSE 'completed' END,
  jsonb_build_object(
    'learning_rate', (ARRAY[0.01, 0.001, 0.0001])[1 + (n / 7) %% 3],
    'batch_size', (ARRAY[1024, 2048, 4096])[1 + n %% 3],
    'embedding_dim', (ARRAY[32, 64, 128])[1 + (n / 3) %% 3],
    'optimizer', (ARRAY['adagrad', 'adam'])[1 + n %% 2],
    'l2', random()),
  'gs://bucket/quick_tests/' || n, '', now() - n * interval '1 minute', '', '',
  md5(n::text) || md5((n + 1)::text), '',
  jsonb_build_object('test_loss', r, 'test_recall_at_10', r), '{}'::jsonb,
  'Retrieval', 'time', 50, r, r, r, r, r
FROM (SELECT n, random() AS r FROM generate_series(2, %s) AS n) AS made
"""
"""Very many runs with finals and no history, by PostgreSQL itself: `%s` of them."""


def main(arguments: list[str]) -> None:
    """Does what the module's docstring shows."""
    _set_up()
    if arguments[0] == "fill":
        fill(int(arguments[1]))
    else:
        print(caching_seconds())


def fill(runs: int) -> None:
    """Caches one real document, then makes runs like it with other numbers."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from ml_platform.experiments.models import CachedCurves, QuickTest

    get_user_model().objects.create(username="benchmark")
    pattern = _cached_run()
    curves = CachedCurves.objects.get()
    for start in range(2, runs + 1, BATCH):
        numbers = range(start, min(start + BATCH, runs + 1))
        made = QuickTest.objects.bulk_create(_like(pattern, n) for n in numbers)
        CachedCurves.objects.bulk_create(_curves_like(curves, run) for run in made)
    with connection.cursor() as cursor:
        # What autovacuum does of itself, a minute after so many rows came.
        vacuum = "VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"
        cursor.execute(vacuum)


def caching_seconds() -> float:
    """The shortest time of caching one run's document."""
    from django.core.management import call_command

    from ml_platform.experiments.services.training_cache import TrainingCacheService

    call_command("migrate", verbosity=0)
    run = _cached_run()
    times = []
    for _ in range(CACHED_REPEATS):
        type(run).objects.update(cached_sha256="", training_history_json=None)
        run.refresh_from_db()
        start = time.perf_counter()
        assert TrainingCacheService().cache_training_history(run)
        times.append(time.perf_counter() - start)
    return min(times)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
    import django

    django.setup()


def _cached_run() -> Any:
    from ml_platform.experiments.services.quick_tests import quick_test_create
    from ml_platform.experiments.services.training_cache import TrainingCacheService

    document = raw_document(50) | {"status": "completed"}
    document["loss"] = {"val_loss": document["metrics"].pop("val_metric_0")}
    run = quick_test_create(name="run 1 wide", params={})
    folder = Path(run.gcs_artifacts_path)
    folder.mkdir(parents=True)
    data = to_bytes(TrainingMetrics.model_validate(document))
    (folder / "training_metrics.json").write_bytes(data)
    assert TrainingCacheService().cache_training_history(run)
    return run


def _curves_like(pattern: Any, run: Any) -> Any:
    curves = copy(pattern)
    curves.quick_test_id = run.pk
    return curves


def _like(pattern: Any, number: int) -> Any:
    """A copy of the run that differs in everything that lists sort and search by."""
    draw = random.Random(number)
    run = copy(pattern)
    run.pk, run.number = None, number
    run.name = f"run {number} {draw.choice(('wide', 'deep', 'flat'))}"
    run.gcs_artifacts_path = f"{pattern.gcs_artifacts_path[:-1]}{number}"
    run.status = draw.choices(("completed", "failed"), (9, 1))[0]
    run.params = {
        "learning_rate": draw.choice((1e-2, 1e-3, 1e-4)),
        "batch_size": draw.choice((1024, 2048, 4096)),
        "embedding_dim": draw.choice((32, 64, 128)),
        "optimizer": draw.choice(("adagrad", "adam")),
        "l2": draw.random(),
    }
    finals = {f"test_recall_at_{k}": draw.random() for k in (5, 10, 50, 100)}
    run.final_metrics = finals | {"test_loss": draw.random()}
    for name, value in run.final_metrics.items():
        setattr(run, name, value)
    return run


if __name__ == "__main__":
    main(sys.argv[1:])
