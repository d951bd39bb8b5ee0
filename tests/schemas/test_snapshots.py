"""A snapshot is one body in three encodings, under a name and a fingerprint of its own."""

import gzip
import re
from dataclasses import FrozenInstanceError

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import snapshots
from schemas.snapshots import Kind, Media, Snapshot

KEY = "X" + "0" * 32
bodies = st.binary(max_size=2_000)


def seal(body: bytes) -> Snapshot:
    return snapshots.seal(
        body,
        url=f"/v1/shops/{KEY}/badge.json",
        shop_key=KEY,
        kind=Kind.BADGE,
        media=Media.JSON,
        generation=7,
        modified=1_795_219_200,
    )


@given(bodies)
def test_the_three_encodings_hold_the_same_body(body: bytes) -> None:
    sealed = seal(body)
    assert sealed.body == body
    assert gzip.decompress(sealed.gzip) == body
    assert brotli.decompress(sealed.brotli) == body


@given(bodies)
def test_the_same_body_always_gives_the_same_bytes(body: bytes) -> None:
    assert seal(body) == seal(bytes(bytearray(body)))


def test_the_time_of_sealing_is_not_in_the_compressed_body() -> None:
    seconds_of_the_gzip_header = seal(b"{}").gzip[4:8]
    assert seconds_of_the_gzip_header == bytes(4)


@given(bodies, bodies)
def test_another_body_has_another_digest(one: bytes, other: bytes) -> None:
    assert (seal(one).digest == seal(other).digest) is (one == other)


@given(bodies)
def test_a_digest_fits_into_an_etag_as_it_is(body: bytes) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", seal(body).digest)


def test_a_snapshot_keeps_what_it_is_the_answer_to() -> None:
    sealed = seal(b"{}")
    assert (sealed.url, sealed.shop_key) == (f"/v1/shops/{KEY}/badge.json", KEY)
    assert (sealed.kind, sealed.media) == (Kind.BADGE, Media.JSON)
    assert (sealed.generation, sealed.modified) == (7, 1_795_219_200)


def test_a_sealed_answer_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        seal(b"{}").body = b"{ }"  # type: ignore[misc]


def test_a_large_answer_shrinks_on_the_way() -> None:
    sealed = seal(b'{"stars":5},' * 1_000)
    assert len(sealed.brotli) < len(sealed.gzip) < len(sealed.body) // 20


@pytest.mark.parametrize(
    ("media", "media_type"),
    [
        (Media.JSON, "application/json"),
        (Media.XML, "application/xml"),
        (Media.SVG, "image/svg+xml"),
    ],
)
def test_each_suffix_has_its_media_type(media: Media, media_type: str) -> None:
    assert media.media_type == media_type


def test_no_suffix_is_without_a_media_type() -> None:
    assert all(re.fullmatch(r"\w+/[\w+]+", media.media_type) for media in Media)
