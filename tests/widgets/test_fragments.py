"""Pieces of HTML say the whole grade, are escaped whatever the words, and run nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree, html

from domain import languages
from domain.grades import Grade
from domain.reviews import NotCounted
from tests.widgets import examples
from tests.widgets.examples import PRODUCT, REVIEW, SHOP, figures_of
from widgets import fragments, texts
from widgets.fragments import Frame, Links
from widgets.views import ProductView, ReviewPage, ShopView

LINKS = Links("https://trust.example/profile/X", "https://trust.example/en/reviews/how")
SUMMARY = "4.50 of 5, 2 reviews, last 12 months"
Draw = Callable[[Frame, Grade], bytes]
PIECES: dict[str, Draw] = {
    "badge": fragments.badge,
    "sticker": lambda frame, grade: fragments.sticker(frame, grade, [REVIEW], limit=3),
    "reviews": lambda frame, grade: fragments.reviews(frame, grade, [REVIEW]),
    "product": lambda frame, grade: fragments.reviews(frame, grade, [REVIEW], PRODUCT),
    "stars": lambda frame, grade: fragments.stars(frame, [(PRODUCT, grade)]),
}


def frame_of(shop: ShopView = SHOP, language: str = "en") -> Frame:
    return Frame(shop, texts.of(language), LINKS)


def parsed(piece: bytes) -> html.HtmlElement:
    """The piece, which has to be well-formed and stand alone."""
    (element,) = html.fragments_fromstring(piece.decode())
    etree.fromstring(piece)
    assert isinstance(element, html.HtmlElement)
    return element


def classes(piece: html.HtmlElement) -> Iterator[str]:
    for names in piece.xpath("//@class"):
        yield from str(names).split()


@pytest.mark.parametrize("name", PIECES)
def test_never_10_every_grade_has_count_and_period_and_leads_to_how_it_is_checked(
    name: str,
) -> None:
    piece = parsed(PIECES[name](frame_of(), figures_of(5, 4).grade))
    assert SUMMARY in piece.text_content()
    (label,) = {str(each) for each in piece.xpath("//svg/@aria-label")} - {"4.67 of 5"}
    assert label == SUMMARY
    assert {LINKS.profile, LINKS.how} <= set(piece.xpath("//a/@href"))


@pytest.mark.parametrize("name", PIECES)
def test_agg_14_without_a_rating_there_are_no_stars_of_a_grade(name: str) -> None:
    piece = parsed(PIECES[name](frame_of(), figures_of().grade))
    assert "No rating yet (0 reviews, last 12 months)" in piece.text_content()
    assert set(piece.xpath("//svg/@aria-label")) <= {"4.67 of 5"}


def test_agg_7_too_few_reviews_are_counted_and_not_rated() -> None:
    piece = parsed(fragments.badge(frame_of(), figures_of(5, 5, min_reviews=3).grade))
    assert "Too few reviews: 2 reviews, last 12 months" in piece.text_content()
    assert piece.xpath("//svg") == []


@pytest.mark.parametrize("name", PIECES)
def test_us_4_operated_by_the_seller_is_said(name: str) -> None:
    own = replace(SHOP, operator_is_shop=True)
    grade = figures_of(5, 4).grade
    assert b"Operated by the seller" in PIECES[name](frame_of(own), grade)
    assert b"Operated by the seller" not in PIECES[name](frame_of(), grade)


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("name", PIECES)
def test_a_piece_names_the_language_of_its_words(name: str, language: str) -> None:
    piece = parsed(PIECES[name](frame_of(language=language), figures_of(5, 4).grade))
    assert piece.get("lang") == language


def test_a_review_keeps_its_own_language_and_says_what_was_checked() -> None:
    piece = parsed(fragments.reviews(frame_of(), figures_of(5, 4).grade, [REVIEW]))
    (text,) = piece.xpath("//li/p[@class='trust-text']")
    assert (text.get("lang"), text.get("dir")) == ("de", "auto")
    assert piece.xpath("string(//p[@class='trust-proof'])") == (
        "Verified: order reported by the shop"
    )
    assert "Danke zurück!" in piece.xpath("string(//div[@class='trust-reply'])")


def test_a_review_outside_the_grade_says_why() -> None:
    outside = replace(REVIEW, not_counted=NotCounted.INCENTIVISED, author_name="", title="")
    piece = parsed(fragments.reviews(frame_of(), figures_of(5, 4).grade, [outside]))
    assert "Rewarded, not in the grade" in piece.text_content()
    assert "Without name" in piece.text_content()


def test_a_sticker_says_that_it_selects() -> None:
    piece = parsed(fragments.sticker(frame_of(), figures_of(5, 4).grade, [REVIEW], limit=3))
    assert piece.xpath("string(//p[@class='trust-selection'])") == (
        "Selection: the latest reviews that count and have a text, at most 3. "
        "In all: 2 reviews, last 12 months."
    )


def test_no_reviews_and_no_products_are_said() -> None:
    grade = figures_of().grade
    assert b"Nobody has written a review yet." in fragments.reviews(frame_of(), grade, [])
    assert b"No rating yet" in fragments.stars(frame_of(), [])


@given(examples.shops, examples.pages, examples.products)
def test_hostile_words_stay_words(shop: ShopView, page: ReviewPage, product: ProductView) -> None:
    grade, frame = figures_of(5, 4).grade, frame_of(shop)
    # What is not published is in no list.
    listed = [each for each in page.reviews if each.not_counted is not NotCounted.NOT_PUBLISHED]
    for piece in (
        fragments.badge(frame, grade),
        fragments.sticker(frame, grade, listed, limit=10),
        fragments.reviews(frame, grade, listed, product),
        fragments.stars(frame, [(product, grade)]),
    ):
        element = parsed(piece)
        assert {each.tag for each in element.iter()} <= {
            *("div", "section", "h2", "p", "ul", "li", "a", "span", "bdi", "time", "svg", "path"),
        }
        assert not [name for each in element.iter() for name in each.attrib if name[:2] == "on"]
        assert set(element.xpath("//a/@href")) == {LINKS.profile, LINKS.how}


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_works_under_the_strictest_policy(name: str) -> None:
    piece = PIECES[name](frame_of(), figures_of(5, 4).grade)
    for forbidden in (b"<script", b"<style", b" style=", b"<link", b"<img", b"javascript:"):
        assert forbidden not in piece


def test_every_class_of_the_pieces_is_styled_and_no_other() -> None:
    grade = figures_of(5, 4).grade
    outside = replace(SHOP, operator_is_shop=True)
    used = {
        name for draw in PIECES.values() for name in classes(parsed(draw(frame_of(outside), grade)))
    }
    styled = set(re.findall(r"\.(trust-[a-z]+)", fragments.STYLE.decode()))
    assert styled <= used
    assert used - styled <= {"trust-count"}
