"""Broken documents without end: `python -m tests.training_metrics.fuzz --seconds 60`.

Documents of many shapes (`seeds.py`) are mutated as bytes and as JSON values, and put
into other encodings. Whatever comes out is read, or refused in one line; what was read
is canonical, strict, and valid by the JSON Schema. Prints its counts; an input that
breaks this is printed whole.

With `--atheris` the inputs come from that fuzzer, which follows the code's coverage
(`pip install atheris`, no part of the locked environments).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema

from tests.training_metrics.seeds import ENVELOPES, PLAIN
from training_metrics.errors import DocumentRefused
from training_metrics.reading import from_bytes
from training_metrics.schema import schema
from training_metrics.writing import to_bytes

VALIDATOR = jsonschema.Draft202012Validator(schema())
LONGEST_SECONDS = 2.0
"""Of the processor's time for one input."""

_DOCUMENTS = [json.loads(data) for data in PLAIN]
_TOKENS = (
    b"NaN", b"-Infinity", b"1e999", b"-0.0", b"null", b"true", b'"', b"[", b"]", b"{",
    b"}", b",", b":", b"\\ud800", b"\\u0000", b"\xff", b"\xef\xbb\xbf", b"\x00",
    b"9" * 50,
    b"[" * 2000, b'"__proto__": ', b"1e-400", b"\n", b'"NaN"',
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 0.5, 1e308, 10**400, "", "NaN", "0.5", "1e999", "x" * 300, [],
    {}, [0], [[0]], {"a": 1}, [None, None, None, None], ["0.5", 1, 2, 3],
    [1.5, 2, 3, 4], [3, 2, 1, 0], [1, 1, 1, 1], "2.0",
    {"bin_edges": [0, 1], "counts": [[1]] * 4},
)  # fmt: skip


def strict(data: bytes) -> Any:
    """Parses as a browser does: no NaN tokens, no duplicate keys."""

    def refuse(token: str) -> None:
        raise AssertionError(f"token {token}")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(data, parse_constant=refuse, object_pairs_hook=unique)


def check(data: bytes) -> str:
    """Holds one input to the promise and says what became of it."""
    start = time.thread_time()
    try:
        document, findings = from_bytes(data, "fuzz.json")
    except DocumentRefused as refused:
        assert "\n" not in str(refused) and refused.place and refused.remedy
        assert len(str(refused)) < 2000
        return "refused"
    finally:
        assert time.thread_time() - start < LONGEST_SECONDS
    text = to_bytes(document)
    VALIDATOR.validate(strict(text))
    again, left = from_bytes(text, "again.json")
    assert left == [], left
    assert to_bytes(again) == text
    if findings:
        assert all("\n" not in str(finding) for finding in findings)
        return "findings"
    # Nothing to say about it: then the schema must have nothing to say either.
    VALIDATOR.validate(strict(data))
    return "valid"


def mutated_bytes(data: bytes, source: random.Random) -> bytes:
    """The bytes with some cut, doubled, overwritten, or a token put in."""
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(data) + 1)
        end = min(len(data), at + source.randint(0, 40))
        kind = source.randrange(6)
        if kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:at] + data[at:end] * 2 + data[end:]
        elif kind == 2:
            data = data[:at]
        elif kind == 3:
            data = data[:at] + bytes(source.choices(range(256), k=3)) + data[at:]
        else:
            data = data[:at] + source.choice(_TOKENS) + data[end:]
    return data


def mutated_values(document: Any, source: random.Random) -> bytes:
    """The document with some values replaced, removed or doubled, at any depth."""
    document = deepcopy(document)
    for _ in range(source.choice([1, 1, 1, 2, 4])):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = source.choice(keys)
            if isinstance(place[key], (dict, list)) and source.random() < 0.7:
                place = place[key]
                continue
            _mutate(place, key, source)
            break
    return json.dumps(document).encode()


def _mutate(place: Any, key: Any, source: random.Random) -> None:
    kind = source.randrange(4)
    if kind == 0:
        del place[key]
    elif kind == 1 and isinstance(place, list):
        place.insert(key, deepcopy(place[key]))
    elif kind == 1:
        place[source.choice(["new", "__proto__", "", "é" * 300])] = deepcopy(place[key])
    elif kind == 2:
        place[key] = deepcopy(source.choice(_VALUES))
    else:
        place[key] = _any_part(source)


def _any_part(source: random.Random) -> Any:
    """A value from anywhere in any of the documents."""
    part: Any = source.choice(_DOCUMENTS)
    while isinstance(part, (dict, list)) and part and source.random() < 0.8:
        part = source.choice(list(part.values()) if isinstance(part, dict) else part)
    return deepcopy(part)


def make(source: random.Random) -> bytes:
    """One input."""
    if source.random() < 0.01:
        return bytes(source.choices(range(256), k=source.randrange(200)))
    number = source.randrange(len(PLAIN))
    if source.random() < 0.6:
        data = mutated_values(_DOCUMENTS[number], source)
    else:
        data = mutated_bytes(PLAIN[number], source)
    if source.random() < 0.1:
        data = source.choice(ENVELOPES)(data)
        if source.random() < 0.2:
            data = mutated_bytes(data, source)
    return data


def fuzz(seed: int, seconds: float, inputs: int) -> Counter[str]:
    """Checks mutated documents until the time or the number is spent."""
    source, seen = random.Random(seed), Counter[str]()
    deadline = time.monotonic() + seconds
    while seen.total() < inputs and time.monotonic() < deadline:
        data = make(source)
        try:
            seen[check(data)] += 1
        except BaseException:
            print(f"seed {seed}, input {seen.total()}: {data!r}")
            raise
    return seen


def fuzz_by_coverage(seed: int, seconds: float, inputs: int) -> None:
    """Hands over to atheris, which prints its own counts and ends the process."""
    import atheris

    for name, module in list(sys.modules.items()):
        if name.startswith("training_metrics."):
            for part in vars(module).values():
                if getattr(part, "__module__", "") == name and hasattr(
                    part, "__code__"
                ):
                    atheris.instrument_func(part)
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(PLAIN):
            Path(corpus, str(number)).write_bytes(data)
            for form, envelope in enumerate(ENVELOPES):
                Path(corpus, f"{number}-{form}").write_bytes(envelope(data))
        limits = [f"-seed={seed}", f"-max_total_time={seconds:.0f}", f"-runs={inputs}"]
        arguments = [sys.argv[0], *limits, "-max_len=16384", corpus]
        atheris.Setup(arguments, check, custom_mutator=mutated_input)
        atheris.Fuzz()


def mutated_input(data: bytes, max_size: int, seed: int) -> bytes:
    """An input that led to something new, mutated; as JSON where it is JSON."""
    source = random.Random(seed)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if document and isinstance(document, (dict, list)) and source.random() < 0.6:
        return mutated_values(document, source)[:max_size]
    return mutated_bytes(data, source)[:max_size]


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--inputs", type=int, default=10**6)
    parser.add_argument("--atheris", action="store_true", help="let atheris lead")
    options = parser.parse_args()
    if options.atheris:
        fuzz_by_coverage(options.seed, options.seconds, options.inputs)
        return
    start = time.monotonic()
    seen = fuzz(options.seed, options.seconds, options.inputs)
    seconds = time.monotonic() - start
    print(f"{seen.total()} inputs in {seconds:.0f} s: {dict(seen)}")


if __name__ == "__main__":
    main()
