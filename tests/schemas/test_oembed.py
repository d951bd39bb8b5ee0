"""Which addresses may be embedded, and how consumers ask for them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import PageNotFound, ParameterInvalid, TrustwrightError
from schemas import oembed
from schemas.oembed import Asked
from schemas.snapshots import Kind, Media

BASE = "https://trust.example"
KEY = "X0123456789ABCDEF0123456789ABCDEF"


def parse(url: str, **more: str) -> Asked:
    return oembed.parse([("url", url), *more.items()], base_url=BASE)


@pytest.mark.parametrize(
    ("path", "kind", "canonical"),
    [
        (f"/profile/{KEY}", Kind.BADGE_FRAGMENT, f"/v1/shops/{KEY}/badge.html"),
        (f"/de/profile/{KEY}/a-shop", Kind.BADGE_FRAGMENT, f"/v1/shops/{KEY}/badge.html?lang=de"),
        (f"/profile/{KEY}/a-shop?stars=5", Kind.BADGE_FRAGMENT, f"/v1/shops/{KEY}/badge.html"),
        (f"/v1/shops/{KEY}/badge", Kind.BADGE_FRAGMENT, f"/v1/shops/{KEY}/badge.html"),
        (
            f"/v1/shops/{KEY}/badge.svg?lang=fr",
            Kind.BADGE_FRAGMENT,
            f"/v1/shops/{KEY}/badge.html?lang=fr",
        ),
        (
            f"/v1/shops/{KEY.lower()}/sticker.json?limit=3",
            Kind.STICKER_FRAGMENT,
            f"/v1/shops/{KEY}/sticker.html?limit=3",
        ),
        (
            f"/v1/shops/{KEY}/sticker.html?lang=nl",
            Kind.STICKER_FRAGMENT,
            f"/v1/shops/{KEY}/sticker.html?lang=nl",
        ),
    ],
)
def test_profiles_badges_and_stickers_may_be_embedded(
    path: str, kind: Kind, canonical: str
) -> None:
    piece = parse(BASE + path).piece
    assert (piece.kind, piece.url) == (kind, canonical)


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.example/profile/{KEY}",
        f"https://trust.example.evil.example/profile/{KEY}",
        f"{BASE}@evil.example/profile/{KEY}",
        f"{BASE}/v1/shops/{KEY}/grade.json",
        f"{BASE}/de/certificate/{KEY}",
        f"{BASE}/profile/X1",
        f"{BASE}/v1/shops/{KEY}/sticker?limit=99",
        f"{BASE}//[",
        f"{BASE}/",
        "javascript:alert(1)",
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(PageNotFound):
        parse(url)


def test_format_and_size_are_those_asked_for_and_never_larger_than_needed() -> None:
    asked = parse(f"{BASE}/profile/{KEY}", format="xml", maxwidth="200", maxheight="9999")
    assert asked.media is Media.XML
    assert (asked.most_width, asked.most_height) == (200, 120)
    usual = parse(f"{BASE}/v1/shops/{KEY}/sticker")
    assert (usual.media, usual.most_width, usual.most_height) == (Media.JSON, 320, 640)


@pytest.mark.parametrize("more", [{"format": "yaml"}, {"maxwidth": "-1"}, {"maxheight": "1e3"}])
def test_a_parameter_that_cannot_be_read_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(ParameterInvalid):
        parse(f"{BASE}/profile/{KEY}", **more)
    with pytest.raises(ParameterInvalid):
        parse("")


@given(st.text())
def test_any_address_is_embedded_or_refused(text: str) -> None:
    for url in (text, f"{BASE}/{text}", f"{BASE}/profile/{KEY}/{text}"):
        with suppress(TrustwrightError):
            assert parse(url).piece.shop_key == KEY
