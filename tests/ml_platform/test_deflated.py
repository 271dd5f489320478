"""Pieces that were compressed apart are one gzip member that every reader takes."""

import gzip
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_platform.experiments.deflated import deflated, gzip_of, inflated

CONTENTS = st.binary(max_size=3000) | st.binary(min_size=1, max_size=4).map(
    lambda few: few * 5000
)
PIECES = st.lists(st.tuples(CONTENTS, st.integers(0, 9)), max_size=6)


@given(PIECES)
def test_the_whole_is_what_the_pieces_held(given_: list[tuple[bytes, int]]) -> None:
    pieces = [deflated(content, level) for content, level in given_]
    whole = b"".join(content for content, _ in given_)
    assert gzip.decompress(gzip_of(pieces)) == whole
    assert b"".join(inflated(piece) for piece in pieces) == whole


def test_an_old_piece_may_stand_anywhere_and_more_than_once() -> None:
    kept = deflated(b'"loss":[1.5,null]' * 4000, 6)
    pieces = [deflated(b"["), kept, deflated(b","), kept, deflated(b"]")]
    text = gzip.decompress(gzip_of(pieces))
    assert text == b"[" + inflated(kept) + b"," + inflated(kept) + b"]"


@pytest.mark.skipif(not shutil.which("gzip"), reason="no gzip")
def test_gzip_itself_finds_the_checksum_right() -> None:
    data = gzip_of([deflated(b"a" * 70_000), deflated(b""), deflated(b"b" * 70_000)])
    tested = subprocess.run(["gzip", "-t"], input=data, capture_output=True)
    assert (tested.returncode, tested.stderr) == (0, b"")
