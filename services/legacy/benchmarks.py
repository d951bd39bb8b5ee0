"""A shop's market in two numbers, told only where no single shop can be read off them (5.5)."""

from collections.abc import Sequence
from decimal import Decimal

from domain import grades, policies
from domain.markets import MARKETS
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services.snapshots import Answers
from store import tallies
from store.shops import Shop
from widgets.legacy import benchmarks as shapes


def benchmark(answers: Answers, question: LegacyQuestion) -> Body:
    """R10: how many shops of the market have a grade, and the mean of their grades.

    Every shop weighs the same, so that a large one's grade does not show through. Both numbers
    are left out where fewer than five other shops have a grade.
    """
    del question
    ratings = _ratings(answers)
    peers = len(ratings.keys() - {answers.shop.id})
    if peers < policies.LEGACY.benchmark_peers:
        return shapes.body(answers.view, None, None)
    mean = sum(ratings.values(), Decimal()) / len(ratings)
    return shapes.body(answers.view, len(ratings), mean)


def _ratings(answers: Answers) -> dict[int, Decimal]:
    """The published ratings of the market's shops by their internal ids."""
    years = tallies.years_of_markets(answers.session, _markets(answers.shop))
    return {
        shop_id: grades.mean(year.mark_sum, year.mark_count)
        for shop_id, year in years.items()
        if year.reviews >= answers.min_reviews
    }


def _markets(shop: Shop) -> Sequence[str]:
    """The markets that the contract calls by the same name: Belgium has two languages."""
    name = MARKETS[shop.market].alpha3
    return [market.code for market in MARKETS.values() if market.alpha3 == name]
