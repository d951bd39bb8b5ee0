"""Feeds, manifests and ratings under the paths that pages and shop systems ask for."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from domain.actors import OPERATOR
from domain.widgets import ApplicationType, NewWidget
from services import widgets
from tests.api.legacy import edges
from tests.api.legacy.edges import SKU, SKU_HEX, Site
from tests.services.steps import NOON

SHOP_GRADES = "/feeds/grades/v1/channels/{C}/touchpoints/all/feed.json"
PRODUCT_FEEDS = (
    "/feeds/grades/v1/channels/{C}/products/sku/{S}/feed.json",
    "/feeds/products/v1/channels/{C}/sku/{S}/feed.json",
    "/feeds/product-reviews/v1/channels/{C}/sku/{S}/default/all/feed.json",
)
UNKNOWN = "chl-00000000-0000-7000-8000-000000000000"


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    with edges.opened(sqlite_url, tmp_path / "home") as site:
        yield site


def test_a_shopgate_extension_may_keep_every_feed_for_a_quarter_of_an_hour(site: Site) -> None:
    for path in (SHOP_GRADES, *PRODUCT_FEEDS):
        reply = site.ask(path.replace("{S}", SKU_HEX))
        assert reply.status == 200
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["cache-control"].startswith("public, max-age=900")
        assert reply.json()
    assert site.ask(SHOP_GRADES).json()["grades"]["365days"]["count"] == 2
    product = site.ask(PRODUCT_FEEDS[1].replace("{S}", SKU_HEX.upper())).json()
    assert product["sku"] == SKU


@pytest.mark.parametrize("path", PRODUCT_FEEDS)
def test_what_is_not_known_is_an_empty_object(site: Site, path: str) -> None:
    for target in (
        path.replace("{S}", "ff00"),
        path.replace("{C}", UNKNOWN).replace("{S}", SKU_HEX),
    ):
        reply = site.ask(target)
        assert (reply.status, reply.body) == (200, b"{}")


def test_a_manifest_answers_for_its_widget_and_no_other(site: Site) -> None:
    reviewed = site.reviewed
    with reviewed.installation.database.write() as work:
        new = NewWidget(ApplicationType.PRODUCT_STAR)
        added = widgets.add(work, reviewed.shop_key, new, actor=OPERATOR, now=NOON)
    reply = site.ask(f"/manifests/v1/{added}.json")
    assert (reply.status, reply.json()["id"]) == (200, added)
    assert reply.json()["reference"]["id"] == site.named("{C}")
    unknown = site.ask(f"/manifests/v1/wdg-{UNKNOWN.removeprefix('chl-')}.json")
    assert (unknown.status, unknown.body) == (404, b"{}")


def test_both_paths_of_the_ratings_answer_alike(site: Site) -> None:
    first, second = (
        site.ask("/api/ratings/v1/{K}.xml"),
        site.ask("/bewertung/show_xml.php?tsid={K}"),
    )
    assert first.body == second.body
    assert first.headers["content-type"] == "application/xml"
    shop = etree.fromstring(first.body)
    assert [result.text for result in shop.iterfind("ratings/result")] == ["5.00", "4.50"]


def test_both_paths_of_the_image_answer_alike(site: Site) -> None:
    first, second = (
        site.ask(path) for path in ("/reviews/widgets/{K}.gif", "/bewertung/widget/widgets/{K}.gif")
    )
    assert first.body == second.body
    assert first.headers["content-type"] == "image/gif"
    assert Image.open(BytesIO(first.body)).size == (160, 100)
