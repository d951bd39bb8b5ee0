"""The ratings of the oldest interface have the average second and 20 opinions at most (7.1)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from lxml import etree
from PIL import Image

from domain.actors import OPERATOR
from schemas.legacy.questions import LegacyKind
from schemas.snapshots import Media
from services import replies
from services.installation import Installation
from services.legacy import answers
from store.database import Database
from tests.services import steps
from tests.services.legacy.feed_questions import question
from tests.services.steps import NOON, marks


def ratings(installation: Installation, shop_key: str) -> Any:
    asked = question(LegacyKind.RATINGS, shop_key, media=Media.XML)
    return etree.fromstring(answers.answer(installation, asked).body)


def replied(database: Database, shop_key: str, review_id: str) -> None:
    with database.write() as work:
        replies.write(work, shop_key, review_id, "Gern & danke.", actor=OPERATOR, now=NOON)


def test_count_and_average_are_those_of_the_published_grade(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=1), at=NOON - timedelta(days=500))
    steps.review(database, shop_key, marks(service=5, goods=4), comment="Schnell & gut")
    steps.review(database, shop_key, marks(service=5), incentivised=True)
    shop = ratings(installation, shop_key)
    grade = steps.grade(database, shop_key)
    assert shop.findtext("name") == "Anna's shop"
    assert shop.find("ratings").get("amount") == str(grade.count) == "1"
    results = shop.findall("ratings/result")
    assert [result.get("name") for result in results] == ["max", "average"]
    assert [result.text for result in results] == ["5.00", "4.50"]
    (opinion,) = shop.findall("ratings/opinions/opinion")
    assert [child.tag for child in opinion] == ["date", "comment", "rating", "rating"]
    assert [child.text for child in opinion] == ["2026-11-20", "Schnell & gut", "5", "EXCELLENT"]


def test_an_opinion_carries_the_shops_reply(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    replied(database, shop_key, written.review_id)
    (opinion,) = ratings(installation, shop_key).findall("ratings/opinions/opinion")
    assert opinion.findtext("reaction/reply") == "Gern & danke."


def test_the_twenty_newest_opinions_come_first(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    for number in range(22):
        at = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=number)
        steps.review(database, shop_key, marks(service=4), at=at)
    shop = ratings(installation, shop_key)
    days = [each.text for each in shop.iterfind("ratings/opinions/opinion/date")]
    assert (len(days), days[0], days[-1]) == (20, "2026-10-22", "2026-10-03")
    assert days == sorted(days, reverse=True)
    assert shop.find("ratings").get("amount") == "22"


def test_a_shop_without_reviews_has_an_empty_list(installation: Installation) -> None:
    shop = ratings(installation, steps.open_shop(installation.database))
    assert shop.find("ratings").get("amount") == "0"
    assert [result.text for result in shop.iterfind("ratings/result")] == ["5.00", "0.00"]
    assert list(shop.find("ratings/opinions")) == []


def test_the_image_is_drawn_from_the_same_grade(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    asked = question(LegacyKind.RATING_IMAGE, shop_key, media=Media.GIF)
    before = answers.answer(installation, asked).body
    steps.review(database, shop_key, marks(service=3))
    image = Image.open(BytesIO(answers.answer(installation, asked).body))
    assert image.info["comment"] == b"Anna's shop: 3.00 of 5, 1 review, last 12 months"
    assert Image.open(BytesIO(before)).info["comment"] == b"Anna's shop: No rating yet"
