"""What a shop's settings are at the moment, for the page on which they are changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import embeds
from domain.badges import BadgeSettings
from domain.criteria import CriteriaSystem
from domain.errors import ShopNotFound
from services import badges
from store import hand_overs, logos, reviews, shops


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """A shop's data and choices; ``logo_tag`` is empty where there is no logo.

    ``reviews_left`` public reviews would leave the profile with a switch of the criteria.
    ``frame_hosts`` may frame its reviews, ``are_frames_usual`` where it has named none.
    ``secret_at`` is when the present secret was made, if there is one.
    """

    name: str
    url: str
    address: str
    domain: str
    language: str
    market: str
    system: CriteriaSystem
    logo_tag: str
    reviews_left: int
    frame_hosts: Sequence[str]
    are_frames_usual: bool
    badge: BadgeSettings
    secret_at: datetime | None

    @property
    def other_system(self) -> CriteriaSystem:
        """The criteria system that a switch would lead to."""
        is_one = self.system is CriteriaSystem.ONE
        return CriteriaSystem.THREE if is_one else CriteriaSystem.ONE


def read(session: Session, shop_key: str) -> ShopSettings:
    """The settings of the shop with this key; raises ShopNotFound."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    secrets = hand_overs.secrets(session, shop.id)
    named = shop.embed_hosts
    return ShopSettings(
        name=shop.name,
        url=shop.url,
        address=shop.address,
        domain=shop.domain,
        language=shop.language,
        market=shop.market,
        system=CriteriaSystem(shop.criteria_system),
        logo_tag=logos.tag_of(session, shop.id) or "",
        reviews_left=reviews.count_public(session, shop.id, shop.epoch),
        frame_hosts=embeds.default(shop.domain) if named is None else named.split(),
        are_frames_usual=named is None,
        badge=badges.settings_of(shop),
        secret_at=secrets[0].created_at if secrets else None,
    )
