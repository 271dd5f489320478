"""The rows that 0005 made columns of go, and their name is taken by those."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlflow_exit', '0005_points_as_columns'),
    ]

    operations = [
        migrations.DeleteModel(
            name='ArchivedPoint',
        ),
        migrations.AlterField(
            model_name='archivedpoints',
            name='run',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='points', serialize=False, to='mlflow_exit.archivedrun'),
        ),
    ]
