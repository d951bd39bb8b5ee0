"""Use cases of the replay that look at rows: a shop, its protections, their claims and payouts."""

from collections.abc import Sequence

from sqlmodel import Session

from store import claims, payouts, protections, shops
from store.claims import Claim as Claim
from store.claims import ClaimStep as ClaimStep
from store.frame_use import MEMBER as MEMBER
from store.payouts import Payout
from store.protections import Protection as Protection
from store.shops import Shop as Shop


def shop_of(session: Session, shop_key: str) -> Shop | None:
    """The shop with this key."""
    return shops.by_key(session, shop_key)


def protection_of(session: Session, shop: Shop, reference: str) -> Protection | None:
    """The protection of an order of the shop."""
    return protections.by_order(session, shop.id, reference)


def protections_of(session: Session, shop: Shop) -> Sequence[Protection]:
    """All protections of the shop, the first one first."""
    return protections.of_shop(session, shop.id)


def claim_of(session: Session, protection: Protection) -> Claim | None:
    """The claim about a protection."""
    return claims.of_protection(session, protection.id)


def steps_of(session: Session, claim: Claim) -> Sequence[ClaimStep]:
    """The history of a claim."""
    return claims.steps(session, claim.id)


def payout_of(session: Session, claim: Claim) -> Payout | None:
    """What is paid for a claim, once it was approved."""
    return payouts.of_claim(session, claim.id)
