"""Pages of the control centre as bytes: templates, and what all of them show around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from control import layout
from control.centre import menu
from control.centre.assets import URLS, VERSION
from control.centre.screens import Caller, Page, Screen, Visit, Words
from services import shop_heads
from services.shop_heads import ShopHead

FULL: Final = "centre/layout.html"
FRAGMENT: Final = "centre/fragment.html"
PUBLIC: Final = "centre/public.html"
_SELECTABLE: Final = 30


@dataclass(frozen=True, slots=True)
class Around:
    """What a page carries besides its own content: the nonce of its scripts, and a notice."""

    nonce: str
    notice: str = ""


def for_visit(
    visit: Visit, page: Page, at: Screen, screens: Sequence[Screen], around: Around
) -> bytes:
    """A page for somebody who is signed in, or only its content where htmx asked for it."""
    shop_key, active = visit.shop.key if visit.shop else "", page.active or at.menu
    grants = visit.person.grants
    shown = menu.entries(screens, at, grants, shop_key, active, visit.words)
    return _render(
        page,
        visit.words,
        around,
        layout=FRAGMENT if visit.is_htmx else FULL,
        refusal=visit.refusal,
        csrf=visit.person.csrf,
        person=visit.person,
        shop=visit.shop,
        shops=() if visit.is_htmx else _selectable(visit),
        menu=shown,
        bar=[entry for entry in shown if entry.name in menu.BAR],
        now=visit.now,
    )


def for_caller(caller: Caller, page: Page, around: Around) -> bytes:
    """A page for everybody."""
    return _render(
        page,
        caller.words,
        around,
        layout=FRAGMENT if caller.is_htmx else PUBLIC,
        refusal=caller.refusal,
        csrf="",
        now=caller.now,
    )


def refused(words: Words, nonce: str, values: Mapping[str, object]) -> bytes:
    """A page that says why there is nothing to see."""
    page = Page("centre/refusal.html", words.say("refusal.title"), values)
    return _render(page, words, Around(nonce), layout=PUBLIC, refusal=None, csrf="")


def _selectable(visit: Visit) -> Sequence[ShopHead]:
    keys = visit.person.grants.shops
    if not 1 < len(keys) <= _SELECTABLE:
        return ()
    with visit.installation.database.read() as session:
        return shop_heads.listed(session, keys)


def _render(page: Page, words: Words, around: Around, **shared: object) -> bytes:
    values: dict[str, object] = {
        "title": page.title,
        "nonce": around.nonce,
        "notice": words.say(around.notice) if around.notice in words.messages else "",
        "assets": URLS,
        "version": VERSION,
        "words": words,
        **shared,
        **page.values,
    }
    return layout.render(page.template, words, **values)
