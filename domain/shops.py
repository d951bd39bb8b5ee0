"""A shop is one domain in one language for one market (systems.md §1)."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from domain import ids, markets, texts
from domain.criteria import CriteriaSystem
from domain.errors import ShopInvalid
from domain.ids import Prefix
from domain.policies import CENTRE

_HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class NewShop:
    """What a shop hands over to be registered; it may bring ``key`` and ``channel``.

    ``channel`` is the id ``chl-…`` under which newer widgets know a shop (embed.md 1.4).
    ``currency`` is ISO 4217. Goods mean three criteria, services one. ``operator_is_shop`` says
    that shop and operator are one legal entity, which every payload then tells (US-4).
    """

    name: str
    url: str
    market: str
    language: str
    currency: str
    offers_goods: bool = True
    key: str | None = None
    channel: str | None = None
    operator_is_shop: bool = False

    @property
    def system(self) -> CriteriaSystem:
        return CriteriaSystem.for_shop(offers_goods=self.offers_goods)


def domain_of(url: str) -> str:
    """Host of a shop address: lower case, punycode, without ``www.`` (systems.md §1).

    Raises ShopInvalid when the address is not http(s) or names no host or an impossible port.
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        name = parts.hostname or "" if parts.port != 0 else ""
        host = name.rstrip(".").encode("idna").decode().lower()
    except (UnicodeError, ValueError):
        host, parts = "", urlsplit("")
    host = host.removeprefix("www.")
    if parts.scheme not in ("http", "https") or _HOST.match(host) is None:
        raise ShopInvalid(f"{url[:200]!r} is not a shop address.", field="url")
    return host


def checked(shop: NewShop) -> NewShop:
    """The shop with tidy name and address; raises ShopInvalid or TextInvalid with the field."""
    name = texts.clean_line(shop.name, most=120, field="name")
    if not name:
        raise ShopInvalid("A shop has a name.", field="name")
    url = shop.url.strip() if "://" in shop.url else f"https://{shop.url.strip()}"
    url = texts.clean_line(url, most=500, field="url")
    if " " in url:
        raise ShopInvalid("An address holds no spaces.", field="url")
    domain_of(url)
    markets.get(shop.market, language=shop.language)
    if _CURRENCY.match(shop.currency) is None:
        raise ShopInvalid("A currency is three capital letters (ISO 4217).", field="currency")
    return replace(shop, name=name, url=url, channel=_channel(shop.channel))


def checked_address(address: str) -> str:
    """A postal address of up to 300 characters, in lines; raises TextInvalid."""
    return texts.clean(address, most=CENTRE.address_characters, field="address")


def _channel(channel: str | None) -> str | None:
    given = channel.strip().lower() if channel else None
    if given is not None and not ids.is_valid(Prefix.SHOP, given):
        raise ShopInvalid("A channel id is chl- and a UUID.", field="channel")
    return given


def check_same_domain(url: str, domain: str) -> None:
    """Another domain is another shop: raises ShopInvalid (systems.md §§1, 19)."""
    if domain_of(url) != domain:
        raise ShopInvalid(f"Another domain than {domain} is another shop.", field="url")
