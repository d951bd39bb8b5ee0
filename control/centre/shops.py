"""The list of a person's shops: the grade of each over 12 months, and how it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from control.centre.offers import OFFERS
from control.centre.screens import Answer, Page, Screen, See, Visit
from domain import rights
from domain.grades import Trend
from domain.rights import Action
from services import dashboards, offers
from services.dashboards import Change, Head

HOME: Final = "/control"
OPERATOR: Final = "/control/operator"
_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One shop: finished texts; ``trends`` say how the last days compare with those before."""

    head: Head
    grade: str
    summary: str
    unanswered: str
    trends: Sequence[tuple[str, str]]


def _show(visit: Visit) -> Answer:
    allowed = sorted(
        key
        for key in visit.person.grants.shops
        if rights.may(visit.person.grants, Action.SHOP_SEE, key)
    )
    if not allowed and visit.person.is_staff:
        return See(OPERATOR)
    if not allowed and _has_offers(visit):
        return See(OFFERS)
    if len(allowed) == 1 and "all" not in visit.query:
        return See(f"/control/shops/{allowed[0]}")
    page = _page(visit, len(allowed))
    keys = allowed[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    heads = dashboards.heads(visit.installation, keys)
    values = {
        "cards": [_card(head, visit) for head in heads],
        "pages": range(1, -(-len(allowed) // _ON_A_PAGE) + 1),
        "page": page,
        "addable": _addable(visit),
    }
    return Page("centre/shops.html", visit.words.say("shops.title"), values)


def _has_offers(visit: Visit) -> bool:
    with visit.installation.database.read() as session:
        return bool(offers.of_person(session, visit.person, now=visit.now))


def _page(visit: Visit, shops: int) -> int:
    given = visit.query.get("page", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
    return min(max(1, number), max(1, -(-shops // _ON_A_PAGE)))


def _addable(visit: Visit) -> str:
    """A shop of the account to which the person may add another; empty where there is none."""
    grants = visit.person.grants
    own = sorted(key for key in grants.shops if rights.may(grants, Action.USERS_MANAGE, key))
    return own[0] if own else ""


def _card(head: Head, visit: Visit) -> Card:
    words, rating = visit.words, head.grade.rating
    return Card(
        head,
        "" if rating is None else words.stars(rating),
        words.summary(head.grade),
        words.count("shops.unanswered", head.unanswered),
        [trend for change in head.changes for trend in _trends(change, visit)],
    )


def _trends(change: Change, visit: Visit) -> Sequence[tuple[str, str]]:
    words = visit.words
    days = words.count("shops.days", change.days)
    reviews = words.say(f"shops.reviews.{change.of_reviews}", days=days)
    rating = words.say(f"shops.rating.{change.of_rating}", days=days)
    return ((_arrow(change.of_reviews), reviews), (_arrow(change.of_rating), rating))


def _arrow(trend: Trend) -> str:
    return {Trend.POSITIVE: "↗", Trend.NEGATIVE: "↘"}.get(trend, "→")


SCREENS: Final[tuple[Screen, ...]] = (Screen(HOME, Action.SHOPS_LIST, read=_show),)
