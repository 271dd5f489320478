"""The signed proof that the archive holds what the source held.

Signed by HMAC-SHA256 with `TRACKLESS_EXIT_KEY` of Django's settings, by default its
`SECRET_KEY`. A proof is good while its signature is, no later verification found
anything, and the archive is still what was compared.
"""

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from ml_platform.mlflow_exit.models import ArchivedExperiment, ArchivedRun, Verification
from ml_platform.mlflow_exit.verdict import Verdict

PROOF_VERSION = 1
_SALT = "trackless.mlflow_exit.proof"


def proof_of(verdict: Verdict, source: str, lacking: list[str]) -> dict[str, Any]:
    """Returns the signed proof of a verdict that holds.

    Args:
        verdict: what was compared.
        source: the source's label.
        lacking: what the source could not tell, which is part of what is signed.
    """
    told = {
        "version": PROOF_VERSION,
        "trackless": _version(),
        "source": source,
        "verified_at": timezone.now().isoformat(),
        "runs": verdict.runs,
        "points": verdict.points,
        "documents": verdict.documents,
        "caches": verdict.caches,
        "lacking": lacking,
        "own_documents": verdict.own_documents,
        "archive_only": verdict.archive_only,
        "pruned": verdict.pruned,
        "digest": verdict.digest(),
        "archive": archive_digest(),
    }
    return told | {"signature": _signature(told)}


def is_signed(proof: dict[str, Any]) -> bool:
    """Says whether we signed exactly this."""
    told = {name: value for name, value in proof.items() if name != "signature"}
    return constant_time_compare(str(proof.get("signature")), _signature(told))


def proof_state() -> dict[str, Any]:
    """Returns the last verification's proof and why it is good for nothing, if so.

    `wrong` is empty where the proof is good.
    """
    last = Verification.objects.order_by("pk").last()
    if last is None:
        return {"wrong": "never verified", "proof": None}
    if last.proof is None:
        return {"wrong": "the last verify found differences", "proof": None}
    wrong = ""
    if not is_signed(last.proof):
        wrong = "its signature is wrong: it was changed, or the key was"
    elif last.proof["archive"] != archive_digest():
        wrong = "the archive has changed since; run `verify` again"
    return {"wrong": wrong, "proof": last.proof}


def archive_digest() -> str:
    """Returns the SHA-256 over what the archive records of every experiment and run."""
    records: list[Any] = [
        [one.source, one.experiment_id, one.columns, one.tags]
        for one in ArchivedExperiment.objects.order_by("source", "experiment_id")
    ]
    names = ("run_id", "digest", "document_state", "document_sha256")
    records += ArchivedRun.objects.order_by("run_id").values_list(*names)
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


def _signature(told: dict[str, Any]) -> str:
    key = getattr(settings, "TRACKLESS_EXIT_KEY", "") or settings.SECRET_KEY
    text = json.dumps(told, sort_keys=True)
    return salted_hmac(_SALT, text, secret=key, algorithm="sha256").hexdigest()


def _version() -> str:
    try:
        return version("trackless")
    except PackageNotFoundError:
        return "unknown"
