"""Limits on what is read, checked as early as each can be; shown in `--help`."""

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
