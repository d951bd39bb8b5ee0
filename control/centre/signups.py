"""Signing up: a company with its first shop; and further shops beside one that is there (§1)."""

from collections.abc import Mapping
from typing import Final

from control.centre.screens import (
    Answer,
    Caller,
    Form,
    Page,
    PublicScreen,
    Screen,
    See,
    Visit,
    Words,
)
from domain import languages
from domain.markets import MARKETS, Market
from domain.packs import PRICE_LISTS
from domain.people import NewPerson
from domain.rights import Action
from domain.shops import NewShop
from services import accounts

SIGN_UP: Final = "/signup"
_CURRENCIES: Final[Mapping[str, str]] = {"CH": "CHF", "PL": "PLN", "UK": "GBP"}
_EURO: Final = "EUR"


def _show(caller: Caller) -> Answer:
    values = shop_choices(caller.words) | {"tongues": tongues(caller.words)}
    return Page("centre/signup.html", caller.words.say("signup.title"), values)


def _sign_up(caller: Caller, form: Form) -> Answer:
    person = NewPerson(
        form.text("email"), form.text("first_name"), form.text("last_name"), caller.language
    )
    with caller.installation.database.write() as work:
        accounts.sign_up(
            work,
            form.text("company"),
            person,
            _new_shop(form),
            address=caller.client,
            now=caller.now,
        )
    return See("/signup/sent")


def _sent(caller: Caller) -> Answer:
    return Page("centre/signup_sent.html", caller.words.say("signup.sentTitle"))


def _show_beside(visit: Visit) -> Answer:
    return Page("centre/shop_new.html", visit.words.say("shops.add"), shop_choices(visit.words))


def _add(visit: Visit, form: Form) -> Answer:
    prices = PRICE_LISTS[visit.installation.settings.prices]
    new = _new_shop(form)
    with visit.installation.database.write() as work:
        key = accounts.add_shop(
            work, visit.person, visit.shop_key, new, prices=prices, now=visit.now
        )
    return See(f"/control/shops/{key}", "shops.added")


def shop_choices(words: Words) -> dict[str, object]:
    """Markets and languages to choose from, by their names."""
    return {
        "markets": [(code, market_name(market, words)) for code, market in MARKETS.items()],
        "shop_languages": tongues(words),
    }


def market_name(market: Market, words: Words) -> str:
    """A target market as people call it: its country, and the language where there are two."""
    if not market.country:
        return words.say("signup.otherMarket")
    name = words.country_name(market.country)
    if "-" not in market.code:
        return name
    return f"{name} ({words.language_name(market.code.rpartition('-')[2].lower())})"


def tongues(words: Words) -> list[tuple[str, str]]:
    """The platform's languages by their names."""
    return [(tag, words.language_name(tag)) for tag in languages.SUPPORTED]


def _new_shop(form: Form) -> NewShop:
    url, market = form.text("url"), form.text("market")
    return NewShop(
        name=form.text("name"),
        # People type addresses as they read them.
        url=url if "://" in url else f"https://{url}",
        market=market,
        language=form.text("language"),
        currency=_CURRENCIES.get(market, _EURO),
        offers_goods=form.text("offers") != "services",
    )


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(SIGN_UP, _show, _sign_up, is_guarded=True),
    PublicScreen("/signup/sent", _sent),
)
SCREENS: Final[tuple[Screen, ...]] = (
    Screen("/control/shops/{shop_key}/beside", Action.USERS_MANAGE, _show_beside, _add),
)
