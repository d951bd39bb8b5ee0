"""Stars in search engines: what the shop's pages say of them, and what is wrong with it."""

from collections import Counter
from typing import Final

from control.centre import verdicts
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import rights
from domain.errors import ParameterInvalid
from domain.rights import Action
from schemas.lints import PageKind
from services import checked_pages, shop_checks

_ROOT: Final = "/control/shops/{shop_key}/snippets"
_KINDS: Final = (PageKind.PRODUCT, PageKind.LIST, PageKind.SHOP)


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        checked = checked_pages.listed(session, visit.shop_key, shop_checks.MARKUP)
        waiting = shop_checks.waiting(session, visit.shop_key, shop_checks.MARKUP)
    words = visit.words
    zone = visit.shop.zone if visit.shop else "UTC"
    found = verdicts.rows(checked, words, zone, "snippets.verdict")
    tones = Counter(row.tone for row in found)
    return Page(
        "centre/snippets.html",
        words.say("menu.snippets"),
        {
            "root": _ROOT.format(shop_key=visit.shop_key),
            "pages": found,
            "waiting": waiting,
            "tones": [
                (words.count(f"snippets.{tone}", tones[tone]), tone)
                for tone in ("good", "warn", "bad")
                if tones[tone]
            ],
            "kinds": [(kind.value, words.say(f"snippets.kind.{kind}")) for kind in _KINDS],
            "shop_url": visit.shop.url if visit.shop else "",
            "may_change": rights.may(visit.person.grants, Action.DISPLAY_CHANGE, visit.shop_key),
            "guide_url": f"/{visit.language}/embed/{visit.shop_key}",
        },
        active="snippets",
    )


def _check(visit: Visit, form: Form) -> Answer:
    kind = form.text("kind")
    if kind not in set(_KINDS):
        raise ParameterInvalid("There is no such kind of page.", field="kind")
    with visit.installation.database.write() as work:
        shop_checks.ask(
            work,
            visit.shop_key,
            form.text("url"),
            shop_checks.MARKUP,
            page=PageKind(kind),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_ROOT.format(shop_key=visit.shop_key), "pages.asked")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.DISPLAY_SEE, read=_show, menu="snippets"),
    Screen(f"{_ROOT}/check", Action.DISPLAY_CHANGE, write=_check, again=_show),
)
