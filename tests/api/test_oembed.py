"""Pieces of HTML and oEmbed over HTTP, as servers and other consumers ask for them."""

import re
from html import unescape

import pytest
from lxml import etree

from api.main import create_app
from domain.criteria import Criterion
from services import shops
from services.shops import ShopChanges
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Running
from tests.services import steps
from tests.services.steps import ANNA, NOON

HOSTILE = "<script>alert(1)</script> & “Töne”"


@pytest.mark.parametrize("name", ["badge", "reviews", "sticker", "stars"])
def test_a_piece_of_a_page_is_served_like_any_answer(reviewed: Reviewed, name: str) -> None:
    url = reviewed.url(f"{name}.html") + ("?hex=41" if name == "stars" else "")
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(url)
        assert (found.status, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert found.headers["access-control-allow-origin"] == "*"
        assert found.headers["content-security-policy"] == "default-src 'none'"
        assert site.ask(url, if_none_match=found.headers["etag"]).status == 304
    assert f'href="{reviewed.settings.base_url}/profile/{reviewed.shop_key}"' in found.body.decode()


def test_a_piece_speaks_the_language_that_is_asked_for(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(reviewed.url("badge.html?lang=fr-CA"))
        assert b'lang="fr"' in found.body
        assert b"/fr/reviews/how" in found.body
        assert b'lang="en"' in site.ask(reviewed.url("badge.html?lang=xx")).body


def test_a_products_piece_shows_its_reviews_and_an_unknown_product_is_not_found(
    reviewed: Reviewed,
) -> None:
    database = reviewed.installation.database
    steps.review(database, reviewed.shop_key, {Criterion.TOTAL: 4}, sku="S1", comment="Fine")
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(reviewed.url("products/S1/reviews.html"))
        assert b"Fine" in found.body
        assert b"4.00 of 5, 1 review, last 12 months" in found.body
        assert b"Product S1" in site.ask(reviewed.url("stars.html?hex=5331")).body
        assert site.ask(reviewed.url("products/S2/reviews.html")).status == 404


def oembed(reviewed: Reviewed, path: str, more: str = "") -> str:
    return f"/oembed?url={reviewed.settings.base_url}{path}{more}"


def test_the_address_of_a_profile_becomes_a_badge(reviewed: Reviewed) -> None:
    with reviewed.installation.database.write() as work:
        changes = ShopChanges(name=HOSTILE)
        shops.update(work, reviewed.shop_key, changes, actor=ANNA, now=NOON)
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(oembed(reviewed, f"/profile/{reviewed.shop_key}"))
        piece = site.ask(reviewed.url("badge.html"))
    assert found.headers["content-type"] == "application/json"
    told = found.json()
    assert (told["type"], told["version"]) == ("rich", "1.0")
    assert (told["title"], told["html"]) == (f"Reviews of {HOSTILE}", piece.body.decode())
    assert (told["width"], told["height"], told["cache_age"]) == (320, 120, 900)
    assert told["provider_url"] == reviewed.settings.base_url


def test_oembed_comes_as_xml_too(reviewed: Reviewed) -> None:
    path = f"/v1/shops/{reviewed.shop_key}/sticker.html"
    with Running(create_app(reviewed.settings)) as site:
        found = site.ask(oembed(reviewed, path, "&format=xml&maxwidth=200"))
        as_json = site.ask(oembed(reviewed, path, "&maxwidth=200")).json()
    assert found.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(found.body)
    assert root.tag == "oembed"
    assert {each.tag: each.text for each in root} == {k: str(v) for k, v in as_json.items()}
    assert as_json["width"] == 200


def test_what_cannot_be_embedded_is_refused_plainly(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        assert site.ask(oembed(reviewed, f"/profile/{OTHER_KEY}")).status == 404
        assert site.ask("/oembed?url=https://evil.example/x").status == 404
        assert site.ask("/oembed").status == 400
        assert site.ask(oembed(reviewed, "/", "&format=yaml")).status == 400
        assert site.ask("/oembed", method="POST").status == 405


def test_a_profile_tells_consumers_where_its_piece_is(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        page = site.ask(f"/profile/{reviewed.shop_key}/moved").headers["location"]
        body = site.ask(page).body.decode()
        for media_type in ("application/json+oembed", "text/xml+oembed"):
            told = re.search(rf'type="{re.escape(media_type)}"[^>]* href="([^"]+)"', body)
            assert told is not None
            address = unescape(told[1]).removeprefix(reviewed.settings.base_url)
            assert site.ask(address).status == 200
