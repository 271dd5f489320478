"""The search through files: which are read, which are not and why, and what is found.

Nothing is executed or imported; links are not followed, so a file counts once.
"""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from ml_platform.mlflow_exit.errors import ReferencesRefused
from ml_platform.mlflow_exit.references.finding import (
    NAMED,
    Action,
    Found,
    Reference,
    shortened,
)
from ml_platform.mlflow_exit.references.kinds import line_kind
from ml_platform.mlflow_exit.references.python import python_hits

FILE_BYTES_MAX = 32 * 1024 * 1024
# Made by tools from what is searched, or another's code that the lock file names.
SKIPPED_FOLDERS = {
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".nox",
    "node_modules",
}
SKIPPED_FOLDERS |= {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def references_find(paths: list[Path], keep: list[str]) -> Found:
    """Returns every line below the paths that names MLflow.

    Args:
        paths: files, or folders that are searched with all below them.
        keep: patterns like `CHANGELOG.md` or `docs/history/*`, of a path as printed, or
            of its end: what they match is history and stays as it is.

    Raises:
        ReferencesRefused: A path is not there, or no file at all was read, or a pattern
            would keep everything.
    """
    found = Found()
    for pattern in keep:
        if not pattern.strip("*?/. "):
            remedy = "name the files that are history"
            raise ReferencesRefused(f"--keep {pattern!r}", "matches everything", remedy)
    for path in paths:
        if not path.exists():
            remedy = "give the folder of the code base"
            raise ReferencesRefused(str(path), "no such file or folder", remedy)
        for file in _files(path, found):
            _search(file, path, keep, found)
    if not found.files:
        remedy = "give a folder with files of the code base"
        raise ReferencesRefused(str(paths[0]), "no file could be read", remedy)
    found.references.sort()
    return found


def _files(path: Path, found: Found) -> Iterator[Path]:
    if path.is_file():
        yield path
        return

    def unreadable(error: OSError) -> None:
        found.unread.append(f"{error.filename}: {error.strerror}")

    for folder, folders, names in os.walk(path, onerror=unreadable):
        skipped = SKIPPED_FOLDERS.intersection(folders)
        # A Python environment, whatever it is called.
        skipped |= {n for n in folders if Path(folder, n, "pyvenv.cfg").is_file()}
        found.unread += [
            f"{Path(folder, name)}: made by a tool, not searched"
            for name in sorted(skipped)
        ]
        folders[:] = sorted(set(folders) - skipped)
        yield from (Path(folder, name) for name in sorted(names))


def _search(file: Path, root: Path, keep: list[str], found: Found) -> None:
    text = _text(file, found)
    if text is None:
        return
    found.files += 1
    inside = file.relative_to(root) if file != root else Path(file.name)
    kept = any(_matches(file, inside, pattern) for pattern in keep)
    is_own = NAMED.search(inside.as_posix()) is not None
    if is_own:
        why = "the file or its folder bears MLflow's name: delete it whole, or rename"
        action = Action.KEEP if kept else Action.DELETE
        found.references.append(Reference(str(file), 0, action, "file", why))
    lines = text.replace("\r\n", "\n").split("\n")
    for line, action, kind, why in _hits(file, text, found):
        if is_own:
            action, why = Action.DELETE, f"goes with its file; {why}"
        if kept:
            action, why = Action.KEEP, f"history, named by --keep; {why}"
        shown = shortened(lines[line - 1]) if line <= len(lines) else ""
        reference = Reference(str(file), line, action, kind, why, shown)
        found.references.append(reference)


def _hits(
    file: Path, text: str, found: Found
) -> Iterator[tuple[int, Action, str, str]]:
    # Most files are through here: nothing of MLflow is without this word.
    if "flow" not in text.lower():
        return
    if file.suffix in (".py", ".pyi"):
        try:
            yield from python_hits(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            found.unread.append(f"{file}: no Python ({error}); searched as text")
        else:
            return
    for number, line in enumerate(text.split("\n"), start=1):
        if NAMED.search(line):
            yield number, *line_kind(file, line)


def _text(file: Path, found: Found) -> str | None:
    """The content; None, and a line that says why, where it is no text."""
    why = ""
    try:
        if file.is_symlink():
            why = "a link, not followed"
        elif not file.is_file():
            why = "no plain file"
        elif file.stat().st_size > FILE_BYTES_MAX:
            why = f"larger than {FILE_BYTES_MAX // 1024**2} MiB, not searched"
        else:
            data = file.read_bytes()
            if b"\0" not in data[:8192]:
                return data.decode("utf-8-sig", errors="replace")
            why = "binary, not searched"
            if b"mlflow" in data.lower():
                why += ", but it names MLflow"
    except OSError as error:
        why = error.strerror or str(error)
    found.unread.append(f"{file}: {why}")
    return None


def _matches(file: Path, inside: Path, pattern: str) -> bool:
    names = (file.as_posix(), inside.as_posix(), file.name)
    return any(fnmatch(name, pattern) for name in names)
