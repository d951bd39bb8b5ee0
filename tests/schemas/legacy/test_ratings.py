"""The oldest XML is read by counting elements, so their order is the contract (7.1)."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from lxml import etree

from schemas.legacy import ratings
from schemas.legacy.ratings import Opinion, Ratings
from tests.widgets.examples import words

OPINION = Opinion(date(2016, 3, 8), "Schnell & gut", 5, "EXCELLENT", "Danke!")
RATINGS = Ratings("Demo", 222, "5.00", "4.75", [OPINION])


def test_the_document_is_the_one_of_the_contract() -> None:
    assert ratings.to_xml(RATINGS).decode() == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<shop><name>Demo</name><ratings amount="222"><result name="max">5.00</result>'
        '<result name="average">4.75</result><opinions><opinion><date>2016-03-08</date>'
        "<comment>Schnell &amp; gut</comment><rating>5</rating><rating>EXCELLENT</rating>"
        "<reaction><reply>Danke!</reply></reaction></opinion></opinions></ratings></shop>"
    )


def test_jtl_finds_the_average_by_name_and_oxid_as_the_second_result() -> None:
    shop = etree.fromstring(ratings.to_xml(RATINGS))
    assert shop.findtext('ratings/result[@name="average"]') == "4.75"
    assert shop.findall("ratings/result")[1].text == "4.75"


def test_without_a_reply_there_is_no_reaction() -> None:
    silent = replace(RATINGS, opinions=[replace(OPINION, reply=None)])
    assert b"reaction" not in ratings.to_xml(silent)


@given(words, words, words)
def test_hostile_words_stay_words(name: str, comment: str, reply: str) -> None:
    opinion = replace(OPINION, comment=comment, reply=reply)
    shop = etree.fromstring(ratings.to_xml(replace(RATINGS, name=name, opinions=[opinion])))
    assert [element.tag for element in shop.iter()] == [
        *("shop", "name", "ratings", "result", "result", "opinions", "opinion"),
        *("date", "comment", "rating", "rating", "reaction", "reply"),
    ]
