"""The settings of a shop: its data and logo, its order pages, frames, and the criteria system."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain.criteria import SYSTEM_CRITERIA, CriteriaSystem
from domain.errors import ShopInvalid
from domain.logos import LogoInvalid
from domain.policies import CENTRE, LOGOS
from domain.rights import Action
from services import badges, hand_overs, logos, shop_settings, shops
from services.shop_settings import ShopSettings
from services.shops import ShopChanges

_ROOT: Final = "/control/shops/{shop_key}/settings"
_PARTS: Final = ("", "/company", "/documents", "/orders", "/frames", "/criteria")
_HOST_LINES: Final = 30


def _settings(visit: Visit) -> ShopSettings:
    with visit.installation.database.read() as session:
        return shop_settings.read(session, visit.shop_key)


def page(visit: Visit, name: str, **values: object) -> Page:
    """One part of a shop's settings, with the way to the others."""
    root = _ROOT.format(shop_key=visit.shop_key)
    part = f"/{name}" if name != "data" else ""
    parts = [
        (root + each, visit.words.say(f"settings.part{each.replace('/', '.')}"), each == part)
        for each in _PARTS
    ]
    shared = {"root": root, "parts": parts}
    title = visit.words.say("menu.settings")
    return Page(f"centre/settings_{name}.html", title, shared | values, active="settings")


def _data(visit: Visit) -> Answer:
    found = _settings(visit)
    words = visit.words
    return page(
        visit,
        "data",
        settings=found,
        most_address=CENTRE.address_characters,
        most_bytes=words.number(LOGOS.bytes // 1_000),
        language_name=words.language_name(found.language),
    )


def _save_data(visit: Visit, form: Form) -> Answer:
    changes = ShopChanges(
        name=form.text("name"), url=form.text("url"), address=form.text("address")
    )
    with visit.installation.database.write() as work:
        shops.update(work, visit.shop_key, changes, actor=visit.actor, now=visit.now)
    return See(_ROOT.format(shop_key=visit.shop_key), "centre.saved")


def _save_logo(visit: Visit, form: Form) -> Answer:
    file = form.files.get("logo")
    with visit.installation.database.write() as work:
        if form.is_ticked("remove"):
            logos.remove(work, visit.shop_key, actor=visit.actor, now=visit.now)
        elif file is None or not file.body:
            raise LogoInvalid(field="logo")
        else:
            logos.save(work, visit.shop_key, file.body, actor=visit.actor, now=visit.now)
    return See(_ROOT.format(shop_key=visit.shop_key), "centre.saved")


def _logo(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        logo = logos.find(session, visit.shop_key)
    return File(f"logo-{logo.tag}.png", logo.media_type, logo.body)


def _orders(visit: Visit) -> Answer:
    return page(visit, "orders", settings=_settings(visit), secret="")


def _save_orders(visit: Visit, form: Form) -> Answer:
    hosts = tuple(_lines(form.text("hosts")))
    with visit.installation.database.write() as work:
        present = badges.read(work.session, visit.shop_key)
        wanted = replace(present, hosts=hosts, product_reviews=form.is_ticked("product_reviews"))
        badges.configure(work, visit.shop_key, wanted, actor=visit.actor, now=visit.now)
    return See(f"{_ROOT.format(shop_key=visit.shop_key)}/orders", "centre.saved")


def _new_secret(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        secret = hand_overs.rotate_secret(work, visit.shop_key, actor=visit.actor, now=visit.now)
    return page(visit, "orders", settings=_settings(visit), secret=secret)


def _frames(visit: Visit) -> Answer:
    return page(visit, "frames", settings=_settings(visit))


def _save_frames(visit: Visit, form: Form) -> Answer:
    hosts = None if form.is_ticked("usual") else _lines(form.text("hosts"))
    with visit.installation.database.write() as work:
        shops.allow_embeds(work, visit.shop_key, hosts, actor=visit.actor, now=visit.now)
    return See(f"{_ROOT.format(shop_key=visit.shop_key)}/frames", "centre.saved")


def _lines(text: str) -> Sequence[str]:
    """Names as people list them, one to a line; raises ShopInvalid for far too many."""
    names = text.replace(",", " ").split()
    if len(names) > _HOST_LINES:
        raise ShopInvalid(f"At most {_HOST_LINES} names.", field="hosts")
    return names


def _criteria(visit: Visit) -> Answer:
    found, words = _settings(visit), visit.words
    return page(
        visit,
        "criteria",
        settings=found,
        present=_named(visit, found.system),
        other=_named(visit, found.other_system),
        leaving=words.count("settings.leaving", found.reviews_left),
    )


def _named(visit: Visit, system: CriteriaSystem) -> str:
    return ", ".join(visit.words.say(f"criterion.{each}") for each in SYSTEM_CRITERIA[system])


def _switch(visit: Visit, form: Form) -> Answer:
    text = form.text("system")
    if text not in set(CriteriaSystem):
        raise ShopInvalid("There is no such criteria system.", field="system")
    with visit.installation.database.write() as work:
        shops.switch_criteria(
            work,
            visit.shop_key,
            CriteriaSystem(text),
            typed_domain=form.text("typed_domain"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_ROOT.format(shop_key=visit.shop_key)}/criteria", "settings.switched")


_CHANGE: Final = Action.SHOP_CHANGE

SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, _CHANGE, read=_data, write=_save_data, menu="settings"),
    Screen(f"{_ROOT}/logo", _CHANGE, write=_save_logo, again=_data, upload_bytes=2 * LOGOS.bytes),
    Screen(f"{_ROOT}/logo.png", _CHANGE, read=_logo),
    Screen(f"{_ROOT}/orders", _CHANGE, read=_orders, write=_save_orders),
    Screen(f"{_ROOT}/orders/secret", _CHANGE, write=_new_secret, again=_orders),
    Screen(f"{_ROOT}/frames", _CHANGE, read=_frames, write=_save_frames),
    Screen(f"{_ROOT}/criteria", _CHANGE, read=_criteria, write=_switch),
)
