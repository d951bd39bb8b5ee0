"""A shop is a domain, and each spelling of its address leads to the same one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import shops
from domain.criteria import CriteriaSystem
from domain.errors import Invalid, ShopInvalid, TextInvalid
from domain.shops import NewShop

ANNAS_SHOP = NewShop("Bücher & Töne", "https://buecher.example/", "DE", "de", "EUR")


@pytest.mark.parametrize(
    "url",
    [
        "shop.fr",
        "www.shop.fr",
        "https://shop.fr",
        "http://www.shop.fr/",
        "HTTPS://WWW.SHOP.FR/fr/?a=b#c",
        "https://shop.fr:8443/path",
        "https://user:secret@shop.fr",
        "https://shop.fr.",
        "https://www.shop.fr./",
    ],
)
def test_each_spelling_of_an_address_names_the_same_shop(url: str) -> None:
    assert shops.domain_of(url) == "shop.fr"


def test_an_international_domain_is_stored_in_punycode() -> None:
    assert shops.domain_of("https://www.Bücher.example") == "xn--bcher-kva.example"
    assert shops.domain_of("xn--bcher-kva.example") == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "https://",
        "https:///path",
        "ftp://shop.fr",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "javascript://shop.fr/%0aalert(1)",
        "https://shop_fr",
        "https://-shop.fr",
        "https://shop..fr",
        "https://.fr",
        "https://[::1]/",
        "https://[::1",
        "https://shop.fr:port/",
        "https://shop.fr:0/",
        "https://shop.fr:65536/",
        "https://shop.fr\u2100/",
        "https://" + "a" * 64 + ".fr",
        "https://" + "a." * 127 + "fr",
        "https://\ud800.fr",
    ],
)
def test_what_is_no_address_of_a_shop_is_refused(url: str) -> None:
    with pytest.raises(ShopInvalid) as refusal:
        shops.domain_of(url)
    assert refusal.value.field == "url"
    assert len(refusal.value.detail) < 1_000


label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(st.lists(label, min_size=1, max_size=4).map(".".join))
def test_a_domain_is_its_own_domain(host: str) -> None:
    domain = shops.domain_of(f"https://{host}/")
    assert domain == host.removeprefix("www.")


@given(st.text(st.characters(codec=None)))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        domain = shops.domain_of(url)
    except ShopInvalid:
        return
    assert domain == domain.lower()
    assert domain.isascii()
    assert 0 < len(domain) <= 253


def test_another_path_is_the_same_shop_and_another_domain_is_not() -> None:
    shops.check_same_domain("http://WWW.buecher.example/neu", "buecher.example")
    with pytest.raises(ShopInvalid) as refusal:
        shops.check_same_domain("https://toene.example", "buecher.example")
    assert refusal.value.field == "url"


def test_goods_decide_the_criteria_system() -> None:
    assert ANNAS_SHOP.system is CriteriaSystem.THREE
    assert replace(ANNAS_SHOP, offers_goods=False).system is CriteriaSystem.ONE


def test_a_valid_shop_is_tidied_and_otherwise_unchanged() -> None:
    untidy = replace(ANNAS_SHOP, name="  Bücher \n & Töne ", url=" buecher.example/ ")
    assert shops.checked(untidy) == ANNAS_SHOP
    brought = replace(ANNAS_SHOP, key="X" + "0" * 32, offers_goods=False)
    assert shops.checked(brought) == brought


def test_an_address_of_five_hundred_characters_still_fits() -> None:
    longest = replace(ANNAS_SHOP, url="https://buecher.example/" + "x" * 476)
    assert len(shops.checked(longest).url) == 500


def test_no_control_character_of_an_address_reaches_the_payloads() -> None:
    hostile = replace(ANNAS_SHOP, url="https://buecher.example/\x00\ud800")
    assert shops.checked(hostile).url == "https://buecher.example/"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \x00 "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"url": ""}, "url"),
        ({"url": "https://buecher.example/a b"}, "url"),
        ({"url": "https://buecher.example/" + "x" * 477}, "url"),
        ({"url": "buecher.example/" + "x" * 480}, "url"),
        ({"market": "XX"}, "market"),
        ({"language": "pl"}, "language"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "EUR\n"}, "currency"),
        ({"currency": ""}, "currency"),
    ],
)
def test_incomplete_or_impossible_data_are_refused_with_the_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        shops.checked(replace(ANNAS_SHOP, **change))
    assert refusal.value.field == field


def test_a_channel_id_is_chl_and_a_uuid_in_lower_case() -> None:
    channel = "chl-0192f3a0-1111-4222-8333-444455556666"
    new = NewShop("Anna", "https://anna.example", "DE", "de", "EUR", channel=f" {channel.upper()}")
    assert shops.checked(new).channel == channel
    for broken in ("chl-1", "wdg-0192f3a0-1111-4222-8333-444455556666"):
        with pytest.raises(ShopInvalid) as refusal:
            shops.checked(replace(new, channel=broken))
        assert refusal.value.field == "channel"


def test_a_postal_address_has_lines_and_an_end() -> None:
    assert shops.checked_address(" Kai 7\r\n20359 Hamburg ") == "Kai 7\n20359 Hamburg"
    with pytest.raises(TextInvalid):
        shops.checked_address("a" * 301)
