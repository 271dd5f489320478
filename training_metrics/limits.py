"""Limits on what is read, checked as early as each can be; shown in `--help`.

Writers keep to them too: what no reader would take is not put into the store.
"""

from __future__ import annotations

from typing import Final

BYTES_MAX: Final = 64 * 2**20
"""Largest document, before and after decompression; checked before reading."""

CONTAINERS_MAX: Final = 1_000_000
"""Most `[` and `{` in a document; checked before parsing."""

QUOTES_MAX: Final = 2_000_000
"""Most `\"` in a document; checked before parsing."""

DEPTH_MAX: Final = 32
"""Deepest nesting."""

STRING_CHARACTERS_MAX: Final = 65_536
"""Longest string and key."""

PATH_CHARACTERS_MAX: Final = 200
"""Longest path shown in a finding or a refusal."""


class Tally:
    """What a document has of all that is limited before it is parsed."""

    def __init__(self) -> None:
        self.bytes = 0
        self.containers = 0
        self.quotes = 0

    def add(self, text: str, size_bytes: int) -> None:
        """Counts the next piece of the document's text."""
        self.bytes += size_bytes
        self.containers += text.count("[") + text.count("{")
        self.quotes += text.count('"')

    def problem(self) -> str:
        """The first limit that it goes beyond, in words; empty where there is none."""
        if self.bytes > BYTES_MAX:
            return f"larger than {BYTES_MAX} bytes"
        if self.containers > CONTAINERS_MAX:
            return f"{self.containers} lists and objects, at most {CONTAINERS_MAX}"
        if self.quotes > QUOTES_MAX:
            return f"{self.quotes} quotation marks, at most {QUOTES_MAX}"
        return ""
