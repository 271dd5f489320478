"""Text in the archive: any text of a source, reversibly, in every database.

PostgreSQL keeps neither NUL nor lone surrogates (bytes that were no UTF-8 in SQLite
are read as such). They are written behind the mark U+FDD0, a code point that Unicode
reserves for no text; a mark that was there already is doubled.
"""

import re

_MARK = "\ufdd0"
_ESCAPED = re.compile("[\x00\ud800-\udfff\ufdd0]")
_WRITTEN = re.compile(f"{_MARK}({_MARK}|[0-9a-f]{{4}})")


def text_stored(text: str) -> str:
    """Returns the text as the archive keeps it.

    >>> text_stored("a\\x00") == "a\\ufdd0" + "0000"
    True
    """
    return _ESCAPED.sub(_written, text)


def text_read(stored: str) -> str:
    """Returns the text that `text_stored` was given."""
    if _MARK not in stored:
        return stored
    return _WRITTEN.sub(
        lambda met: _MARK if met[1] == _MARK else chr(int(met[1], 16)), stored
    )


def _written(met: re.Match[str]) -> str:
    return _MARK * 2 if met[0] == _MARK else f"{_MARK}{ord(met[0]):04x}"
