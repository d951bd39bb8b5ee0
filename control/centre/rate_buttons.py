"""Buttons "rate now" and "rate later" for a shop's mails and pages: choose one, take its code."""

from enum import StrEnum
from typing import Final

from control.centre import words as all_words
from control.centre.screens import Answer, Page, Screen, Visit
from domain import languages, rate_links
from domain.policies import HAND_OVERS
from domain.rate_links import DAYS, Moment
from domain.rights import Action
from widgets import button_images

IMAGES: Final = "/buttons"
_ROOT: Final = "/control/shops/{shop_key}/rate-buttons"
_SETTINGS: Final = "/control/shops/{shop_key}/settings/orders"
_MENU: Final = "rate_buttons"
_USUAL_DAYS: Final = 7

_PHP: Final = """<?php
function rate_url($customer_email, $order_number) {{
    $secret = getenv('TRUSTWRIGHT_SHOP_SECRET');
    $key = '{key}';
    $days = '{days}';
    $email = base64_encode($customer_email);
    $order = base64_encode($order_number);
    $message = 'v1|{moment}|' . $key . '|' . $email . '|' . $order . '|' . $days;
    $digest = base64_encode(hash_hmac('sha256', $message, $secret, true));
    $sig = rtrim(strtr($digest, '+/', '-_'), '=');
    $query = http_build_query([
        {shop}'buyerEmail' => $email, 'shopOrderID' => $order, {later}'sig' => $sig,
    ]);
    return '{address}?' . $query;
}}
"""
_LINK: Final = (
    '<a href="{url}" rel="nofollow">'
    '<img src="{image}" width="{width}" height="{height}" alt="{text}"{more}></a>'
)
_HTML_URL: Final = "<?= htmlspecialchars(rate_url($email, $number)) ?>"
_TWIG_URL: Final = "{{ rate_url(order.email, order.number)|e }}"
_TWIG_FUNCTION: Final = "$twig->addFunction(new \\Twig\\TwigFunction('rate_url', 'rate_url'));"


class Placement(StrEnum):
    """Where a button stands; mail programs show no SVG."""

    EMAILS = "emails"
    FRONTEND = "frontend"


def image(moment: Moment, language: str, kind: str) -> bytes:
    """The image of a button: ``kind`` is png or svg."""
    text = all_words.of(language).say(f"buttons.kind.{moment}")
    return button_images.svg(text) if kind == "svg" else button_images.png(text)


def php(base_url: str, shop_key: str, moment: Moment, language: str, days: int) -> str:
    """A function in PHP that gives the signed address for a buyer's address and order number."""
    is_later = moment is Moment.LATER
    path = rate_links.LATER if is_later else f"{rate_links.STARTS[language]}{shop_key}.html"
    return _PHP.format(
        key=shop_key,
        moment=moment,
        days=days if is_later else "",
        shop="'shop_id' => $key, " if is_later else "",
        later="'days' => $days, " if is_later else "",
        address=f"{base_url}{path}",
    )


def link(base_url: str, moment: Moment, language: str, place: Placement, url: str) -> str:
    """A button as HTML; ``url`` is what gives its address in the shop's own templates."""
    text = all_words.of(language).say(f"buttons.kind.{moment}")
    is_mail = place is Placement.EMAILS
    return _LINK.format(
        url=url,
        image=f"{base_url}{IMAGES}/{moment}-{language}.{'png' if is_mail else 'svg'}",
        width=button_images.width(text),
        height=button_images.HEIGHT,
        text=text,
        more=' border="0"' if is_mail else ' loading="lazy"',
    )


def _show(visit: Visit) -> Answer:
    words, query = visit.words, visit.query
    base = visit.installation.settings.base_url
    moment = Moment(query["kind"]) if query.get("kind") in set(Moment) else Moment.NOW
    place = query.get("place") if query.get("place") in set(Placement) else Placement.EMAILS
    language = languages.supported(query.get("language", ""), fallback=visit.language)
    days = visit.number("days")
    days = days if days in DAYS and days is not None else _USUAL_DAYS
    chosen = Placement(place or Placement.EMAILS)
    values = {
        "root": _ROOT.format(shop_key=visit.shop_key),
        "moment": moment,
        "place": chosen,
        "language_chosen": language,
        "days": days,
        "days_most": DAYS[-1],
        "kinds": [(each.value, words.say(f"buttons.kind.{each}")) for each in Moment],
        "places": [(each.value, words.say(f"buttons.place.{each}")) for each in Placement],
        "languages": [(tag, words.language_name(tag)) for tag in languages.SUPPORTED],
        "image": f"{IMAGES}/{moment}-{language}.svg",
        "image_text": all_words.of(language).say(f"buttons.kind.{moment}"),
        "php": php(base, visit.shop_key, moment, language, days),
        "html": link(base, moment, language, chosen, _HTML_URL),
        "twig": "\n".join(
            (_TWIG_FUNCTION, link(base, moment, language, chosen, _TWIG_URL)),
        ),
        "secret": words.say("buttons.secret", days=words.number(HAND_OVERS.secret_days)),
        "settings": _SETTINGS.format(shop_key=visit.shop_key),
    }
    return Page("centre/rate_buttons.html", words.say("menu.rate_buttons"), values, active=_MENU)


SCREENS: Final[tuple[Screen, ...]] = (Screen(_ROOT, Action.DISPLAY_SEE, _show, menu=_MENU),)
