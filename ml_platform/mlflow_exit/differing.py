"""Where two documents differ: each place by its path, and its epoch if it has one."""

from typing import Any

from ml_platform.mlflow_exit.verdict import Line, Verdict

_ABSENT = object()


class Places:
    """Names the places where two documents differ; here is what the archive gives."""

    def __init__(self, verdict: Verdict, name: Line, epochs: list[int]) -> None:
        self._verdict, self._name, self._epochs = verdict, name, epochs

    def walk(self, here: Any, there: Any, path: str) -> None:
        """Adds what differs at a path and below."""
        if here is _ABSENT:
            self._verdict.missing_here.append(self._line(path) | {"there": repr(there)})
        elif there is _ABSENT:
            self._verdict.missing_there.append(self._line(path) | {"here": repr(here)})
        elif isinstance(here, dict) and isinstance(there, dict):
            for key in sorted(here.keys() | there.keys()):
                below = f"{path}.{key}" if path else key
                self.walk(here.get(key, _ABSENT), there.get(key, _ABSENT), below)
        elif isinstance(here, list) and isinstance(there, list):
            self._walk_lists(here, there, path)
        elif type(here) is not type(there) or repr(here) != repr(there):
            self._differ(here, there, path)

    def _walk_lists(self, here: list[Any], there: list[Any], path: str) -> None:
        if len(here) != len(there):
            pairs = enumerate(zip(here, there, strict=False))
            unlike = (at for at, (a, b) in pairs if repr(a) != repr(b))
            first = next(unlike, min(len(here), len(there)))
            told = f"{len(here)} entries", f"{len(there)} entries"
            self._differ(*told, self._place(path, first, len(here)))
            return
        for at, (mine, theirs) in enumerate(zip(here, there, strict=True)):
            self.walk(mine, theirs, self._place(path, at, len(here)))

    def _place(self, path: str, at: int, length: int) -> str:
        is_series = length == len(self._epochs) and "@" not in path and at < length
        return f"{path}@{self._epochs[at]}" if is_series else f"{path}[{at}]"

    def _differ(self, here: Any, there: Any, path: str) -> None:
        sides = {"here": _short(here), "there": _short(there)}
        self._verdict.differ.append(self._line(path) | sides)

    def _line(self, path: str) -> Line:
        """A series' place is told with its epoch apart."""
        series, at, rest = path.partition("@")
        if not at:
            return self._name | {"path": path}
        epoch, bracket, inner = rest.partition("[")
        return self._name | {"path": series + bracket + inner, "epoch": int(epoch)}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"
