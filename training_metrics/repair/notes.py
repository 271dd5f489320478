"""What a repair has to say: findings for people, anomalies for the document."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from training_metrics.findings import Finding

_WORDS: Final = {
    "nan": "NaN",
    "+inf": "infinity",
    "-inf": "minus infinity",
    "too_large": "beyond float64's range",
    "not_a_number": "not a number",
    "not_a_count": "not a count",
}


class Notes:
    """Findings and anomalies in the order met.

    Attributes:
        file: the document's place, for errors.
        findings: one a defect; equal defects of one series are counted in one.
        anomalies: what the document must carry about them.
    """

    def __init__(self, file: str, listed: list[Any]) -> None:
        """Starts with the anomalies that the document itself lists."""
        self.file = file
        self.findings: list[Finding] = []
        self.anomalies: list[dict[str, Any]] = []
        self._known = {_point(a) for a in listed if isinstance(a, dict)}

    def find(self, path: str, what: str, done: str) -> None:
        """Adds a finding."""
        self.findings.append(Finding(path, what, done))

    def mark(self, path: str, kind: str, **more: Any) -> None:
        """Adds an anomaly that the document does not list yet."""
        anomaly = {"path": path, **more, "kind": kind}
        if _point(anomaly) not in self._known:
            self.anomalies.append(anomaly)

    def knows(self, path: str, kind: str, epoch: int) -> bool:
        """Whether the document itself says so already."""
        return _point({"path": path, "epoch": epoch, "kind": kind}) in self._known

    def tell(self, path: str, kinds: Counter[str]) -> None:
        """Adds a finding for each kind of odd value in one series."""
        for kind, count in kinds.items():
            if kind == "text":
                self.find(path, f"{count} × number as text", "read as number")
            else:
                what = f"{count} × {_WORDS[kind]}"
                self.find(path, what, "made null and listed in anomalies")


def _point(anomaly: dict[str, Any]) -> str:
    """What makes two anomalies the same; text, as a hostile one holds anything."""
    return repr([anomaly.get(key) for key in ("path", "epoch", "kind")])
