"""Makes columns of each run's rows, and rows of its columns on the way back.

A run's digest tells its points, so it is taken anew, as the code of that side takes it.
A proof made before says then that the archive has changed; `verify` makes another.
"""

import hashlib
import json

from django.db import migrations

from ml_platform.mlflow_exit import codec
from ml_platform.mlflow_exit.points import Point, Points
from ml_platform.mlflow_exit.texts import text_read, text_stored

_ROW = ("key", "step", "value_bits", "timestamp_ms", "is_nan")


def to_columns(apps, schema_editor):
    """Writes each run's columns; the rows stay until the next migration."""
    runs, rows, columns = _models(apps)
    for run in runs.objects.order_by("pk").iterator(chunk_size=50):
        own = rows.objects.filter(run=run).values_list(*_ROW)
        points = Points.of_rows(Point(text_read(key), *row) for key, *row in own)
        columns.objects.create(run=run, data=codec.encode(points))
        _digest_anew(run, points.digest())


def to_rows(apps, schema_editor):
    """Writes each run's rows."""
    runs, rows, columns = _models(apps)
    for run in runs.objects.order_by("pk").iterator(chunk_size=50):
        points = codec.decode(bytes(columns.objects.get(run=run).data))
        rows.objects.bulk_create(
            (
                rows(run=run, **dict(zip(_ROW, (text_stored(key), *row))))
                for key, *row in points
            ),
            batch_size=1000,
        )
        _digest_anew(run, sorted(points))


def _models(apps):
    names = ("ArchivedRun", "ArchivedPoint", "ArchivedPoints")
    return [apps.get_model("mlflow_exit", name) for name in names]


def _digest_anew(run, points_told):
    params, tags = (
        sorted([(text_read(one.key), _read(one.value)) for one in of.all()], key=repr)
        for of in (run.params, run.tags)
    )
    columns = sorted((name, _read(value)) for name, value in run.columns.items())
    told = [run.run_id, columns, points_told, params, tags]
    run.digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    run.save(update_fields=["digest"])


def _read(value):
    return text_read(value) if isinstance(value, str) else value


class Migration(migrations.Migration):

    dependencies = [
        ('mlflow_exit', '0004_archived_points'),
    ]

    operations = [
        migrations.RunPython(to_columns, to_rows),
    ]
