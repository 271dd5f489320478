"""The journal: one checksummed line per flush on the trainer's local disk.

A line is eight hex digits (CRC-32 of the rest), a space, a JSON object, a newline. It
is handed to the operating system at once, so it outlives the process, also one that is
killed; only a machine's end takes it. A last line that was cut short is left out on
reading; a broken line elsewhere is reported and left out.

To keep long runs small, numbers of series are packed (`floats.pack`), and a line whose
series are those of the line before does not repeat their names; every `_NAMES_EVERY`
lines they are repeated all the same, so one broken line cannot take many with it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from training_metrics.assemble import assemble
from training_metrics.document import Status, TrainingMetrics, utc_now
from training_metrics.errors import DocumentNotFound, DocumentRefused
from training_metrics.findings import Finding
from training_metrics.parsing import parse
from training_metrics.reading import validated
from training_metrics.state import RunState, ended_by

_NAMES_EVERY: Final = 64
_LINE_BYTES_MAX: Final = 64 * 2**20
_CHECKSUM_BYTES: Final = 9
# What a line with a right checksum that no collector wrote may run into.
_NO_ENTRY: Final = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)


class JournalWriter:
    """Appends lines to a journal file, made with its folder where it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and not _ends_whole(path)
        self._file = path.open("ab", buffering=0)
        if torn:
            # What a killed process left half-written ends here, not in our line.
            self._file.write(b"\n")
        self._names: list[Any] | None = None
        self._line_count = 0

    def append(self, line: dict[str, Any]) -> None:
        """Writes a line and hands it to the operating system.

        Raises:
            OSError: the disk did not take it.
        """
        names = line.get("names")
        if names == self._names and self._line_count % _NAMES_EVERY:
            line = {key: value for key, value in line.items() if key != "names"}
        text = json.dumps(line, allow_nan=False, separators=(",", ":"))
        body = text.encode()
        self._write(b"%08x %s\n" % (zlib.crc32(body), body))
        self._names = names
        self._line_count += 1

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def replay(path: str | Path) -> tuple[RunState, list[Finding]]:
    """The state that a journal tells of, and what was wrong with the journal.

    A process may be killed between making the file and its first line, so an empty
    file is the journal of a run without an epoch.

    Raises:
        DocumentNotFound: there is no journal.
        DocumentRefused: there is something in it, but not one good line.
    """
    state, findings = RunState(), []
    for number, line in _lines(Path(path)):
        if line is None:
            findings.append(
                Finding(f"line {number}", "cut short or broken", "left out")
            )
            continue
        try:
            state.apply(line)
        except _NO_ENTRY as error:
            findings.append(
                Finding(f"line {number}", f"no entry ({error})", "left out")
            )
    if not state.attempts and Path(path).stat().st_size:
        raise DocumentRefused(
            str(path), "line 1", "not a journal of a run", "check the path"
        )
    return state, findings


def recover(
    journal_path: str | Path,
    *,
    status: Status | None = None,
    error: dict[str, Any] | None = None,
) -> TrainingMetrics:
    """Makes the document that a run's journal holds.

    Args:
        journal_path: the journal.
        status: the run's, where the caller knows it; else what the journal's last
            line says, and `interrupted` where the run did not get to write one.
        error: `{"kind", "message", …}`, likewise.

    Raises:
        DocumentNotFound: there is no journal.
        DocumentRefused: it is none.
    """
    state, _ = replay(journal_path)
    document, _ = document_of(state, str(journal_path), status=status, error=error)
    return document


def document_of(
    state: RunState,
    file: str,
    *,
    status: Status | None = None,
    error: dict[str, Any] | None = None,
) -> tuple[TrainingMetrics, list[Finding]]:
    """The document of a replayed state, and what had to be repaired; see `recover`.

    Raises:
        DocumentRefused: lines with a right checksum that no collector wrote make one
            that cannot be repaired.
    """
    end = state.end or {
        "status": "interrupted",
        "error": {"kind": "lost", "message": "the run ended without a word"},
    }
    if status is not None:
        end = {"status": status, "error": error}
    if state.attempts and error and "ended_by" not in state.attempts[-1]:
        state.attempts[-1]["ended_by"] = ended_by(end["status"], error)
    now = utc_now()
    document = assemble(state, end["status"], end.get("error"), now)
    raw = document.model_dump(exclude_unset=True, warnings=False)
    return validated(raw | {"saved_at": now.isoformat()}, file)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Each line's number and content, None where it is broken."""
    keys = None
    try:
        with path.open("rb") as file:
            number = 0
            while data := file.readline(_LINE_BYTES_MAX):
                number += 1
                line = _decode(data, path)
                if line is None:
                    keys = None
                elif "values" in line:
                    keys = line["names"] = line.get("names", keys)
                    line = None if keys is None else line
                yield number, line
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentNotFound(str(path)) from error
    except OSError as error:
        raise DocumentRefused(
            str(path), "$", f"cannot be read ({error})", "check the path"
        ) from error


def _decode(data: bytes, path: Path) -> dict[str, Any] | None:
    body = data[_CHECKSUM_BYTES:-1]
    if not data.endswith(b"\n") or data[:_CHECKSUM_BYTES] != b"%08x " % zlib.crc32(
        body
    ):
        return None
    try:
        return parse(body, str(path))[0]
    except DocumentRefused:
        return None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return True
        file.seek(-1, 2)
        return file.read() == b"\n"
