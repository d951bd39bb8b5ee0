"""Views, answers built from them, and strategies with hostile words, for tests of payloads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from domain import skus
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion, own_stars
from domain.evidence import EvidenceLevel
from domain.grades import CriterionGrade, Tally, Trend, label_of, mean, summarise, tally_of
from domain.reviews import NotCounted
from domain.windows import Period
from schemas.questions import Question, ReviewQuery
from schemas.shapes import Shape
from schemas.snapshots import Kind, Media
from widgets import badges, grades, reviews, stars, stickers
from widgets.views import (
    Figures,
    PeriodFigures,
    ProductView,
    ReplyView,
    ReviewPage,
    ReviewView,
    ShopView,
)

KEY = "X0123456789ABCDEF0123456789ABCDEF"
PERIOD = Period(date(2025, 11, 21), date(2026, 11, 21))
SUBMITTED_AT = datetime(2026, 3, 2, 8, 15, 30, 123456, UTC)
SHOP = ShopView(
    key=KEY,
    name="Bücher & Töne",
    url="https://buecher.example",
    language="de",
    market="DE",
    currency="EUR",
    system=CriteriaSystem.THREE,
    operator_is_shop=False,
    generation=7,
    calculated_at=datetime(2026, 11, 21, 0, 0, 5, 999999, UTC),
    counting_since=date(2024, 1, 31),
)
PRODUCT = ProductView(id="prt-1", sku="SKU-4711", name="Kopfhörer <3", gtin="4006381333931")
REVIEW = ReviewView(
    id="rev-019aa7d0-0000-7000-8000-000000000001",
    marks={Criterion.DELIVERY: 5, Criterion.GOODS: 4, Criterion.SERVICE: 5},
    stars=5,
    rating=Decimal("4.67"),
    title="Gern wieder",
    comment="Schnell & gut verpackt.\nDanke!",
    language="de",
    author_name="Anna B.",
    submitted_at=SUBMITTED_AT,
    published_at=SUBMITTED_AT + timedelta(seconds=20),
    experienced_on=date(2026, 2, 20),
    edited_at=None,
    level=EvidenceLevel.L2,
    incentivised=False,
    imported_from=None,
    not_counted=None,
    reply=ReplyView("Danke zurück!", SUBMITTED_AT + timedelta(days=1), None),
)
PAGE = ReviewPage((REVIEW,), after=None, before=None)
REVIEWS = Question(Kind.REVIEWS, KEY, Media.JSON)


def figures_of(*marks: int, min_reviews: int = 1) -> Figures:
    """Figures of a shop whose reviews gave one SERVICE mark each, all in every period."""
    tally = sum((tally_of({Criterion.SERVICE: mark}) for mark in marks), Tally())
    grade = summarise(tally, PERIOD, all_time_count=len(marks) + 2, min_reviews=min_reviews)
    rating = mean(sum(marks), len(marks)) if marks else None
    return Figures(
        grade=grade,
        criteria=(_criterion(len(marks), rating),),
        distribution=tally.distribution,
        trend=Trend.NEUTRAL,
        periods=tuple(
            PeriodFigures(name, PERIOD, len(marks), rating, tally.distribution, trend)
            for name, trend in (("365days", Trend.NEUTRAL if marks else None), ("overall", None))
        ),
    )


def _criterion(count: int, rating: Decimal | None) -> CriterionGrade:
    label = None if rating is None else label_of(rating)
    return CriterionGrade(Criterion.SERVICE, count, rating, label)


def answers(shop: ShopView, figures: Figures, page: ReviewPage = PAGE) -> dict[Kind, Shape]:
    """One answer of each kind, all of the same shop at the same moment."""
    of_product = Question(Kind.PRODUCT_REVIEWS, shop.key, Media.JSON, sku=PRODUCT.sku)
    known, unknown = (PRODUCT.sku, PRODUCT, figures.grade), ("ÄÖ", None, None)
    return {
        Kind.BADGE: badges.build(shop, figures, language=shop.language),
        Kind.GRADE: grades.build(shop, figures),
        Kind.REVIEWS: reviews.build(shop, figures.grade, page, REVIEWS),
        Kind.PRODUCT_REVIEWS: reviews.build(shop, figures.grade, page, of_product, PRODUCT),
        Kind.STICKER: stickers.build(
            shop, figures.grade, page.reviews, limit=10, language=shop.language
        ),
        Kind.STARS: stars.build(shop, [known, unknown]),
    }


hostile = st.sampled_from(
    (
        "]]>",
        "</script><script>alert(1)</script>",
        "<!-- <!DOCTYPE x> &amp; &lt; &#0; &unknown;",
        "one\u2028two\u2029three\x85four",
        "שלום \u202eevil\u202c",
        "👩‍👩‍👧 💶",
        "\x00\x08\x0b\x0c\x1b\x7f\x9f",
        "\ud800 \udfff \ufdd0 \ufffe \uffff \U0001ffff",
        "line\r\nline\rline\n\ttab  ",
        '" onload="x" \'',
        "{shop} {0} %s",
    )
)
words = hostile | st.text(min_size=1, max_size=40) | st.tuples(hostile, hostile).map("".join)
sku_words = words.filter(skus.is_valid)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds, zone),
    st.floats(946_771_200, 4_102_444_800),
    st.just(UTC) | zones,
)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
cursors = st.uuids().map(lambda uuid: f"rev-{uuid}")

shops = st.builds(
    replace,
    st.just(SHOP),
    name=words,
    url=words,
    language=st.sampled_from(("fr", "de", "en", "es", "it", "nl", "pl")),
    operator_is_shop=st.booleans(),
    calculated_at=moments,
    min_reviews=st.integers(1, 4),
)
marks = st.dictionaries(
    st.sampled_from(CriteriaSystem.THREE.criteria), st.integers(1, 5), min_size=1
) | st.dictionaries(st.sampled_from(PRODUCT_CRITERIA), st.integers(1, 5), min_size=1)
replies = st.builds(ReplyView, words, moments, st.none() | moments)


@st.composite
def review_views(draw: st.DrawFn) -> ReviewView:
    """A review as any author may have written it."""
    given = draw(marks)
    return ReviewView(
        id=draw(cursors),
        marks=given,
        stars=own_stars(given),
        rating=mean(sum(given.values()), len(given)),
        title=draw(st.just("") | words),
        comment=draw(st.just("") | words),
        language=draw(st.sampled_from(("", "de", "pt"))),
        author_name=draw(st.just("") | words),
        submitted_at=draw(moments),
        published_at=draw(moments),
        experienced_on=draw(st.none() | days),
        edited_at=draw(st.none() | moments),
        level=draw(st.sampled_from(EvidenceLevel)),
        incentivised=draw(st.booleans()),
        imported_from=draw(st.none() | words),
        not_counted=draw(st.none() | st.sampled_from(NotCounted)),
        reply=draw(st.none() | replies),
    )


pages = st.builds(
    ReviewPage,
    st.lists(review_views(), max_size=3).map(tuple),
    after=st.none() | cursors,
    before=st.none() | cursors,
)
queries = st.builds(
    ReviewQuery, stars=st.none() | st.integers(1, 5), language=st.none() | st.just("pt")
)
products = st.builds(
    ProductView,
    id=st.just("prt-1"),
    sku=sku_words,
    name=words,
    url=st.none() | words,
    image_url=st.none() | words,
    gtin=st.none() | words,
    mpn=st.none() | words,
    brand=st.none() | words,
)
service_marks = st.lists(st.integers(1, 5), max_size=6)


@st.composite
def any_answer(draw: st.DrawFn) -> Shape:
    """An answer of any kind about any shop, full of words that hurt."""
    shop = draw(shops)
    figures = figures_of(*draw(service_marks), min_reviews=shop.min_reviews)
    page, product = draw(pages), draw(products)
    question = replace(REVIEWS, query=draw(queries))
    asked = [(product.sku, product, figures.grade), (draw(sku_words), None, None)]
    builders: dict[Kind, Callable[[], Shape]] = {
        Kind.BADGE: lambda: badges.build(shop, figures, language=shop.language),
        Kind.GRADE: lambda: grades.build(shop, figures),
        Kind.REVIEWS: lambda: reviews.build(shop, figures.grade, page, question),
        Kind.PRODUCT_REVIEWS: lambda: reviews.build(shop, figures.grade, page, question, product),
        Kind.STICKER: lambda: stickers.build(
            shop, figures.grade, page.reviews, limit=10, language=shop.language
        ),
        Kind.STARS: lambda: stars.build(shop, asked),
    }
    return builders[draw(st.sampled_from(sorted(builders)))]()
