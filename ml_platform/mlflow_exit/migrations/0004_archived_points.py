"""A run's points in one value, beside the rows that there were: made to be filled."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlflow_exit', '0003_teardown'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchivedPoints',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='mlflow_exit.archivedrun')),
                ('data', models.BinaryField()),
            ],
        ),
    ]
