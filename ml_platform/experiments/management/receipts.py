"""A receipt as commands print it: one line for people, one object for machines."""

from typing import Any

from ml_platform.experiments.models import Receipt


def receipt_line(receipt: Receipt) -> str:
    """Returns the receipt as one line."""
    head = f"{receipt.removal}: run {receipt.run_id}, receipt {receipt.pk}, "
    at = f"{receipt.done_at:%Y-%m-%dT%H:%M:%SZ}"
    if not receipt.uri:
        return f"{head}no document, at {at}"
    return (
        f"{head}{receipt.uri} generation {receipt.generation} sha256 {receipt.sha256} "
        f"{receipt.size_bytes} bytes, at {at}"
    )


def receipt_told(receipt: Receipt) -> dict[str, Any]:
    """Returns the receipt's fields, fit for JSON."""
    names = ("run_id", "run_number", "run_name", "removal", "uri", "generation")
    told = {name: getattr(receipt, name) for name in (*names, "sha256", "size_bytes")}
    done_at = receipt.done_at.isoformat() if receipt.done_at else None
    return {"receipt": receipt.pk, **told, "done_at": done_at}
