"""Feeds of a shop's reviews: for search engines, with what they still lack, and for readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit, Words
from domain import rights
from domain.errors import PageNotFound
from domain.rights import Action
from schemas.profiles import PageKind, PageQuestion
from schemas.snapshots import Media
from services import eligibility, review_feeds, syndication
from services.review_feeds import Address, FeedKind, FeedRecord

_ROOT: Final = "/control/shops/{shop_key}/feeds"
_NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Goal:
    """What stars need in one place: how far it is, and what is missing, in words."""

    name: str
    said: str
    is_reached: bool
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: whether it was opened, its address, and its last run in words."""

    kind: str
    name: str
    why: str
    is_open: bool
    url: str
    has_password: bool
    written: str
    fetched: str
    holds: str
    failure: str
    blocked: str


def _show(visit: Visit) -> Answer:
    return _page(visit, None)


def _page(visit: Visit, opened: Address | None) -> Page:
    installation, words = visit.installation, visit.words
    panel = eligibility.panel(installation, visit.shop_key)
    with installation.database.read() as session:
        found = review_feeds.of_shop(session, visit.shop_key, installation.database.keys)
    may_change = rights.may(visit.person.grants, Action.DISPLAY_CHANGE, visit.shop_key)
    known = {record.kind: record for record in found}
    blocked = {each["feed"]: each.get("blocked") for each in panel["feeds"]}
    base = installation.settings.base_url
    return Page(
        "centre/feeds.html",
        words.say("menu.feeds"),
        {
            "root": _ROOT.format(shop_key=visit.shop_key),
            "goals": _goals(panel, words),
            "feeds": [
                _feed(visit, kind, known.get(kind), blocked.get(kind), base if may_change else "")
                for kind in FeedKind
            ],
            "may_change": may_change,
            "opened": f"{base}{opened.path}" if opened else "",
            "password": (opened.password or "") if opened else "",
            "public": _public(visit),
        },
        active="feeds",
    )


def _public(visit: Visit) -> list[tuple[str, str]]:
    """Names and addresses of what everybody may read of the shop's reviews."""
    key, words = visit.shop_key, visit.words
    found = syndication.addresses(key)
    return [
        (words.say("feeds.profile"), PageQuestion(PageKind.PROFILE, key).url),
        (
            words.say("certificate.heading"),
            PageQuestion(PageKind.CERTIFICATE, key, visit.language).url,
        ),
        ("Atom", found[Media.ATOM]),
        ("JSON Feed", found[Media.JSONFEED]),
    ]


def _goals(panel: Mapping[str, Any], words: Words) -> list[Goal]:
    products = panel["productRatings"]
    goals = [
        Goal(
            words.say("feeds.products"),
            words.say(
                "feeds.ofProducts",
                reviews=words.number(products["reviews"]),
                needed=words.number(products["needed"]),
                products=words.number(products["products"]),
            ),
            products["isReached"],
            _missing(products, words),
        )
    ]
    for each in panel["shopRatings"]:
        country = words.country_name(each["country"]) if each["country"] else ""
        mean = _NONE if each["rating"] is None else words.stars(Decimal(str(each["rating"])))
        said = words.say(
            "feeds.ofShop",
            reviews=words.number(each["reviews"]),
            needed=words.number(each["needed"]),
            mean=mean,
        )
        name = f"{words.say('feeds.shop')} · {country}" if country else words.say("feeds.shop")
        goals.append(Goal(name, said, each["isReached"], _missing(each, words)))
    return goals


def _missing(found: Mapping[str, Any], words: Words) -> list[str]:
    return [
        words.say(f"feeds.lack.{lack}", much=_much(much, words))
        for lack, much in found["missing"].items()
    ]


def _much(much: float, words: Words) -> str:
    return words.number(int(much)) if much == int(much) else words.stars(Decimal(str(much)))


def _feed(
    visit: Visit, kind: FeedKind, record: FeedRecord | None, blocked: str | None, base: str
) -> Feed:
    words = visit.words
    return Feed(
        kind=kind.value,
        name=words.say(f"feeds.kind.{kind}"),
        why=words.say(f"feeds.why.{kind}"),
        is_open=record is not None,
        url=f"{base}{record.path}" if record and base else "",
        has_password=record is not None and record.has_password,
        written=_at(visit, record.written_at if record else None),
        fetched=_at(visit, record.fetched_at if record else None),
        holds=_holds(record, words),
        failure=words.say(f"feeds.failure.{record.failure}") if record and record.failure else "",
        blocked=words.say(f"feeds.blocked.{blocked}") if blocked else "",
    )


def _at(visit: Visit, moment: datetime | None) -> str:
    zone = visit.shop.zone if visit.shop else "UTC"
    return visit.words.moment(moment, zone) if moment else visit.words.say("feeds.never")


def _holds(record: FeedRecord | None, words: Words) -> str:
    if record is None or not record.report:
        return ""
    left_out = sum(record.report["leftOut"].values())
    return words.say(
        "feeds.holds",
        reviews=words.count("reviews", record.report["sent"]),
        left=words.number(left_out),
    )


def _open(visit: Visit, form: Form) -> Answer:
    """A new address, shown once with its password; the one before ends."""
    text = visit.path["kind"]
    if text not in set(FeedKind):
        raise PageNotFound
    with visit.installation.database.write() as work:
        opened = review_feeds.open_address(
            work,
            visit.shop_key,
            FeedKind(text),
            has_password=form.is_ticked("has_password"),
            actor=visit.actor,
            now=visit.now,
        )
    if opened.password is None:
        return See(_ROOT.format(shop_key=visit.shop_key), "feeds.opened")
    return _page(visit, opened)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.DISPLAY_SEE, read=_show, menu="feeds"),
    Screen(f"{_ROOT}/{{kind}}", Action.DISPLAY_CHANGE, write=_open, again=_show),
)
