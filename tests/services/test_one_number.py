"""One number: widget, markup, profile and statement of every seeded shop and product say the same.

CI7 of rich-snippets.md. Each compares all that it can.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from lxml import html

from schemas.profiles import PageKind, PageQuestion, parse
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import profiles, snapshots
from services.installation import Installation
from services.profiles import Moved, Profile
from tests.services.conftest import Sown
from tests.services.seeded import Subject, subjects

Document = Mapping[str, Any]
Numbers = tuple[Decimal, ...] | None
"""Value, count, best and worst; None where no value is told."""


@pytest.fixture
def seeded(sown: Sown) -> Installation:
    return sown()


def asked(
    installation: Installation, kind: Kind, subject: Subject, media: Media = Media.JSON
) -> Document:
    key, sku = subject
    body = snapshots.answer(installation, Question(kind, key, media, sku=sku)).body
    found: Document = json.loads(body)
    return found


def shown(grade: Document) -> Numbers:
    """What a widget shows."""
    if grade["state"] != "RATED":
        return None
    return exact(grade["rating"], grade["count"], 5, 1)


def stated(statement: Document) -> Numbers:
    """What is signed."""
    rating = statement.get("rating")
    if rating is None:
        return None
    assert rating["count"] == statement["count"]
    return exact(*(rating[name] for name in ("value", "count", "scale_max", "scale_min")))


def marked_up(markup: Document) -> Numbers:
    """What search engines read."""
    aggregate = markup.get("aggregateRating")
    if aggregate is None:
        return None
    assert aggregate["reviewCount"] == aggregate["ratingCount"]
    names = ("ratingValue", "ratingCount", "bestRating", "worstRating")
    return exact(*(aggregate[name] for name in names))


def exact(*values: float) -> Numbers:
    return tuple(Decimal(str(value)) for value in values)


def profile_of(installation: Installation, key: str) -> Document:
    """The markup of the shop's public profile."""
    moved = profiles.read(installation, PageQuestion(PageKind.PROFILE, key))
    assert isinstance(moved, Moved)
    found = profiles.read(installation, parse(moved.url, ()))
    assert isinstance(found, Profile)
    script = html.fragment_fromstring(found.markup).text
    assert script is not None
    markup: Document = json.loads(script)
    return markup


def test_ci7_a_product_has_one_number_in_widget_markup_and_statement(seeded: Installation) -> None:
    compared = 0
    for subject in subjects(seeded):
        if subject[1] is None:
            continue
        numbers = shown(asked(seeded, Kind.PRODUCT_REVIEWS, subject)["grade"])
        assert marked_up(asked(seeded, Kind.PRODUCT_SNIPPET, subject, Media.JSONLD)) == numbers
        assert stated(asked(seeded, Kind.PRODUCT_STATEMENT, subject)["statement"]) == numbers
        compared += numbers is not None
    assert compared >= 5


def test_ci7_a_shop_has_one_number_in_widget_profile_and_statement(seeded: Installation) -> None:
    compared = 0
    for subject in subjects(seeded):
        if subject[1] is not None:
            continue
        numbers = shown(asked(seeded, Kind.GRADE, subject)["grade"])
        assert marked_up(profile_of(seeded, subject[0])) == numbers
        assert stated(asked(seeded, Kind.STATEMENT, subject)["statement"]) == numbers
        own_page = asked(seeded, Kind.SNIPPET, subject, Media.JSONLD)
        assert own_page["name"]
        assert marked_up(own_page) is None
        compared += numbers is not None
    assert compared >= 3
