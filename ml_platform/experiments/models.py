"""The tables: runs with their cached history and curves, receipts, links, API tokens.

Nothing here reads a document. `services/training_cache.py` fills the columns that
are cached from it; they are only for sorting and lists, the whole is in
`training_history_json`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from ml_platform.experiments.fields import HistoryField

# An empty object that the database itself fills in: a server that is one version
# behind and does not know the column can still create runs.
_NOTHING = models.Value({}, models.JSONField())


def _sorted_by(column: str, name: str) -> models.Index:
    """An index that holds all a sorted page of one status needs; see migration 0007."""
    return models.Index(fields=[column, "number", "status"], name=name)


class RunStatus(models.TextChoices):
    """How a run stands; the last four are the document's own words."""

    SUBMITTED = "submitted", "Submitted"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    INTERRUPTED = "interrupted", "Interrupted"


ENDED = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.INTERRUPTED)


class QuickTest(models.Model):
    """One training run."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=250)
    status = models.CharField(
        max_length=16, choices=RunStatus.choices, default=RunStatus.SUBMITTED
    )
    params = models.JSONField(default=dict, blank=True)
    gcs_artifacts_path = models.CharField(max_length=1024, blank=True, default="")
    pipeline_job_name = models.CharField(max_length=512, blank=True, default="")
    launch = models.JSONField(default=dict, db_default=_NOTHING, blank=True)
    rerun_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    mlflow_run_id = models.CharField(max_length=64, blank=True, default="")
    mlflow_experiment_name = models.CharField(max_length=500, blank=True, default="")

    cached_at = models.DateTimeField(null=True, blank=True)
    cached_sha256 = models.CharField(max_length=64, blank=True, default="")
    cached_generation = models.BigIntegerField(null=True, blank=True)
    document_bytes = models.BigIntegerField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    reason_code = models.CharField(max_length=40, blank=True, default="")
    pruned_at = models.DateTimeField(null=True, blank=True)

    final_metrics = models.JSONField(default=dict, blank=True)
    sparkline = models.JSONField(default=dict, blank=True)
    model_type = models.CharField(max_length=40, blank=True, default="")
    split = models.CharField(max_length=40, blank=True, default="")
    candidate_count = models.BigIntegerField(null=True, blank=True)
    k_counts = models.CharField(max_length=200, blank=True, default="", db_default="")
    epoch_count = models.PositiveIntegerField(null=True, blank=True)
    epochs_asked = models.PositiveIntegerField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    best_val_loss = models.FloatField(null=True, blank=True)
    best_epoch = models.BigIntegerField(null=True, blank=True)
    test_loss = models.FloatField(null=True, blank=True)
    test_recall_at_5 = models.FloatField(null=True, blank=True)
    test_recall_at_10 = models.FloatField(null=True, blank=True)
    test_recall_at_50 = models.FloatField(null=True, blank=True)
    test_recall_at_100 = models.FloatField(null=True, blank=True)
    test_auc_roc = models.FloatField(null=True, blank=True)
    test_rmse = models.FloatField(null=True, blank=True)
    test_mae = models.FloatField(null=True, blank=True)

    # Last, and so in the table: SQLite walks through it to reach a later column.
    training_history_json: Any = HistoryField(null=True, blank=True)

    class Meta:
        """Newest first; an index for each column that lists sort by."""

        ordering = ("-number",)
        indexes = [
            models.Index(fields=["status", "-number"], name="run_status_number"),
            models.Index(fields=["started_at"], name="run_started"),
            models.Index(fields=["mlflow_run_id", "id"], name="run_mlflow_run"),
            models.Index(
                fields=["model_type", "split", "candidate_count", "k_counts", "number"],
                name="run_protocol",
            ),
            _sorted_by("best_val_loss", "run_best_val_loss"),
            _sorted_by("test_loss", "run_test_loss"),
            _sorted_by("test_recall_at_5", "run_recall_5"),
            _sorted_by("test_recall_at_10", "run_recall_10"),
            _sorted_by("test_recall_at_50", "run_recall_50"),
            _sorted_by("test_recall_at_100", "run_recall_100"),
            _sorted_by("test_auc_roc", "run_auc_roc"),
            _sorted_by("test_rmse", "run_rmse"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.name}"

    @property
    def has_history(self) -> bool:
        """Whether the cache holds at least one epoch."""
        return bool((self.training_history_json or {}).get("available"))


class CachedCurves(models.Model):
    """The curves of a cached history as compare sends them; see `services/curves.py`.

    They are those of the history that was cached with `document_sha256`; `told` is that
    history without its curves, as far as comparing reads it, with its first epoch. The
    bytes are a raw deflate stream; `crc32` and `size` are those of what it holds.
    """

    quick_test = models.OneToOneField(
        QuickTest, on_delete=models.CASCADE, primary_key=True
    )
    document_sha256 = models.CharField(max_length=64)
    told = models.JSONField()
    deflated = models.BinaryField()
    crc32 = models.BigIntegerField()
    size = models.BigIntegerField()

    def __str__(self) -> str:
        return f"curves of run {self.quick_test_id}"


class LastNotification(models.Model):
    """The last announcement whose caller was verified; one row, the newest wins."""

    quick_test_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"run {self.quick_test_id} at {self.at}"

    @classmethod
    def newest(cls) -> "LastNotification | None":
        """Returns the last one, None where none was ever received."""
        return cls.objects.filter(pk=1).first()


class Removal(models.TextChoices):
    """What was removed: a run's document only, or the run with it."""

    PRUNED = "pruned", "Document deleted, run and cache kept"
    DELETED = "deleted", "Run deleted"


class Receipt(models.Model):
    """What was removed of a run, kept when the run is gone.

    It is written before anything is removed; `done_at` is set when all of it is. A
    receipt without it tells what a removal that was cut short set out to do.
    """

    run_id = models.BigIntegerField()
    run_number = models.PositiveIntegerField()
    run_name = models.CharField(max_length=250)
    removal = models.CharField(max_length=8, choices=Removal.choices)
    uri = models.CharField(max_length=1100, blank=True, default="")
    generation = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size_bytes = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Found by the run, whose id is no foreign key: the run may be gone."""

        indexes = [models.Index(fields=["run_id"], name="receipt_run")]

    def __str__(self) -> str:
        return f"{self.removal} {self.uri or f'run {self.run_id}'}"


class LoginLink(models.Model):
    """A link that logs its user in once; only the token's hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"login link of {self.user}"


class TokenScope(models.TextChoices):
    """What a token opens; `write` also reads."""

    READ = "read", "Read"
    WRITE = "write", "Write"


class ApiToken(models.Model):
    """A personal token that lets a program act as its user; kept as a hash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=100, blank=True, default="")
    token_sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(
        max_length=8,
        choices=TokenScope.choices,
        default=TokenScope.READ,
        db_default=TokenScope.READ,
    )
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token {self.pk} of {self.user}"
