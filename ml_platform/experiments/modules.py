"""Which ES modules a page's script imports, so that the page can ask for all at once.

Without a build step a browser learns of a module's imports only when it has read it;
naming them in the page's head saves one round trip a level.
"""

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

_STATIC = Path(__file__).parent / "static"
_IMPORT = re.compile(r'^import [^;]*?"(\.{1,2}/[^"]+)";', re.MULTILINE)


@lru_cache(maxsize=16)
def modules_of(script: str) -> tuple[str, ...]:
    """Returns every module that `script` needs, itself left out.

    Args:
        script: Its path under the app's static folder.
    """
    found: dict[str, None] = {}
    _collect(PurePosixPath(script), found)
    found.pop(script, None)
    return tuple(found)


def _collect(script: PurePosixPath, found: dict[str, None]) -> None:
    if str(script) in found:
        return
    found[str(script)] = None
    for target in _IMPORT.findall((_STATIC / script).read_text()):
        _collect(_resolved(script.parent, target), found)


def _resolved(folder: PurePosixPath, target: str) -> PurePosixPath:
    parts = list(folder.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)
