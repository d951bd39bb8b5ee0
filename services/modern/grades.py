"""Grades of a shop by period, for its own programs, with the numbers that everybody sees."""

from typing import Any

from sqlmodel import Session

from services import figures
from services.figures import subject_of
from store import considered
from store.shops import Shop
from widgets.legacy import feeds as shapes
from widgets.legacy.feeds import Considered


def periods(session: Session, shop: Shop, *, min_reviews: int) -> dict[str, Any]:
    """The five periods by name, at the top level (systems.md §§5, 40)."""
    subject = subject_of(shop)
    found = figures.figures_of(session, shop, subject, min_reviews=min_reviews)
    edges = {
        figure.name: considered.edges(session, subject, figure.period)
        for figure in found.periods
        if figure.count
    }
    submitted = {name: Considered(*moments) for name, moments in edges.items() if moments}
    view = figures.shop_view(shop, min_reviews=min_reviews)
    return {**shapes.grades(view, found, submitted)["grades"]}
