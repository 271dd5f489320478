"""The archive: every row as MLflow held it, and what was made of each run.

What a run has is written in one transaction with the run's own row, so a run that is
here is here whole. Points are kept by `codec.py`, all other text by `texts.py`.
"""

from django.db import models
from django.db.models.functions import Now

from ml_platform.experiments.models import QuickTest


class ArchivedExperiment(models.Model):
    """A row of MLflow's `experiments`, with its tags."""

    source = models.CharField(max_length=1024)
    experiment_id = models.CharField(max_length=64)
    columns = models.JSONField()
    tags = models.JSONField()

    class Meta:
        """An experiment's id is unique in its source only."""

        constraints = [
            models.UniqueConstraint(
                fields=["source", "experiment_id"], name="archived_experiment_once"
            )
        ]

    def __str__(self) -> str:
        return f"experiment {self.experiment_id}"


class DocumentState(models.TextChoices):
    """What became of the document that a run's archive gives."""

    PENDING = "pending", "To be written"
    WRITTEN = "written", "Written"
    OWN = "own", "The run had a document of its own, which stays"
    NONE = "none", "Rows without a run give none"


class ArchivedRun(models.Model):
    """A row of MLflow's `runs`, and the record of its import."""

    run_id = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=1024)
    columns = models.JSONField()
    point_count = models.BigIntegerField()
    param_count = models.IntegerField()
    tag_count = models.IntegerField()
    digest = models.CharField(max_length=64)
    archived_at = models.DateTimeField(db_default=Now())
    quick_test = models.ForeignKey(QuickTest, null=True, on_delete=models.SET_NULL)
    made_quick_test = models.BooleanField(default=False)
    document_state = models.CharField(
        max_length=8, choices=DocumentState.choices, default=DocumentState.PENDING
    )
    document_sha256 = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"run {self.run_id}"


class ArchivedPoints(models.Model):
    """A run's rows of MLflow's `metrics`, all in one value (`codec.py`).

    Apart from the run, so that lists of runs do not read them.
    """

    run = models.OneToOneField(
        ArchivedRun, on_delete=models.CASCADE, primary_key=True, related_name="points"
    )
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"points of run {self.run_id}"


class ArchivedParam(models.Model):
    """A row of MLflow's `params`."""

    run = models.ForeignKey(
        ArchivedRun, on_delete=models.CASCADE, related_name="params"
    )
    key = models.TextField()
    value = models.TextField(null=True)

    def __str__(self) -> str:
        return f"param {self.key}"


class ArchivedTag(models.Model):
    """A row of MLflow's `tags`."""

    run = models.ForeignKey(ArchivedRun, on_delete=models.CASCADE, related_name="tags")
    key = models.TextField()
    value = models.TextField(null=True)

    def __str__(self) -> str:
        return f"tag {self.key}"


class Verification(models.Model):
    """The record of a `verify`; a proof where it found nothing."""

    source = models.CharField(max_length=1024)
    findings = models.BigIntegerField()
    proof = models.JSONField(null=True)
    verified_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"verification of {self.source} at {self.verified_at}"


class Teardown(models.Model):
    """A plan as it was shown, and the record of carrying it out."""

    project = models.CharField(max_length=64)
    names = models.JSONField()
    plan = models.JSONField()
    digest = models.CharField(max_length=64)
    shown_at = models.DateTimeField(db_default=Now())
    conditions = models.JSONField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    completion = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"teardown of {self.project} shown at {self.shown_at}"


class StepState(models.TextChoices):
    """How far the removal of one resource is."""

    PLANNED = "planned", "Not asked for"
    ASKED = "asked", "Asked for, not yet seen to be gone"
    GONE = "gone", "Seen to be gone"


class TeardownStep(models.Model):
    """The removal of one resource; `asked` is written before Google is.

    `trouble` is the last that was met, and stays when it was got over.
    """

    teardown = models.ForeignKey(
        Teardown, on_delete=models.CASCADE, related_name="steps"
    )
    position = models.IntegerField()
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=512)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(
        max_length=8, choices=StepState.choices, default=StepState.PLANNED
    )
    operation = models.CharField(max_length=512, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, default="")

    class Meta:
        """In the order of removal."""

        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.state}"
