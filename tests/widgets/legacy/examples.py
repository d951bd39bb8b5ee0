"""Views of the legacy contract's own examples, and strategies for bodies of every kind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from domain.criteria import CriteriaSystem, Criterion
from domain.evidence import EvidenceLevel
from domain.grades import (
    CriterionGrade,
    Grade,
    GradeState,
    Label,
    Tally,
    criterion_grade,
    label_of,
    mean,
    summarise,
    tally_of,
)
from domain.markets import MARKETS
from domain.windows import Period
from schemas.legacy.envelopes import Body, failure
from tests.widgets import examples
from widgets.legacy import benchmarks, comments, products, quality, reviews, shops, trust_marks
from widgets.legacy.views import (
    OrderView,
    PeriodQuality,
    ProductReviewView,
    QualityView,
    ReviewListView,
)
from widgets.views import ProductView, ReplyView, ReviewView, ShopView

SHOP = ShopView(
    key="X330A2E7D449E31E467D2F53A55DDD070",
    name="Demo",
    url="https://demoshop.trustedshops.com/ch",
    language="de",
    market="CH",
    currency="CHF",
    system=CriteriaSystem.THREE,
    operator_is_shop=False,
    generation=1,
    calculated_at=datetime(2016, 7, 1, 0, 0, 5, tzinfo=UTC),
    counting_since=date(2003, 11, 26),
)
SHOP_JSON = (
    '"tsId":"X330A2E7D449E31E467D2F53A55DDD070","url":"demoshop.trustedshops.com/ch",'
    '"name":"Demo","languageISO2":"de","targetMarketISO3":"CHE"'
)
YEAR = Period(date(2015, 7, 1), date(2016, 7, 1))
GRADE = Grade(GradeState.RATED, Decimal("4.75"), Label.EXCELLENT, 41, 117, YEAR, 222)
UNRATED = summarise(Tally(), YEAR, all_time_count=222)
QUALITY = QualityView(
    shop=SHOP,
    active=GRADE,
    shown=PeriodQuality(
        period=YEAR,
        grade=GRADE,
        criteria=tuple(
            CriterionGrade(criterion, 39, rating, label_of(rating))
            for criterion, rating in (
                (Criterion.DELIVERY, Decimal("4.74")),
                (Criterion.GOODS, Decimal("5.00")),
                (Criterion.SERVICE, Decimal("4.49")),
            )
        ),
        distribution=(1, 0, 1, 6, 33),
    ),
)
REVIEW = ReviewView(
    id="rev-ddc6bdb7-0bed-43e7-b9da-f88b6f3fccb8",
    marks={Criterion.SERVICE: 5, Criterion.DELIVERY: 5, Criterion.GOODS: 5},
    stars=5,
    rating=Decimal("5.00"),
    title="",
    comment="Schnell und zuverlässig",
    language="de",
    author_name="Klaus P.",
    submitted_at=datetime(2020, 7, 13, 11, 39, 26, 987654, UTC),
    published_at=datetime(2020, 7, 13, 11, 39, 40, tzinfo=UTC),
    experienced_on=date(2020, 7, 6),
    edited_at=None,
    level=EvidenceLevel.L2,
    incentivised=False,
    imported_from=None,
    not_counted=None,
    reply=ReplyView("Thank you", datetime(2020, 7, 14, 6, tzinfo=UTC), None),
)
ORDER = OrderView("4711", datetime(2020, 7, 6, 7, 10, 32, tzinfo=UTC), "buyer@example.org")
PAGE = ReviewListView(SHOP, (REVIEW,), 0, 20, date(2019, 7, 14), date(2020, 7, 13))
PRODUCT = ProductView(
    id="prt-7753712c-f3b0-39bc-8c99-0034f9b07996", sku="1001", name='Kommode "Peter"'
)
PRODUCT_REVIEW = replace(
    REVIEW,
    id="rev-ebaa97ea-f880-04cf-63f2-2c9dbcb338ce",
    marks={Criterion.TOTAL: 5},
    comment="Tolles Produkt",
    submitted_at=datetime(2016, 3, 8, 9, 11, 17, tzinfo=UTC),
)

all_shops = st.builds(
    replace,
    examples.shops,
    market=st.sampled_from(sorted(MARKETS)),
    system=st.sampled_from(CriteriaSystem),
)
languages = st.none() | st.sampled_from(("de", "en", "fr", "pl", "pt"))
shop_reviews = examples.review_views().filter(lambda review: Criterion.TOTAL not in review.marks)
product_reviews = st.builds(
    lambda review, stars: replace(
        review, marks={Criterion.TOTAL: stars}, stars=stars, rating=mean(stars, 1)
    ),
    examples.review_views(),
    st.integers(1, 5),
)
replied = st.builds(replace, shop_reviews, reply=examples.replies)
known_products = st.builds(
    replace, examples.products, id=st.uuids().map(lambda uuid: f"prt-{uuid}")
)
orders = st.builds(OrderView, examples.sku_words, examples.moments, st.emails())
counts = st.integers(0, 10_000)


@st.composite
def product_grades(draw: st.DrawFn) -> Grade:
    """A product's grade from a few reviews, or from none."""
    stars = draw(st.lists(st.integers(1, 5), max_size=4))
    tally = sum((tally_of({Criterion.TOTAL: mark}) for mark in stars), Tally())
    return summarise(tally, YEAR, all_time_count=len(stars), min_reviews=draw(st.integers(1, 3)))


@st.composite
def quality_views(draw: st.DrawFn) -> QualityView:
    """A shop's grade and a period of its own, each with reviews, with too few or with none."""
    shop = draw(all_shops)
    shown = draw(_tallies(shop))
    period = Period(*sorted((draw(examples.days), draw(examples.days))))
    return QualityView(
        shop,
        _grade(shop, draw(_tallies(shop)), examples.PERIOD),
        PeriodQuality(
            period=period,
            grade=_grade(shop, shown, period),
            criteria=tuple(criterion_grade(shown, c) for c in reversed(shop.system.criteria)),
            distribution=shown.distribution,
        ),
    )


def _tallies(shop: ShopView) -> st.SearchStrategy[Tally]:
    given = st.dictionaries(
        st.sampled_from(shop.system.criteria), st.integers(1, 5), min_size=1
    ).map(tally_of)
    return st.lists(given, max_size=5).map(lambda tallies: sum(tallies, Tally()))


def _grade(shop: ShopView, tally: Tally, period: Period) -> Grade:
    return summarise(tally, period, all_time_count=tally.reviews + 2, min_reviews=shop.min_reviews)


@st.composite
def review_lists(draw: st.DrawFn, *, restricted: bool = False) -> ReviewListView:
    """A page of a shop's reviews; where restricted, with orders and the keys of shops."""
    found = tuple(draw(st.lists(shop_reviews, max_size=3)))
    return ReviewListView(
        shop=draw(all_shops),
        reviews=found,
        page=draw(counts),
        size=draw(st.integers(1, 500)),
        start=draw(examples.days),
        end=draw(examples.days),
        orders={review.id: draw(orders) for review in found if restricted},
        shop_keys={review.id: examples.KEY for review in found if restricted},
    )


product_items = st.builds(ProductReviewView, known_products, product_reviews, st.none() | orders)
days = st.none() | examples.days
marks = st.none() | st.decimals("1", "5", places=2)
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(shops.body, all_shops),
    st.builds(shops.found, st.lists(all_shops, max_size=2)),
    st.builds(shops.retailer, st.lists(all_shops, max_size=2)),
    st.builds(quality.body, quality_views(), languages),
    st.builds(quality.restricted, quality_views(), counts, counts, languages),
    st.builds(quality.complaints, all_shops, counts, counts),
    st.builds(reviews.body, review_lists() | review_lists(restricted=True)),
    st.builds(comments.body, all_shops, replied),
    st.builds(trust_marks.body, all_shops, examples.moments),
    st.builds(
        products.reviews_body, all_shops, known_products, st.lists(product_reviews, max_size=2)
    ),
    st.builds(products.quality_body, known_products, product_grades()),
    st.builds(
        products.restricted_body,
        all_shops,
        st.lists(product_items, max_size=2),
        counts,
        st.integers(1, 500),
        days,
        days,
    ),
    st.builds(benchmarks.body, all_shops, st.none() | counts, marks),
    st.builds(
        lambda subject, html: Body({"template": {"subject": subject, "html": html}}),
        examples.sku_words,
        examples.sku_words,
    ),
    st.builds(
        failure,
        st.integers(400, 599),
        st.sampled_from(("TS_ID_INVALID", "TS_ID_NOT_FOUND", "FORBIDDEN", "INTERNAL_ERROR")),
    ),
)
"""Answers of every kind about any shop, full of words that hurt."""


@st.composite
def feeds(draw: st.DrawFn) -> Body:
    """A product feed as its ``data.shop`` is put together (4.6)."""
    shop = draw(all_shops)
    items = [
        products.feed_item(
            shop,
            draw(known_products),
            draw(product_grades()),
            draw(st.lists(product_reviews, max_size=2)),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Body({"shop": {**shops.shape(shop), "products": items}})
