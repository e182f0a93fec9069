from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.sender.body import BadAnswer, decoded

GZIP = (("Content-Encoding", "gzip"),)
DEFLATE = (("content-encoding", "Deflate"),)


@given(st.binary(max_size=300), st.integers(1, 400), st.booleans())
def test_the_beginning_of_what_was_encoded_comes_back(body: bytes, limit: int, gzipped: bool) -> None:
    encoded = gzip.compress(body) if gzipped else zlib.compress(body)
    kept, truncated = decoded(encoded, GZIP if gzipped else DEFLATE, whole=True, limit=limit)
    assert kept == body[:limit]
    assert truncated is (len(body) > limit)


@given(st.binary(min_size=1, max_size=300), st.integers(1, 50))
def test_a_part_of_an_encoded_body_gives_a_part_of_it(body: bytes, cut: int) -> None:
    kept, truncated = decoded(gzip.compress(body)[:-cut], GZIP, whole=False, limit=1_000)
    assert body.startswith(kept)
    assert truncated


@given(st.binary(max_size=100), st.booleans(), st.booleans())
def test_any_bytes_are_decoded_or_refused(body: bytes, gzipped: bool, whole: bool) -> None:
    try:
        kept, _ = decoded(body, GZIP if gzipped else DEFLATE, whole=whole, limit=50)
    except BadAnswer:
        return
    assert len(kept) <= 50


@pytest.mark.parametrize(
    "headers", [(), (("Content-Encoding", "br"),), (*GZIP, *GZIP), (("Content-Encoding", ""),)]
)
def test_what_has_no_coding_that_we_know_is_kept_as_it_is(headers: tuple[tuple[str, str], ...]) -> None:
    assert decoded(b"abc", headers, whole=True, limit=3) == (b"abc", False)
    assert decoded(b"abcd", headers, whole=True, limit=3) == (b"abc", True)
    assert decoded(b"abc", headers, whole=False, limit=3) == (b"abc", True)


def test_an_empty_body_needs_no_coding() -> None:
    assert decoded(b"", GZIP, whole=True, limit=3) == (b"", False)
