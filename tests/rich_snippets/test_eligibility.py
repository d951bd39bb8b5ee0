"""What is missing for stars, in numbers and in one line (FP2, rich-snippets.md 2.2)."""

from decimal import Decimal

from rich_snippets.eligibility import CountryCounts, Lack, ProductCounts, of_products, of_shop


def test_a_shop_reads_how_many_reviews_it_has_in_a_country() -> None:
    verdict = of_shop(CountryCounts("FR", 73, Decimal("4.61")))
    assert verdict.text == "73 of 100 reviews in FR, mean 4.61; missing: 27 more reviews"
    assert verdict.missing == {Lack.REVIEWS: 27}
    assert not verdict.is_reached


def test_enough_good_reviews_in_one_country_lack_nothing() -> None:
    verdict = of_shop(CountryCounts("FR", 100, Decimal("3.50")))
    assert (verdict.text, verdict.is_reached) == ("100 of 100 reviews in FR, mean 3.50", True)


def test_a_low_mean_and_a_market_without_a_country_are_told() -> None:
    verdict = of_shop(CountryCounts("", 100, Decimal("3.49")))
    assert verdict.missing == {Lack.RATING: Decimal("0.01"), Lack.COUNTRY: 1}
    assert verdict.text.endswith("missing: a mean of 3.5, a market of one country")


def test_a_shop_without_reviews_lacks_reviews_and_mean() -> None:
    verdict = of_shop(CountryCounts("DE", 0, None))
    assert verdict.missing == {Lack.REVIEWS: 100, Lack.RATING: Decimal("3.5")}


def test_fp2_products_need_fifty_reviews_in_all_and_three_each() -> None:
    assert of_products(ProductCounts(50, 10, 10, 10, 10)).is_reached
    verdict = of_products(ProductCounts(49, 10, 9, 8, 7))
    assert verdict.text == (
        "49 of 50 reviews of 10 products; missing: 1 more reviews, 3 reviews for 1 products, "
        "the address of 2 products, brand with GTIN or MPN of 3 products"
    )
