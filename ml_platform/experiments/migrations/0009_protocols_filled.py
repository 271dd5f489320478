"""Fills `k_counts` of the runs that were cached before there was such a column."""

from typing import Any

from django.db import migrations
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left


def fill(apps: Any, schema_editor: Any) -> None:
    """Copies it out of the cached history, in the database."""
    told = KT("training_history_json__run__evaluation__k_counts")
    runs = apps.get_model("experiments", "QuickTest").objects.using(
        schema_editor.connection.alias
    )
    runs.filter(training_history_json__isnull=False).update(
        k_counts=Coalesce(Left(told, 200), Value(""))
    )


class Migration(migrations.Migration):
    """Data only; going back leaves the column's values to be dropped with it."""

    dependencies = [("experiments", "0008_protocols_and_last_notification")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
