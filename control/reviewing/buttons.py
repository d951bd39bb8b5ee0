"""The pages behind "rate now" and "rate later" in a shop's own mails and pages (systems.md §7).

Scanners of mails open links too, so a link alone stores nothing: a button does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.routing import Route
from starlette.types import Scope

from control.centre import words
from control.centre.edge import Edge
from control.centre.screens import Answer, Caller, Form, Page, PublicScreen, See
from control.reviewing.station import ReviewingStation
from domain import rate_links as rules
from domain.errors import PageNotFound
from domain.invitations import InvitationState
from domain.markets import MARKETS
from domain.rate_links import Moment, RateLink, RateLinkForged
from domain.windows import day_of
from schemas import messages
from schemas.legacy.review_requests import PATH as REQUESTED
from schemas.legacy.review_requests import SHOP, UUID
from services import rate_links
from services.legacy import review_requests
from services.rate_links import OpenedLink
from services.review_mails import form_path

OPEN_FORM: Final = "/{language}/write/{shop_key}"
_MAILED: Final = "/fr", "/nl"
# Older modules put an ampersand where the query should begin.
_NAMED: Final = re.compile(r"([^/.&]{1,60})\.html(?:&(.*))?\Z", re.DOTALL)
_PARAMETERS: Final = 20
_CANCEL: Final = "cancel"
_S: Final = InvitationState


def _asked(caller: Caller) -> tuple[str, RateLink, str]:
    """The shop key, what the link says, and its signature; raises RateLinkMalformed."""
    given = dict(caller.query)
    moment, shop_key = Moment.LATER, given.get(SHOP, "")
    if "named" in caller.path:
        moment, (shop_key, tail) = Moment.NOW, _named(caller.path["named"])
        given = tail | given
    link = rules.read(
        moment, given.get("buyerEmail", ""), given.get("shopOrderID", ""), given.get("days", "")
    )
    return shop_key, link, given.get("sig", "")


def _named(text: str) -> tuple[str, dict[str, str]]:
    found = _NAMED.match(text)
    if found is None:
        raise PageNotFound
    tail = "&".join((found[2] or "").split("&")[:_PARAMETERS])
    return found[1], dict(parse_qsl(tail, keep_blank_values=True, errors="replace"))


def _read(caller: Caller) -> Answer:
    shop_key, link, given = _asked(caller)
    database = caller.installation.database
    try:
        with database.read() as session:
            opened = rate_links.read(session, database.keys, shop_key, link, given, now=caller.now)
    except RateLinkForged:
        return _forged(caller, shop_key)
    if not opened.is_signed:
        # Without the shop's word the author has to confirm the address.
        return See(OPEN_FORM.format(language=caller.language, shop_key=opened.shop_key))
    if opened.token and (link.moment is Moment.NOW or opened.state is _S.REVIEWED):
        return See(form_path(opened.token))
    return _page(caller, link, given, opened)


def _forged(caller: Caller, shop_key: str) -> Page:
    """Who made the link is not known, and the shop is the one to ask."""
    with caller.installation.database.read() as session:
        shop = rate_links.shop(session, shop_key)
    say = caller.words.say
    values = {
        "message": messages.title(RateLinkForged.code, caller.language),
        "code": RateLinkForged.code,
        "ask": say("rate.ask", shop=shop.name),
        "shop": shop,
        "lang_links": (),
    }
    return Page("reviewing/button_forged.html", say("refusal.title"), values, status=403)


def _page(caller: Caller, link: RateLink, given: str, opened: OpenedLink) -> Page:
    say = caller.words.say
    is_later = link.moment is Moment.LATER
    is_set = opened.state in (_S.POSTPONED, _S.SCHEDULED) and opened.send_at is not None
    day = caller.words.day(day_of(caller.now + timedelta(days=link.days or 0)))
    values = {
        "order": say("rate.order", reference=link.reference, shop=opened.shop_name),
        "action": _own(caller, link, given, opened.shop_key),
        "lead": say("rate.later.lead", date=day) if is_later else say("rate.now.lead"),
        "button": say("rate.later.button") if is_later else say("rate.now.button"),
        "done": _done(caller, opened) if is_later and is_set else "",
        "canceled": say("rate.later.canceled") if opened.state is _S.CANCELED else "",
        "now": form_path(opened.token) if opened.token else "",
        # The frame's own links would lose what the address says.
        "lang_links": (),
    }
    return Page("reviewing/button.html", say("rate.title", shop=opened.shop_name), values)


def _done(caller: Caller, opened: OpenedLink) -> str:
    zone = MARKETS[opened.market].zone
    at = opened.send_at or caller.now
    return caller.words.say("rate.later.done", date=caller.words.moment(at, zone))


def _own(caller: Caller, link: RateLink, given: str, shop_key: str) -> str:
    """The address of this page, in the one way of writing that we have for it."""
    query = urlencode(rules.values(link, shop_key) | {"sig": given, "lang": caller.language})
    return f"{rules.path(link, shop_key, caller.language)}?{query}"


def _write(caller: Caller, form: Form) -> Answer:
    shop_key, link, given = _asked(caller)
    language, now = caller.language, caller.now
    with caller.installation.database.write() as work:
        if link.moment is Moment.NOW:
            token = rate_links.write_now(work, shop_key, link, given, language=language, now=now)
            return See(form_path(token))
        if form.text("step") == _CANCEL:
            rate_links.cancel(work, shop_key, link, given, now=now)
        else:
            rate_links.write_later(work, shop_key, link, given, language=language, now=now)
    return See(_own(caller, link, given, shop_key))


def _requested(caller: Caller) -> Answer:
    """The link of a review request, which its shop has sent (legacy-api.md 5.2)."""
    database, shop_key = caller.installation.database, caller.query.get(SHOP, "")
    with database.read() as session:
        token = review_requests.token(
            session, database.keys, shop_key.upper(), caller.query.get(UUID, "")
        )
    return See(form_path(token))


class ButtonStation(ReviewingStation):
    """Answers one address of the buttons, in the language of its path."""

    def __init__(self, screen: PublicScreen, edge: Edge, language: str = "") -> None:
        super().__init__(screen, edge)
        self._language = language

    def visitor(self, scope: Scope) -> Caller:
        caller = super().visitor(scope)
        if not self._language or "lang" in caller.query:
            return caller
        return replace(caller, language=self._language, words=words.of(self._language))


def _screen(path: str, read: Callable[[Caller], Answer], *, writes: bool = True) -> PublicScreen:
    return PublicScreen(
        path,
        read=read,
        write=_write if writes else None,
        parameter_characters=rules.ENCODED_CHARACTERS,
    )


_NOW: Final = tuple(
    (_screen(f"{before}{start}{{named:path}}", _read), before.lstrip("/") or language)
    for language, start in rules.STARTS.items()
    for before in ("", *_MAILED)
)
_OTHERS: Final = (_screen(rules.LATER, _read), _screen(REQUESTED, _requested, writes=False))


def routes(edge: Edge) -> Iterator[Route]:
    """A route for each address; those of older pages begin alike and have to stand behind."""
    for screen, language in _NOW:
        yield Route(screen.path, ButtonStation(screen, edge, language))
    for screen in _OTHERS:
        yield Route(screen.path, ButtonStation(screen, edge))


def is_page(path: str) -> bool:
    """Whether people look at what this path answers."""
    starts = (before + start for start in rules.STARTS.values() for before in ("", *_MAILED))
    return path in (rules.LATER, REQUESTED) or path.startswith(tuple(starts))
