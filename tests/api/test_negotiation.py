"""Negotiation follows q-values and takes anything absurd for the default."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import negotiation
from api.negotiation import Encoding
from domain import languages
from schemas.snapshots import Media


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (b"", Media.JSON),
        (b"*/*", Media.JSON),
        (b"application/json", Media.JSON),
        (b"application/xml", Media.XML),
        (b"text/xml", Media.XML),
        (b"APPLICATION/XML", Media.XML),
        (b"application/xml, application/json", Media.JSON),
        (b"application/xml;q=0.5, application/json;q=0.4", Media.XML),
        (b"application/xml;q=0.4, application/json;q=0.5", Media.JSON),
        (b"application/xml;charset=utf-8;q=0.9, */*;q=0.8", Media.XML),
        (b"application/*, application/json;q=0.1", Media.XML),
        (b"*/*;q=0.5, application/json;q=0", Media.XML),
        (b"application/xml;q=0", Media.JSON),
        (b"application/xml;q=0, application/json;q=0", Media.JSON),
        (b"text/html", Media.JSON),
        (b"application/xml;q=2", Media.JSON),
        (b"application/xml;q=-1", Media.JSON),
        (b"application/xml;q=0.1234", Media.JSON),
        (b"application/xml;q=banana", Media.JSON),
        (b"application/xml;q=", Media.JSON),
        (b";;;,,,=q;q=q", Media.JSON),
        (b"\xff\xfe\x00", Media.JSON),
        # What browsers send when a person opens the address.
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Media.XML),
    ],
)
def test_accept_chooses_the_format(accept: bytes, media: Media) -> None:
    assert negotiation.media(accept) is media


@pytest.mark.parametrize(
    ("accept_encoding", "encoding"),
    [
        (b"", Encoding.IDENTITY),
        (b"gzip, deflate, br, zstd", Encoding.BROTLI),
        (b"gzip", Encoding.GZIP),
        (b"x-gzip", Encoding.GZIP),
        (b"GZIP", Encoding.GZIP),
        (b"deflate", Encoding.IDENTITY),
        (b"*", Encoding.BROTLI),
        (b"gzip, *;q=0", Encoding.GZIP),
        (b"br;q=0, *", Encoding.GZIP),
        (b"br;q=0.1, gzip;q=0.9", Encoding.GZIP),
        (b"gzip;q=0.001", Encoding.GZIP),
        (b"gzip;q=0", Encoding.IDENTITY),
        (b"identity, gzip;q=0.5", Encoding.IDENTITY),
        (b"identity;q=0.5, gzip;q=0.5", Encoding.GZIP),
        (b"identity;q=0", Encoding.IDENTITY),
        (b"identity;q=0, gzip", Encoding.GZIP),
        (b"*;q=0", Encoding.IDENTITY),
        (b"br;q=7, gzip", Encoding.GZIP),
    ],
)
def test_accept_encoding_chooses_the_smallest_of_the_preferred(
    accept_encoding: bytes, encoding: Encoding
) -> None:
    assert negotiation.encoding(accept_encoding) is encoding


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        (b"", "en"),
        (b"de", "de"),
        (b"de-AT,de;q=0.9,en;q=0.8", "de"),
        (b"en;q=0.5, fr", "fr"),
        (b"ja, pl;q=0.1", "pl"),
        (b"ja", "en"),
        (b"*", "en"),
        (b"de;q=0", "en"),
        (b"NL-be", "nl"),
    ],
)
def test_accept_language_chooses_a_language_of_the_platform(
    accept_language: bytes, language: str
) -> None:
    assert negotiation.language(accept_language) == language


thousandths = st.integers(0, 1_000)


def written(weight: int) -> str:
    """The weight as a header has it, without the zeros that say nothing."""
    return f"{weight // 1_000}.{weight % 1_000:03}".rstrip("0")


@given(json=thousandths, xml=thousandths, spaces=st.sampled_from(["", " ", "  "]))
def test_the_format_with_the_higher_weight_wins_and_json_wins_a_tie(
    json: int, xml: int, spaces: str
) -> None:
    header = (
        f"application/xml{spaces};{spaces}q={written(xml)},"
        f"{spaces}application/json{spaces};q={written(json)}"
    )
    expected = Media.XML if xml > json else Media.JSON
    assert negotiation.media(header.encode()) is expected


@given(br=thousandths, gzip=thousandths, identity=thousandths)
def test_the_encoding_with_the_highest_weight_wins(br: int, gzip: int, identity: int) -> None:
    header = f"br;q={written(br)}, gzip;q={written(gzip)}, identity;q={written(identity)}"
    chosen = negotiation.encoding(header.encode())
    weights = {Encoding.BROTLI: br, Encoding.GZIP: gzip, Encoding.IDENTITY: identity}
    most = max(weights.values())
    best = max(encoding for encoding, weight in weights.items() if weight == most)
    assert chosen is (best if most else Encoding.IDENTITY)


@given(st.binary(max_size=300))
def test_no_header_is_an_error(header: bytes) -> None:
    assert negotiation.media(header) in {Media.JSON, Media.XML}
    assert negotiation.encoding(header) in Encoding
    assert negotiation.language(header) in languages.SUPPORTED


@pytest.mark.parametrize("piece", [b",", b"a;q=0.5,", b";q=", b"gzip ", b'"', b"*/*;" * 20])
def test_an_absurdly_long_header_takes_no_longer_than_a_short_one(piece: bytes) -> None:
    header = piece * 200_000
    started = time.process_time()
    negotiation.media(header)
    negotiation.encoding(header)
    negotiation.language(header)
    assert time.process_time() - started < 0.05


def test_what_stands_beyond_the_first_thousand_characters_is_not_read() -> None:
    padding = b"text/plain;q=0.1," * 100
    assert negotiation.media(padding + b"application/xml") is Media.JSON


def test_what_came_out_is_remembered_within_bounds() -> None:
    worked_out: list[bytes] = []

    def length(header: bytes) -> int:
        worked_out.append(header)
        return len(header)

    memory = negotiation.Remembered(length)
    assert [memory[b"br"], memory[b"br"]] == [2, 2]
    assert worked_out == [b"br"]
    for n in range(5_000):
        assert memory[b"%d" % n] == len(str(n))
        assert len(memory) <= 512
    memory.clear()
    assert memory[b"x" * 10_000] == 10_000
    assert memory == {}
