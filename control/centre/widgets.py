"""What a shop's pages show: choose a widget, see it live, take its code, and save the badge."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final
from urllib.parse import urlencode

from control import guides
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from control.centre.verdicts import Row, rows
from domain import rights
from domain.badges import BadgeSettings, Colours
from domain.errors import WidgetInvalid
from domain.rights import Action
from services import badges, checked_pages, shop_checks
from services import guides as shop_guides
from services.guides import Guide
from widgets import choices
from widgets.choices import Choice, Widget

_ROOT: Final = "/control/shops/{shop_key}/widgets"
_COLOURS: Final = tuple(asdict(Colours()))
_FIELDS: Final = (
    *("widget", "variant", "position", "mobile-position", "offset", "mobile-offset"),
    *("open-on", "scheme", "language", "limit", "sku", "colours"),
    *_COLOURS,
)


def _show(visit: Visit) -> Answer:
    guide = shop_guides.read(visit.installation, visit.shop_key)
    given = _given(visit, guide.shop.badge)
    choice = _choice(guide, given)
    with visit.installation.database.read() as session:
        checked = checked_pages.listed(session, visit.shop_key, shop_checks.BADGE)
        waiting = shop_checks.waiting(session, visit.shop_key, shop_checks.BADGE)
    preview = f"{guides.url(visit.language, visit.shop_key)}/preview"
    return Page(
        "centre/widgets.html",
        visit.words.say("menu.widgets"),
        {
            **guides.parts(guide, choice, visit.words),
            "root": _ROOT.format(shop_key=visit.shop_key),
            "preview": f"{preview}?{urlencode(given)}",
            "given": [(name, given[name]) for name in _FIELDS if name in given],
            "may_change": rights.may(visit.person.grants, Action.DISPLAY_CHANGE, visit.shop_key),
            "pages": _rows(visit, checked),
            "waiting": waiting,
            "guide_url": guides.url(visit.language, visit.shop_key),
            "shop_url": guide.shop.url,
        },
        active="widgets",
    )


def _rows(visit: Visit, checked: Sequence[checked_pages.Checked]) -> Sequence[Row]:
    zone = visit.shop.zone if visit.shop else "UTC"
    return rows(checked, visit.words, zone, "widgets.verdict")


def _given(visit: Visit, settings: BadgeSettings) -> Mapping[str, str]:
    """What was chosen: in a form that was refused, in the address, or the badge as it is."""
    sent = visit.refusal.input if visit.refusal else visit.query
    chosen = {name: sent[name][:300] for name in _FIELDS if name in sent}
    return chosen if "widget" in chosen else _present(settings)


def _present(settings: BadgeSettings) -> Mapping[str, str]:
    """The badge as it is saved, as the form would send it."""
    colours = {name: value for name, value in asdict(settings.colours).items() if value}
    return {
        "widget": Widget.FLOATING,
        "variant": settings.variant,
        "position": settings.position,
        "mobile-position": settings.mobile_position,
        "offset": str(settings.offset),
        "mobile-offset": str(settings.mobile_offset),
        "open-on": settings.open_on,
        "scheme": settings.color_scheme,
        **({"colours": "1", **colours} if colours else {}),
    }


def _choice(guide: Guide, given: Mapping[str, str]) -> Choice:
    sku = guide.products[0].sku if guide.products else guides.SAMPLE_SKU
    return choices.parse(given, guide.shop.badge, sku=sku)


def _save(visit: Visit, form: Form) -> Answer:
    """Make what is chosen the badge of every page that embeds it."""
    guide = shop_guides.read(visit.installation, visit.shop_key)
    choice = _choice(guide, form.values)
    if not choice.widget.is_badge:
        raise WidgetInvalid("Only a badge can be saved; the others are set in the page.")
    with visit.installation.database.write() as work:
        present = badges.read(work.session, visit.shop_key)
        wanted = replace(
            present,
            variant=choice.variant,
            position=choice.position,
            mobile_position=choice.mobile_position,
            offset=choice.offset,
            mobile_offset=choice.mobile_offset,
            open_on=choice.open_on,
            color_scheme=choice.scheme,
            colours=choice.colours or Colours(),
        )
        badges.configure(work, visit.shop_key, wanted, actor=visit.actor, now=visit.now)
    return See(_ROOT.format(shop_key=visit.shop_key), "widgets.saved")


def _check(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        shop_checks.ask(
            work,
            visit.shop_key,
            form.text("url"),
            shop_checks.BADGE,
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_ROOT.format(shop_key=visit.shop_key)}#check", "pages.asked")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.DISPLAY_SEE, read=_show, menu="widgets"),
    Screen(f"{_ROOT}/badge", Action.DISPLAY_CHANGE, write=_save, again=_show),
    Screen(f"{_ROOT}/check", Action.DISPLAY_CHANGE, write=_check, again=_show),
)
