"""One number: widget, markup and statement of every seeded shop and product say the same."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import seed, snapshots
from services.installation import Installation
from store.products import Product
from store.shops import Shop

Subject = tuple[str, str | None]


@pytest.fixture
def seeded(installation: Installation) -> Installation:
    with installation.database.write() as work:
        seed.sow(work, now=datetime.now(UTC))
    return installation


def subjects(installation: Installation) -> Iterator[Subject]:
    """Keys of all shops, and with them the SKUs of all products."""
    with installation.database.read() as session:
        keys = {shop.id: shop.shop_key for shop in session.exec(select(Shop))}
        products = [(keys[each.shop_id], each.sku) for each in session.exec(select(Product))]
    yield from ((key, None) for key in keys.values())
    yield from products


def asked(
    installation: Installation, kind: Kind, subject: Subject, media: Media = Media.JSON
) -> Mapping[str, Any]:
    key, sku = subject
    body = snapshots.answer(installation, Question(kind, key, media, sku=sku)).body
    found: Mapping[str, Any] = json.loads(body)
    return found


def test_the_markup_of_a_product_has_the_grade_of_its_widget(seeded: Installation) -> None:
    compared = 0
    for subject in subjects(seeded):
        if subject[1] is None:
            continue
        grade = asked(seeded, Kind.PRODUCT_REVIEWS, subject)["grade"]
        markup = asked(seeded, Kind.PRODUCT_SNIPPET, subject, Media.JSONLD)
        aggregate = markup.get("aggregateRating")
        if grade["state"] != "RATED":
            assert aggregate is None
            continue
        assert aggregate is not None
        compared += 1
        assert Decimal(str(aggregate["ratingValue"])) == Decimal(str(grade["rating"]))
        assert aggregate["ratingCount"] == aggregate["reviewCount"] == grade["count"]
        assert (aggregate["bestRating"], aggregate["worstRating"]) == (5, 1)
    assert compared >= 5


def test_no_shop_of_the_seed_gets_stars_on_its_own_page(seeded: Installation) -> None:
    for subject in subjects(seeded):
        if subject[1] is None:
            markup = asked(seeded, Kind.SNIPPET, subject, Media.JSONLD)
            assert "aggregateRating" not in markup
            assert markup["name"]
