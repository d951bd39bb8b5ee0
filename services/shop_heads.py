"""What every screen of the control centre tells about a shop: its name, address and languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from domain.markets import MARKETS
from store import shops
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class ShopHead:
    """A shop as its staff sees it at the head of each page."""

    key: str
    name: str
    url: str
    domain: str
    language: str
    market: str

    @property
    def zone(self) -> str:
        """The zone in which pages show times (systems.md §0.2)."""
        return MARKETS[self.market].zone


def find(session: Session, shop_key: str) -> ShopHead | None:
    """The shop with this key, which is of the form of one; None where nobody has it."""
    shop = shops.by_key(session, shop_key)
    return None if shop is None else of(shop)


def listed(session: Session, shop_keys: Iterable[str]) -> Sequence[ShopHead]:
    """The shops with these keys, by name; a few keys, not thousands."""
    return [of(shop) for shop in shops.by_keys(session, shop_keys)]


def of(shop: Shop) -> ShopHead:
    """The head of this shop."""
    return ShopHead(shop.shop_key, shop.name, shop.url, shop.domain, shop.language, shop.market)
