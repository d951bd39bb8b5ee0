"""SKUs, pages and days of legacy addresses: read as well as they can be, and never an error."""

from datetime import date

import pytest

from domain.errors import ProductNotFound
from domain.skus import to_hex
from tests.schemas.legacy.asked import CDN, KEY, PUBLIC, REVIEWS, ask


@pytest.mark.parametrize(
    ("digits", "skus"),
    [
        ("534b552d34373131", ("SKU-4711",)),
        ("534B552D34373131", ("SKU-4711",)),
        (to_hex("Größe"), ("Größe",)),
        ("4772f6df65", ("Größe",)),
        (to_hex("a%20b"), ("a%20b", "a b")),
        (to_hex("a+b"), ("a+b", "a b")),
        (to_hex("Gr%C3%B6%DFe"), ("Gr%C3%B6%DFe", "GrÃ¶ße")),
        (to_hex("%20x%20"), ("%20x%20", "x")),
        (to_hex("x "), ("x ", "x")),
        (to_hex("%00x"), ("%00x",)),
    ],
)
def test_a_sku_is_what_its_digits_stand_for(digits: str, skus: tuple[str, ...]) -> None:
    question = ask(f"{CDN}/products/skus/{digits}/productreviewstickers/v1/reviews.json")
    assert question.skus == skus
    assert digits.lower() in question.path


@pytest.mark.parametrize(
    "digits", ["", "0", "abc", "zz", "00", "5 3", "%35", "e4" * 256, "41" * 9_999]
)
def test_digits_that_are_no_sku_are_no_product(digits: str) -> None:
    with pytest.raises(ProductNotFound):
        ask(f"{CDN}/products/skus/{digits}/productreviewstickers/v1/reviews.json")


@pytest.mark.parametrize(
    ("query", "page", "size"),
    [
        ("", 0, 20),
        ("page=3&size=500", 3, 500),
        ("page=-1&size=0", 0, 20),
        ("page=&size=", 0, 20),
        ("page=x&size=ten", 0, 20),
        ("page=1.5&size=1e2", 0, 20),
        ("page=%201%20&size=007", 1, 7),
        ("size=501", 0, 500),
        ("size=-5", 0, 20),
        ("page=1&page=2&size=5&size=6", 1, 5),
        (f"page={'9' * 5_000}&size={'9' * 5_000}", 999_999_999, 500),
        ("page=%D9%A3&size=%C2%B2", 0, 20),
        ("Page=3&SIZE=5&callback=x&utm_source=mail", 0, 20),
    ],
)
def test_a_page_that_cannot_be_read_is_the_first_one(query: str, page: int, size: int) -> None:
    question = ask(REVIEWS, query)
    assert (question.page, question.size) == (page, size)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("", None, None),
        ("startDate=2020-01-31", date(2020, 1, 31), None),
        ("startDate=2020-01-31&endDate=2020-01-31", date(2020, 1, 31), date(2020, 1, 31)),
        ("startDate=2020-02-01&endDate=2020-01-31", None, None),
        ("startDate=2020-02-30&endDate=2020-03-01", None, date(2020, 3, 1)),
        ("startDate=01.02.2020&endDate=20200201", None, None),
        ("startDate=2020-W01-1", None, None),
        ("startDate=0001-01-01&endDate=9999-12-31", date(1970, 1, 1), date(2999, 12, 31)),
        ("startDate=0000-00-00", None, None),
    ],
)
def test_days_that_cannot_be_read_or_are_reversed_leave_the_default(
    query: str, start: date | None, end: date | None
) -> None:
    for path in (REVIEWS, f"{PUBLIC}/{KEY}/quality"):
        question = ask(path, query)
        assert (question.start, question.end) == (start, end)
