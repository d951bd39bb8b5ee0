"""Product ratings in XML 2.4: all that may be sent, in the contract's order (FP1 to FP15)."""

import tracemalloc
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.errors import FeedTooLarge
from domain.evidence import EvidenceLevel
from rich_snippets import gtins, product_ratings
from rich_snippets.feeds import LeftOut, Limits
from rich_snippets.product_ratings import Collection, ProductReview
from rich_snippets.views import ProductView
from tests.rich_snippets.examples import moments, urls, words
from tests.rich_snippets.feed_examples import (
    NOON,
    PRODUCT,
    PUBLISHER,
    REVIEW,
    archived,
    document,
    names,
    sent,
    text,
)

# The contract's order, as rich-snippets.md 2.1 gives it.
FEED = ["version", "aggregator", "publisher", "reviews"]
ORDER = [
    *("review_id", "reviewer", "is_verified_purchase", "is_incentivized_review"),
    *("review_timestamp", "title", "content", "review_language", "review_country"),
    *("pros", "cons", "review_url", "reviewer_images", "ratings", "products"),
    *("is_spam", "collection_method", "transaction_id"),
]
PRODUCT_ORDER = ["product_ids", "product_name", "product_url"]
IDS_ORDER = ["gtins", "mpns", "skus", "brands"]

reviews = st.builds(
    ProductReview,
    id=st.uuids().map("rev-{}".format),
    product=st.builds(
        ProductView,
        words,
        words,
        urls | st.just(PRODUCT.url),
        gtin=words | st.just(PRODUCT.gtin),
        mpn=words,
        brand=words,
    ),
    rating=st.integers(-1, 7).map(Decimal) | st.sampled_from([Decimal("NaN"), Decimal("4.5")]),
    submitted_at=moments | moments.map(lambda moment: moment.replace(tzinfo=None)),
    level=st.sampled_from(EvidenceLevel),
    author_name=words,
    title=words,
    comment=words,
    language=st.sampled_from(("", "de", "pt-BR", 'x"')),
    country=st.sampled_from(("", "DE")),
    pros=st.lists(words, max_size=2).map(tuple),
    cons=st.lists(words, max_size=2).map(tuple),
    incentivised=st.booleans(),
    imported_from=st.none() | words,
    collection=st.none() | st.sampled_from(Collection),
    order_reference=st.none() | words,
    url=urls,
    image_urls=st.lists(urls.filter(bool), max_size=2).map(tuple),
)


def in_order(found: list[str], order: list[str]) -> bool:
    """Whether each name is known, stands once, and where the contract wants it."""
    return found == [name for name in order if name in found]


def why(review: ProductReview) -> list[LeftOut]:
    """Why a review is left out of a feed that holds nothing else."""
    report, _ = archived([review])
    return list(report.left_out.elements())


def test_a_complete_review_has_every_element_in_the_order_of_the_contract() -> None:
    feed = document(REVIEW, publisher=replace(PUBLISHER, aggregator="Trust operator"))
    assert names(feed) == FEED
    assert text(feed, "version") == "2.4"
    assert names(sent(image_urls=("https://trust.example/p.jpg",))) == ORDER
    product = sent().find("products/product")
    assert product is not None
    assert names(product) == PRODUCT_ORDER
    assert names(product[0]) == IDS_ORDER


@given(st.lists(reviews, max_size=4))
def test_hostile_words_leave_the_file_well_formed_and_in_order(views: list[ProductReview]) -> None:
    report, (body,) = archived(views)
    feed = etree.fromstring(body)
    found = feed.findall("reviews/review")
    assert len(found) == report.sent == len(views) - report.left_out.total()
    assert in_order(names(feed), FEED)
    for review in found:
        assert in_order(names(review), ORDER)
        assert (text(review, "content") or "").strip()
        assert (text(review, "reviewer/name") or "").strip()
        assert in_order(names(review.find("products/product")), PRODUCT_ORDER)  # type: ignore[arg-type]


def test_a_feed_without_reviews_names_version_and_publisher_only() -> None:
    assert names(document()) == ["version", "publisher"]


def test_fp1_the_feed_is_complete_and_deletes_by_leaving_out() -> None:
    views = [replace(REVIEW, id=f"rev-{number}") for number in range(5)]
    feed = document(*views)
    assert [text(each, "review_id") for each in feed.iter("review")] == [v.id for v in views]
    assert b"deleted_reviews" not in etree.tostring(feed)


def test_fp2_reviews_of_all_products_stand_in_one_feed() -> None:
    other = replace(PRODUCT, sku="SKU-2", name="Kabel")
    feed = document(REVIEW, replace(REVIEW, id="rev-2", product=other))
    assert [text(each, "products/product/product_name") for each in feed.iter("review")] == [
        "Kopfhörer <3",
        "Kabel",
    ]


@pytest.mark.parametrize("stars", range(1, 6))
def test_fp3_every_star_value_is_sent(stars: int) -> None:
    overall = sent(rating=Decimal(stars)).find("ratings/overall")
    assert overall is not None
    assert (overall.text, dict(overall.attrib)) == (str(stars), {"min": "1", "max": "5"})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://other.example/p", LeftOut.PRODUCT_URL_ELSEWHERE),
        ("https://shop.example.evil.example/p", LeftOut.PRODUCT_URL_ELSEWHERE),
        ("https://shop.example@evil.example/p", LeftOut.PRODUCT_URL_ELSEWHERE),
        ("javascript:alert(1)", LeftOut.PRODUCT_URL_MISSING),
        (None, LeftOut.PRODUCT_URL_MISSING),
    ],
)
def test_fp4_a_product_on_another_domain_is_not_sent(url: str | None, reason: LeftOut) -> None:
    assert why(replace(REVIEW, product=replace(PRODUCT, url=url))) == [reason]


def test_fp4_the_shop_with_and_without_www_is_one_domain() -> None:
    assert text(sent(), "products/product/product_url") == (
        "https://www.shop.example/kopfh%C3%B6rer?a=1&b=2"
    )


def test_fp5_parts_are_self_contained_and_keep_to_the_number_of_reviews() -> None:
    views = [replace(REVIEW, id=f"rev-{number}") for number in range(7)]
    report, bodies = archived(views, limits=Limits(part_reviews=3))
    feeds = [etree.fromstring(body) for body in bodies]
    assert [len(feed.findall("reviews/review")) for feed in feeds] == [3, 3, 1]
    assert all(names(feed) == ["version", "publisher", "reviews"] for feed in feeds)
    assert (report.parts, report.sent) == (3, 7)


@given(st.integers(10_000, 40_000), st.integers(0, 30))
def test_fp5_no_part_is_larger_than_its_limit(most: int, count: int) -> None:
    view = replace(REVIEW, comment="Ü&<" * 400)
    _, bodies = archived([view] * count, limits=Limits(part_bytes=most))
    assert all(len(body) <= most for body in bodies)
    assert sum(body.count(b"<review>") for body in bodies) == count


def test_fp5_more_parts_than_a_source_may_have_are_refused() -> None:
    with pytest.raises(FeedTooLarge):
        archived([REVIEW] * 3, limits=Limits(part_reviews=1, parts=2))


def test_fp6_content_has_no_way_to_reach_anyone_and_no_swear_word() -> None:
    comment = (
        "Ruf 0151/2345678 oder +49 (30) 123 45 67 an, ada@mail.example.com, https://x.example/a, "
        "www.y.example oder billig-shop.de/x. Fuck! Seit 20.11.2026 für 49,90 EUR."
    )
    assert text(sent(comment=comment), "content") == (
        "Ruf […] oder […] an, […], […] […] oder […] F***! Seit 20.11.2026 für 49,90 EUR."
    )


def test_fp6_the_authors_full_name_is_short_everywhere() -> None:
    review = sent(comment="Viele Grüße, ADA LOVELACE", title="Von Ada Lovelace")
    assert text(review, "reviewer/name") == "Ada L."
    assert text(review, "content") == "Viele Grüße, Ada L."
    assert text(review, "title") == "Von Ada L."


def test_fp7_spam_is_marked_and_not_hidden() -> None:
    assert text(sent(is_spam=True), "is_spam") == "true"
    assert text(sent(), "is_spam") == "false"


def test_fp8_the_strongest_keys_are_sent_and_a_url_alone_is_enough() -> None:
    ids = sent().find("products/product/product_ids")
    assert ids is not None
    assert [each[0].text for each in ids] == ["4006381333931", "KH-3", "SKU 4711", "Klangwerk"]
    bare = sent(product=ProductView("Kabel", url=PRODUCT.url))
    assert names(bare.find("products/product")) == ["product_name", "product_url"]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", " \u200b ", "ada@mail.example.com", "+49 30 1234567", "!"])
def test_fp9_an_author_without_a_name_to_show_is_anonymous(name: str) -> None:
    found = sent(author_name=name).find("reviewer/name")
    assert found is not None
    assert (found.text, dict(found.attrib)) == ("Anonymous", {"is_anonymous": "true"})


def test_fp10_what_nobody_knows_is_not_told() -> None:
    review = sent(collection=None, order_reference=None, country="", language="", url=None)
    missing = {"collection_method", "transaction_id", "review_country", "review_language"}
    assert missing.isdisjoint(names(review))
    assert text(review, "is_verified_purchase") == "true"
    assert why(replace(REVIEW, level=EvidenceLevel.L1)) == [LeftOut.NOT_VERIFIED]


def test_fp11_an_order_is_told_by_a_keyed_hash_only() -> None:
    found = text(sent(), "transaction_id")
    assert found is not None
    assert len(found) == 32
    assert "A-4711" not in etree.tostring(sent(), encoding="unicode")
    for other in (replace(PUBLISHER, key=b"x" * 32), replace(PUBLISHER, domain="b.example")):
        page = replace(PRODUCT, url=f"https://{other.domain}/p")
        assert (
            text(document(replace(REVIEW, product=page), publisher=other), ".//transaction_id")
            != found
        )
    assert text(sent(id="rev-9"), "transaction_id") == found


def test_fp13_incentivised_reviews_are_sent_only_on_request_and_flagged() -> None:
    view = replace(REVIEW, incentivised=True)
    assert why(view) == [LeftOut.INCENTIVISED]
    feed = document(view, publisher=replace(PUBLISHER, sends_incentivised=True))
    assert text(feed, ".//is_incentivized_review") == "true"
    assert text(sent(), "is_incentivized_review") == "false"


def test_imports_are_never_sent() -> None:
    publisher = replace(PUBLISHER, sends_incentivised=True)
    report, _ = archived([replace(REVIEW, imported_from="Elsewhere")], publisher)
    assert report.left_out == {LeftOut.IMPORTED: 1}


def test_fp14_pros_and_cons_of_customers_are_sent_here() -> None:
    review = sent(pros=("Klang", " "), cons=("Preis", "ada@mail.example.com zu teuer"))
    assert [each.text for each in review.iter("pro")] == ["Klang"]
    assert [each.text for each in review.iter("con")] == ["Preis", "[…] zu teuer"]


@pytest.mark.parametrize("rating", ["0", "6", "NaN", "Infinity", "-1"])
def test_fp15_a_rating_outside_the_scale_is_not_sent(rating: str) -> None:
    assert why(replace(REVIEW, rating=Decimal(rating))) == [LeftOut.RATING_OUT_OF_RANGE]


@given(st.from_regex(r"\d{8,14}", fullmatch=True))
def test_fp15_only_gtins_whose_digit_checks_are_sent(gtin: str) -> None:
    report, (body,) = archived([replace(REVIEW, product=replace(PRODUCT, gtin=gtin))])
    found = etree.fromstring(body).findtext(".//gtin")
    assert found == (gtin if gtins.is_valid(gtin) else None)
    assert report.invalid_gtins == (found is None)


def test_fp15_timestamps_carry_the_zone_of_the_market() -> None:
    assert text(sent(), "review_timestamp") == "2026-11-20T13:00:00+01:00"
    summer = NOON.replace(month=7)
    assert text(sent(submitted_at=summer), "review_timestamp") == "2026-07-20T14:00:00+02:00"
    assert why(replace(REVIEW, submitted_at=NOON.replace(tzinfo=None))) == [
        LeftOut.TIME_WITHOUT_ZONE
    ]


def test_a_title_alone_is_the_content_and_nothing_at_all_is_not_sent() -> None:
    review = sent(comment=" ")
    assert text(review, "content") == "Klingt gut"
    assert "title" not in names(review)
    assert why(replace(REVIEW, title="", comment="https://x.example")) == [LeftOut.TEXT_MISSING]


def test_a_review_without_a_page_of_its_own_is_found_on_the_products() -> None:
    own, group = sent().find("review_url"), sent(url=None).find("review_url")
    assert own is not None
    assert group is not None
    assert (own.get("type"), own.text) == ("singleton", REVIEW.url)
    assert (group.get("type"), group.text) == (
        "group",
        "https://www.shop.example/kopfh%C3%B6rer?a=1&b=2",
    )


def test_pictures_are_named_after_the_page_and_only_where_they_can_be_fetched() -> None:
    urls = ("https://trust.example/pictures/pic-1-1600.jpg", "javascript:alert(1)")
    found = sent(image_urls=urls)
    assert [url.text for url in found.iter("url")] == [urls[0]]
    assert names(found).index("reviewer_images") == names(found).index("review_url") + 1
    assert sent(image_urls=urls[1:]).find("reviewer_images") is None
    assert sent().find("reviewer_images") is None


class Discarded:
    """A file that forgets what is written to it."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def tell(self) -> int:
        return self.size


def peak_of(count: int) -> int:
    """Bytes of memory in use at once for a feed of that many reviews."""
    views = (replace(REVIEW, id=f"rev-{number}") for number in range(count))
    tracemalloc.start()
    try:
        report = product_ratings.archive(views, PUBLISHER, Discarded())  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.sent == count
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_reviews() -> None:
    assert peak_of(20_000) < peak_of(1_000) + 200_000
