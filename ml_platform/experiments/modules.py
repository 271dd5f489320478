"""A page's script as one ES module: itself joined with all that it imports.

The files under `static/experiments/js` stay modules of one idea each; a browser gets a
page's in one answer. Every module becomes a function that runs once and returns what it
exports, in the order in which they need each other. What a script imports only on
demand, `import("./x.js")`, is a joined script of its own, with its own copies of what
it shares with the page: such modules keep no state that others must see.

Nothing here knows of requests; `pages/scripts.py` serves what is made here.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent.resolve() / "static/experiments/js"
_IMPORT = re.compile(
    r"""^import (?:(?P<names>\{[^}]*\}|\* as \w+) from )?"(?P<path>\.[^"]+)";$""",
    re.MULTILINE,
)
_ON_DEMAND = re.compile(r"""\bimport\("(?P<path>\.[^"]+)"\)""")
_EXPORT = re.compile(
    r"^export (?=(?:async function|function|class|const) (?P<name>\w+))", re.MULTILINE
)
_LEFT_OVER = re.compile(r"^(?:import|export)\s.*", re.MULTILINE)


class CannotJoin(Exception):
    """A module imports or exports in a way that is not joined here; the text says."""


@dataclass(frozen=True)
class Script:
    """A joined script and the digest by which browsers keep it."""

    text: str
    gzipped: bytes
    digest: str


@lru_cache(maxsize=64)
def joined(name: str) -> Script:
    """Returns a script with all that it imports; made once a process.

    It imports on demand from `../…/{digest}/{name}`, so it has to be served below an
    address that ends on its own digest and name.

    Args:
        name: Its path below `static/experiments/js`.

    Raises:
        FileNotFoundError: There is no such script.
        CannotJoin: One of its modules cannot be joined.
    """
    parts = name.split("/")
    path = _FOLDER.joinpath(*parts)
    modules: dict[Path, str] = {}
    _collect(path, "../" * len(parts), modules, ())
    text = "".join(modules.values())
    if exported := _exported(path.read_text()):
        text += f"export const {{ {exported} }} = {_variable(path)};\n"
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Script(text, gzip.compress(content, 9, mtime=0), digest)


@lru_cache(maxsize=1)
def script_names() -> frozenset[str]:
    """Returns the name of every script there is."""
    return frozenset(_name(path) for path in _FOLDER.rglob("*.js"))


def _collect(
    path: Path, up: str, modules: dict[Path, str], importers: tuple[Path, ...]
) -> None:
    """Adds a module after those that it imports."""
    if path in modules:
        return
    if path in importers:
        circle = [*importers[importers.index(path) :], path]
        told = " imports ".join(_name(module) for module in circle)
        raise CannotJoin(f"{told}: move what they share into a module of its own")
    source = path.read_text()
    for found in _IMPORT.finditer(source):
        _collect(_beside(path, found), up, modules, (*importers, path))
    modules[path] = _as_function(path, source, up)


def _as_function(path: Path, source: str, up: str) -> str:
    body = _EXPORT.sub("", source)
    body = _IMPORT.sub(lambda found: _taken(found, _beside(path, found)), body)
    body = _ON_DEMAND.sub(lambda found: _fetched(up, _beside(path, found)), body)
    if left := _LEFT_OVER.search(body):
        raise CannotJoin(
            f'{_name(path)}: {left[0]}: write `import {{ a }} from "./b.js";` on one '
            "line, and `export` before a function, class or const"
        )
    returned = f"return {{ {_exported(source)} }};\n"
    return f"const {_variable(path)} = (() => {{\n{body}{returned}}})();\n"


def _exported(source: str) -> str:
    return ", ".join(found["name"] for found in _EXPORT.finditer(source))


def _taken(found: re.Match[str], module: Path) -> str:
    """An import, as names taken out of what the module's function returned."""
    if not found["names"]:
        return ""
    names = found["names"].removeprefix("* as ").replace(" as ", ": ")
    return f"const {names} = {_variable(module)};"


def _fetched(up: str, module: Path) -> str:
    name = _name(module)
    return f'import("{up}{joined(name).digest}/{name}")'


def _beside(path: Path, found: re.Match[str]) -> Path:
    return (path.parent / found["path"]).resolve()


def _name(path: Path) -> str:
    return path.relative_to(_FOLDER).as_posix()


def _variable(path: Path) -> str:
    return "$" + re.sub(r"\W", "_", _name(path).removesuffix(".js"))
