"""Text that every database can keep.

PostgreSQL stores neither NUL nor half of a surrogate pair, and a document may hold
both in any name or parameter. They become U+FFFD, which anybody can see.
"""

from typing import Any

REPLACEMENT = "\ufffd"
_WITHOUT_TEXT = frozenset({int, float, bool, type(None)})


def storable(value: Any) -> Any:
    """Returns the value with all its text, keys too, fit to be stored."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(str(key)): storable(one) for key, one in value.items()}
    if isinstance(value, list):
        # A document is mostly long series of numbers.
        if _WITHOUT_TEXT.issuperset(map(type, value)):
            return value
        return [storable(one) for one in value]
    return value


def storable_text(text: str) -> str:
    """Returns the text without NUL and without lone surrogates."""
    if text.isascii():
        return text.replace("\x00", REPLACEMENT)
    encoded = text.replace("\x00", REPLACEMENT).encode("utf-8", "surrogatepass")
    return encoded.decode("utf-8", "replace")
