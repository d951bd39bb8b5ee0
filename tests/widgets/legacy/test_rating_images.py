"""The rating image is a small GIF that says count and period in every state and language."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from PIL import Image

from domain import languages
from domain.grades import Grade
from tests.widgets import examples
from tests.widgets.examples import SHOP, figures_of
from widgets import texts
from widgets.legacy import rating_images
from widgets.views import ShopView

STAR_GREEN = (15, 118, 110)
ROW_OF_STARS = (71, 14, 151, 34)
FIVE = figures_of(5, 5).grade
EXTREME = replace(FIVE, count=12_345_678, rating=Decimal("4.99"))


def opened(image: bytes) -> Image.Image:
    return Image.open(BytesIO(image))


def drawn(grade: Grade, *, shop: ShopView = SHOP, language: str = "de") -> Image.Image:
    return opened(rating_images.draw(shop, grade, language=language))


def green(image: Image.Image) -> int:
    """How many pixels of the row of stars are filled."""
    pixels = image.convert("RGB").crop(ROW_OF_STARS).get_flattened_data()
    return sum(
        all(abs(found - wanted) < 24 for found, wanted in zip(pixel, STAR_GREEN, strict=True))
        for pixel in pixels
        if isinstance(pixel, tuple)
    )


def test_the_image_is_a_gif_with_a_palette_in_the_size_of_the_contract() -> None:
    image = drawn(FIVE)
    assert (image.format, image.mode, image.size) == ("GIF", "P", (160, 100))


def test_the_same_grade_always_gives_the_same_bytes() -> None:
    first, second = (rating_images.draw(SHOP, FIVE, language="de") for _ in range(2))
    assert first == second


def test_stars_are_filled_as_far_as_the_rating_goes() -> None:
    filled = [green(drawn(figures_of(*marks).grade)) for marks in ((1,), (2, 3), (4, 5), (5,))]
    assert filled == sorted(set(filled))
    assert filled[0] * 4 < filled[-1] < filled[0] * 6


@pytest.mark.parametrize("grade", [figures_of().grade, figures_of(5, min_reviews=3).grade])
def test_without_a_rating_there_is_no_star(grade: Grade) -> None:
    assert green(drawn(grade)) == 0


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_whole_sentence_is_in_the_comment(language: str) -> None:
    words = texts.of(language)
    for grade in (FIVE, figures_of().grade, figures_of(5, min_reviews=3).grade):
        comment = drawn(grade, language=language).info["comment"].decode()
        assert words.summary(grade) in comment


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("operator_is_shop", [False, True])
@pytest.mark.parametrize(
    "grade", [EXTREME, figures_of().grade, figures_of(5, min_reviews=3).grade, figures_of(1).grade]
)
def test_nothing_runs_into_the_margin(language: str, operator_is_shop: bool, grade: Grade) -> None:
    shop = replace(SHOP, operator_is_shop=operator_is_shop)
    image = drawn(grade, shop=shop, language=language)
    for box in ((1, 12, 10, 88), (151, 12, 159, 88), (12, 1, 148, 7), (12, 92, 148, 99)):
        assert darkest(image, box) > 235, (language, box)


def darkest(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """The darkest grey in a part of the image, 0 to 255."""
    histogram = image.convert("L").crop(box).histogram()
    return next(grey for grey, pixels in enumerate(histogram) if pixels)


def test_a_shop_that_runs_the_installation_says_so() -> None:
    last_row = (12, 82, 148, 90)
    assert darkest(drawn(FIVE), last_row) > 235
    assert darkest(drawn(FIVE, shop=replace(SHOP, operator_is_shop=True)), last_row) < 150


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_letter_of_the_catalogue_can_be_drawn(language: str) -> None:
    assert rating_images.font(48, bold=True).getmask("\uffff").getbbox() is None
    words = texts.of(language)
    told = [words.messages[key] for key in ("reviews", "lastMonths", "tooFew", "noRating")]
    told += [words.messages["operatedBySeller"], words.stars(Decimal("4.50")), words.number(10**6)]
    told += [text for key, text in words.messages.items() if key.startswith("label.")]
    lines = [text for each in told for text in ([each] if isinstance(each, str) else each.values())]
    for letter in {letter for line in lines for letter in line if not letter.isspace()}:
        for bold in (False, True):
            assert rating_images.font(48, bold=bold).getmask(letter).getbbox(), letter


@settings(max_examples=25)
@given(examples.shops)
def test_any_shop_can_be_drawn(shop: ShopView) -> None:
    for grade in (FIVE, figures_of().grade):
        assert drawn(grade, shop=shop, language=shop.language).size == (160, 100)
