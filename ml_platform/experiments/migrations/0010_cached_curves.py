"""A table for the curves of cached histories, as compare sends them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty at first: a run's curves are made when they are first asked for."""

    dependencies = [("experiments", "0009_protocols_filled")]
    operations = [
        migrations.CreateModel(
            name="CachedCurves",
            fields=[
                (
                    "quick_test",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="experiments.quicktest",
                    ),
                ),
                ("document_sha256", models.CharField(max_length=64)),
                ("told", models.JSONField()),
                ("deflated", models.BinaryField()),
                ("crc32", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
            ],
        )
    ]
