"""Markup from the database: the same values as the widgets show, only where rules allow it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.criteria import Criterion
from domain.errors import ParameterInvalid, ProductNotFound
from schemas.questions import Markup, Question
from schemas.snapshots import Kind, Media
from schemas.syntaxes import Syntax
from services import snapshots
from services.installation import Installation
from tests.services import steps
from tests.services.steps import NOON, marks

SKU = "LAMP-1"


def asked(
    installation: Installation,
    key: str,
    media: Media = Media.JSONLD,
    *,
    sku: str | None = SKU,
    markup: Markup = Markup(),  # noqa: B008 - it is frozen
) -> bytes:
    kind = Kind.SNIPPET if sku is None else Kind.PRODUCT_SNIPPET
    question = Question(kind, key, media, sku=sku, markup=markup)
    return snapshots.answer(installation, question).body


def graph(installation: Installation, key: str, **how: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(asked(installation, key, **how))
    return found


def payload(installation: Installation, key: str) -> Mapping[str, Any]:
    question = Question(Kind.PRODUCT_REVIEWS, key, Media.JSON, sku=SKU)
    found: Mapping[str, Any] = json.loads(snapshots.answer(installation, question).body)
    return found


@pytest.fixture
def key(installation: Installation) -> str:
    """A shop with a lamp that three buyers reviewed, one of them for a reward."""
    key = steps.open_shop(installation.database)
    for number, mark in enumerate((5, 4, 2)):
        at = NOON - timedelta(days=number)
        given = {Criterion.TOTAL: mark}
        steps.review(installation.database, key, given, at=at, sku=SKU, incentivised=number == 2)
    return key


def test_a_product_is_marked_up_with_the_numbers_that_its_widget_shows(
    installation: Installation, key: str
) -> None:
    found, shown = graph(installation, key), payload(installation, key)["grade"]
    aggregate = found["aggregateRating"]
    assert Decimal(str(aggregate["ratingValue"])) == Decimal(str(shown["rating"]))
    assert aggregate["ratingCount"] == aggregate["reviewCount"] == shown["count"] == 2
    assert (found["@type"], found["name"], found["sku"]) == ("Product", f"Product {SKU}", SKU)


def test_rewarded_reviews_are_not_marked_up_and_the_page_says_how_many_are(
    installation: Installation, key: str
) -> None:
    told = json.loads(asked(installation, key, Media.JSON))
    assert told["answer"] == "full"
    assert "ratingCount" in told["html"]
    assert told["syntax"] == "jsonld"
    none = graph(installation, key, markup=Markup(reviews=0))
    assert "review" not in none


@pytest.mark.parametrize("syntax", Syntax)
def test_each_syntax_is_a_fragment_for_a_page(
    installation: Installation, key: str, syntax: Syntax
) -> None:
    html = asked(installation, key, Media.HTML, markup=Markup(syntax=syntax)).decode()
    assert html.startswith("<")
    assert "4.5" in html


def test_a_shop_may_not_praise_itself_on_its_own_page(installation: Installation, key: str) -> None:
    steps.review(installation.database, key, marks(service=5))
    told = json.loads(asked(installation, key, Media.JSON, sku=None))
    assert {reason["code"] for reason in told["reasons"]} == {"SELF_SERVING"}
    found = graph(installation, key, sku=None)
    assert "aggregateRating" not in found
    assert found["sameAs"] == [f"{installation.settings.base_url}/profile/{key}"]


def test_what_the_page_has_already_is_not_said_twice(installation: Installation, key: str) -> None:
    have = Markup(have=("microdata:Product",))
    assert json.loads(asked(installation, key, Media.JSON, markup=have))["answer"] == "none"
    assert asked(installation, key, Media.HTML, markup=have) == b""
    merge = Markup(have=("jsonld:Product#lamp",))
    assert graph(installation, key, markup=merge)["@id"] == "#lamp"


def test_a_have_that_says_nothing_is_refused(installation: Installation, key: str) -> None:
    with pytest.raises(ParameterInvalid):
        asked(installation, key, markup=Markup(have=("nonsense",)))


def test_an_unknown_product_has_no_markup(installation: Installation, key: str) -> None:
    with pytest.raises(ProductNotFound):
        asked(installation, key, sku="NO-SUCH")


def test_json_and_xml_say_the_same(installation: Installation, key: str) -> None:
    told = json.loads(asked(installation, key, Media.JSON))
    xml = asked(installation, key, Media.XML).decode()
    assert f"<answer>{told['answer']}</answer>" in xml
    assert xml.count("<reason>") == len(told["reasons"])
