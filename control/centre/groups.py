"""Connected profiles of a shop: who is shown beside it, requests, leaving (systems.md §24)."""

from dataclasses import dataclass
from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import rights
from domain.groups import GROUPS
from domain.packs import PRICE_LISTS, PriceList
from domain.rights import Action
from services import group_views, groups
from services.group_views import Asked, Member
from services.shop_heads import ShopHead

_PATH: Final = "/control/shops/{shop_key}/group"
_MENU: Final = "group"


@dataclass(frozen=True, slots=True)
class Line:
    """One connected shop with finished texts; the grade never without count and period."""

    member: Member
    market: str
    summary: str
    profile_url: str


@dataclass(frozen=True, slots=True)
class Question:
    """One open request; ``text`` says who asks whom."""

    asked: Asked
    text: str
    day: str


def _show(visit: Visit) -> Answer:
    grants = visit.person.grants
    own = [key for key in grants.shops if rights.may(grants, Action.GROUP_CHANGE, key)]
    settings = visit.installation.settings
    with visit.installation.database.read() as session:
        circle = group_views.seen(
            session,
            visit.shop_key,
            own,
            _prices(visit),
            user_id=visit.person.user_id,
            min_reviews=settings.grade_min_reviews,
            now=visit.now,
        )
    values = {
        "circle": circle,
        "lines": [_line(each, visit) for each in circle.members],
        "questions": [_question(each, visit) for each in circle.requests],
        "candidates": [(each.key, _named(each, visit)) for each in circle.candidates],
        "is_full": len(circle.members) >= GROUPS.shops,
        "url": _url(visit),
        "may_book": rights.may(grants, Action.PACKS_BOOK, visit.shop_key),
        "days": visit.words.count("group.days", GROUPS.request_days),
    }
    return Page("centre/group.html", visit.words.say("menu.group"), values, active=_MENU)


def _ask(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        is_done = groups.ask(
            work,
            visit.shop_key,
            form.text("key"),
            _prices(visit),
            person=visit.person,
            now=visit.now,
        )
    return See(_url(visit), "group.joined" if is_done else "group.asked")


def _confirm(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        groups.confirm(
            work,
            visit.shop_key,
            visit.path["request_id"],
            _prices(visit),
            person=visit.person,
            now=visit.now,
        )
    return See(_url(visit), "group.joined")


def _drop(visit: Visit, _form: Form) -> Answer:
    request_id = visit.path["request_id"]
    with visit.installation.database.write() as work:
        groups.drop(work, visit.shop_key, request_id, actor=visit.actor, now=visit.now)
    return See(_url(visit), "group.dropped")


def _leave(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        groups.leave(work, visit.shop_key, actor=visit.actor, now=visit.now)
    return See(_url(visit), "group.left")


def _remove(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        groups.take_out(work, visit.shop_key, form.text("key"), actor=visit.actor, now=visit.now)
    return See(_url(visit), "group.left")


def _show_total(visit: Visit, form: Form) -> Answer:
    is_shown = form.is_ticked("total")
    with visit.installation.database.write() as work:
        groups.show_total(work, visit.shop_key, is_shown=is_shown, actor=visit.actor, now=visit.now)
    return See(_url(visit), "centre.saved")


def _line(member: Member, visit: Visit) -> Line:
    words, key = visit.words, member.head.key
    return Line(
        member,
        words.market_name(member.head.market),
        words.summary(member.grade),
        f"/profile/{key}",
    )


def _question(asked: Asked, visit: Visit) -> Question:
    words, head = visit.words, asked.head
    key = "group.weAsked" if asked.is_ours else "group.theyAsk"
    said = words.say(key, shop=head.name, domain=head.domain, company=asked.company)
    return Question(asked, said, words.day(asked.asked_at.date()))


def _named(head: ShopHead, visit: Visit) -> str:
    return f"{head.name} ({head.domain}, {visit.words.market_name(head.market)})"


def _prices(visit: Visit) -> PriceList:
    return PRICE_LISTS[visit.installation.settings.prices]


def _url(visit: Visit) -> str:
    return _PATH.replace("{shop_key}", visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_PATH, Action.GROUP_CHANGE, _show, _ask, menu=_MENU),
    Screen(f"{_PATH}/leave", Action.GROUP_CHANGE, write=_leave, again=_show),
    Screen(f"{_PATH}/remove", Action.GROUP_CHANGE, write=_remove, again=_show),
    Screen(f"{_PATH}/total", Action.GROUP_CHANGE, write=_show_total, again=_show),
    Screen(f"{_PATH}/requests/{{request_id}}", Action.GROUP_CHANGE, write=_confirm, again=_show),
    Screen(f"{_PATH}/requests/{{request_id}}/drop", Action.GROUP_CHANGE, write=_drop, again=_show),
)
