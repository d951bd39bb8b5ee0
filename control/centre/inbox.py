"""The inbox: a shop's reviews with search and filters, marked as read one by one or together."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from control import review_items
from control.centre import review_filters
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from control.review_items import Stars
from domain import rights
from domain.errors import ParameterInvalid
from domain.inbox import Filters, Moderation, Place
from domain.policies import INBOX, REVIEWS
from domain.rights import Action
from services import inbox
from services.inbox import InboxItem

LIST: Final = "/control/shops/{shop_key}/reviews"
MENU: Final = "reviews"
_PREVIEW: Final = 180


@dataclass(frozen=True, slots=True)
class Line:
    """One review of the list; every text is finished, tags are pairs of class and text."""

    id: str
    url: str
    stars: Stars
    name: str
    title: str
    preview: str
    day: str
    iso: str
    tags: tuple[tuple[str, str], ...]
    is_unread: bool
    is_open: bool


def list_url(visit: Visit) -> str:
    """The shop's list without filters."""
    return LIST.format(shop_key=visit.shop_key)


def shown_list(visit: Visit, open_id: str = "") -> dict[str, object]:
    """The list that the address asks for, as values of ``centre/inbox_list.html``."""
    query = visit.query
    with visit.installation.database.read() as session:
        filters, place = review_filters.parse(query), review_filters.place(query)
        found = inbox.page(session, visit.shop_key, filters, place)
    here = review_filters.kept(query, (*review_filters.NAMES, *review_filters.PLACES))
    return {
        "lines": [_line(visit, item, here, open_id) for item in found.items],
        "here": here,
        "older": review_filters.kept(query, after=found.after) if found.after else "",
        "newer": review_filters.kept(query, before=found.before) if found.before else "",
        "list_url": list_url(visit),
        "may_answer": rights.may(visit.person.grants, Action.REVIEWS_ANSWER, visit.shop_key),
    }


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        waiting = inbox.waiting(session, visit.shop_key)
    values = {
        "options": review_filters.options(visit.words),
        "chosen": {name: visit.query.get(name, "") for name in review_filters.NAMES},
        "is_filtered": bool(review_filters.kept(visit.query)),
        "most": INBOX.search_characters,
        "unread": _counted(visit, waiting.unread),
        "open": _counted(visit, waiting.open),
        "until": visit.now.isoformat(),
    }
    return Page(
        "centre/inbox.html",
        visit.words.say("menu.reviews"),
        shown_list(visit) | values,
        active=MENU,
    )


def _show_offline(visit: Visit) -> Answer:
    """The latest reviews on one page, whole, for reading without a connection."""
    place = Place(INBOX.offline_reviews)
    with visit.installation.database.read() as session:
        found = inbox.page(session, visit.shop_key, Filters(), place)
    values = {
        "reviews": [(_line(visit, item, "", ""), item) for item in found.items],
        "list_url": list_url(visit),
        "may_answer": rights.may(visit.person.grants, Action.REVIEWS_ANSWER, visit.shop_key),
        "most": REVIEWS.reply_characters,
    }
    title = visit.words.say("inbox.offline")
    return Page("centre/inbox_offline.html", title, values, active=MENU)


def _mark(visit: Visit, form: Form) -> Answer:
    deed = form.text("deed")
    with visit.installation.database.write() as work:
        if deed == "all":
            inbox.mark_all_read(work, visit.shop_key, until=_moment(form.text("until")))
        elif deed in ("read", "unread"):
            ids = form.listed("review")
            inbox.mark(work, visit.shop_key, ids, is_unread=deed == "unread")
        else:
            raise ParameterInvalid(field="deed")
    return See(list_url(visit) + review_filters.returned(form.text("here")), "inbox.marked")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ParameterInvalid(field="until") from None
    if moment.tzinfo is None:
        raise ParameterInvalid(field="until")
    return moment


def _counted(visit: Visit, number: int) -> str:
    """A number, or that it is larger than what is counted; empty for none."""
    if number >= INBOX.counted:
        return f"{visit.words.number(INBOX.counted - 1)}+"
    return visit.words.number(number) if number else ""


def _line(visit: Visit, item: InboxItem, here: str, open_id: str) -> Line:
    words = visit.words
    text = " ".join(item.text.split())
    return Line(
        id=item.public_id,
        url=f"{list_url(visit)}/{item.public_id}{here}",
        stars=review_items.stars(Decimal(item.stars), words),
        name=item.author_name or words.say("review.anonymous"),
        title=item.title,
        preview=f"{text[:_PREVIEW]}…" if len(text) > _PREVIEW else text,
        day=words.day(item.submitted_at.date()),
        iso=item.submitted_at.date().isoformat(),
        tags=tuple(_tags(visit, item)),
        is_unread=item.is_unread,
        is_open=item.public_id == open_id,
    )


def _tags(visit: Visit, item: InboxItem) -> list[tuple[str, str]]:
    """What is special about a review, said in words and not by colour alone."""
    words = visit.words
    told = [
        (item.is_unread, "warn", words.say("inbox.tag.unread")),
        (not item.is_public, "bad", words.say("inbox.tag.rejected")),
        (item.moderation == Moderation.OPEN, "warn", words.say("inbox.tag.open")),
        (item.is_answered, "good", words.say("inbox.tag.answered")),
        (item.product is not None, "", words.say("review.product", product=item.product or "")),
        (
            item.imported_from is not None,
            "",
            words.say("review.imported", source=item.imported_from or ""),
        ),
    ]
    return [(style, text) for is_told, style, text in told if is_told]


SCREENS: Final = (
    Screen(LIST, Action.REVIEWS_READ, read=_show, menu=MENU),
    Screen(f"{LIST}/offline", Action.REVIEWS_READ, read=_show_offline),
    Screen(f"{LIST}/read", Action.REVIEWS_ANSWER, write=_mark, again=_show),
)
