"""What is published about a shop or a product, read from its tallies in a few short queries."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from domain import grades, policies
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion
from domain.grades import Grade, Tally, Trend
from domain.marks import NO_MARK, Mark
from domain.windows import Period, before, day_of, last_days
from services import badges
from store import tallies
from store.products import Product
from store.shops import Shop
from store.tallies import Span, Subject
from widgets.views import Figures, PeriodFigures, ProductView, ShopView


def shop_view(shop: Shop, *, min_reviews: int, mark: Mark = NO_MARK) -> ShopView:
    """The shop as payloads show it; only those that show a mark need one."""
    return ShopView(
        key=shop.shop_key,
        name=shop.name,
        url=shop.url,
        language=shop.language,
        market=shop.market,
        currency=shop.currency,
        system=CriteriaSystem(shop.criteria_system),
        operator_is_shop=shop.operator_is_shop,
        generation=shop.generation,
        calculated_at=shop.generation_at,
        counting_since=day_of(shop.epoch_started_at),
        min_reviews=min_reviews,
        badge=badges.settings_of(shop),
        mark=mark,
    )


def product_view(product: Product) -> ProductView:
    """The product as payloads show it."""
    return ProductView(
        id=product.public_id,
        sku=product.sku,
        name=product.name,
        url=product.url,
        image_url=product.image_url,
        gtin=product.gtin,
        mpn=product.mpn,
        brand=product.brand,
    )


def subject_of(shop: Shop, product: Product | None = None) -> Subject:
    """What is counted for a shop in its present epoch, or for a product, which has but one."""
    return Subject(shop.id, product.id, 0) if product else Subject(shop.id, 0, shop.epoch)


def window_of(shop: Shop) -> Period:
    """The published window: to the day of the generation, from the epoch's start if later."""
    start = max(shop.window_start, day_of(shop.epoch_started_at))
    return Period(start, day_of(shop.generation_at))


def product_window(shop: Shop) -> Period:
    """The window of the shop's products, which have no epochs."""
    return Period(shop.window_start, day_of(shop.generation_at))


def grade_of(session: Session, shop: Shop, subject: Subject, *, min_reviews: int) -> Grade:
    """The grade alone, for lists that show nothing else."""
    return grade_and_distribution(session, shop, subject, min_reviews=min_reviews)[0]


def grade_and_distribution(
    session: Session, shop: Shop, subject: Subject, *, min_reviews: int
) -> tuple[Grade, tuple[int, int, int, int, int]]:
    """The grade, and its reviews by their own stars, from one to five."""
    spans = tallies.spans_of(session, subject)
    return _grade(shop, subject, spans, min_reviews), spans[Span.YEAR].distribution


def _grade(shop: Shop, subject: Subject, spans: Mapping[Span, Tally], min_reviews: int) -> Grade:
    return grades.summarise(
        spans[Span.YEAR],
        product_window(shop) if subject.subject_id else window_of(shop),
        all_time_count=spans[Span.ALL].reviews,
        min_reviews=min_reviews,
    )


def figures_of(session: Session, shop: Shop, subject: Subject, *, min_reviews: int) -> Figures:
    """Grade, criteria, distribution, trend and the five periods of systems.md §5."""
    spans = tallies.spans_of(session, subject)
    year = spans[Span.YEAR]
    trend = grades.trend(year, spans[Span.BEFORE])
    grade = _grade(shop, subject, spans, min_reviews)
    return Figures(
        grade=grade,
        criteria=tuple(grades.criterion_grade(year, c) for c in _criteria(shop, subject)),
        distribution=year.distribution,
        trend=trend,
        periods=(
            *_short_periods(session, shop, subject, min_reviews),
            _period("365days", grade.period, year, trend, min_reviews),
            _period("overall", _overall(shop, subject), spans[Span.ALL], None, min_reviews),
        ),
    )


def _criteria(shop: Shop, subject: Subject) -> tuple[Criterion, ...]:
    if subject.subject_id:
        return PRODUCT_CRITERIA
    return CriteriaSystem(shop.criteria_system).criteria


def _overall(shop: Shop, subject: Subject) -> Period:
    since = shop.registered_at if subject.subject_id else shop.epoch_started_at
    return Period(day_of(since), day_of(shop.generation_at))


def _short_periods(
    session: Session, shop: Shop, subject: Subject, min_reviews: int
) -> list[PeriodFigures]:
    """The periods of 7, 30 and 90 days, summed from the day buckets of the last 181."""
    today = day_of(shop.generation_at)
    longest = last_days(today, max(policies.GRADES.periods_days))
    buckets = tallies.buckets_since(session, subject, before(longest).start)
    found = []
    for days in policies.GRADES.periods_days:
        period = last_days(today, days)
        current = _sum(buckets, period)
        trend = grades.trend(current, _sum(buckets, before(period)))
        found.append(_period(f"{days}days", period, current, trend, min_reviews))
    return found


def _sum(buckets: Mapping[date, Tally], period: Period) -> Tally:
    inside = (tally for day, tally in buckets.items() if period.start <= day <= period.end)
    return sum(inside, Tally())


def _period(
    name: str, period: Period, tally: Tally, trend: Trend | None, min_reviews: int
) -> PeriodFigures:
    grade = grades.summarise(tally, period, all_time_count=tally.reviews, min_reviews=min_reviews)
    shown = trend if tally.reviews else None
    return PeriodFigures(name, period, tally.reviews, grade.rating, tally.distribution, shown)
