"""Use cases of the buttons "rate now" and "rate later": open a link, write, later, never (§7).

Mail scanners open links as people do: reading stores nothing, and the press of a button does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain import rate_links as rules
from domain import shop_keys
from domain.actors import AUTHOR
from domain.errors import ShopNotFound
from domain.invitations import WAITING, Claim, InvitationNotFound, InvitationState, Reason, sign
from domain.orders import NewOrder, OrderAddressDiffers, normalise_email
from domain.rate_links import RateLink, RateLinkForged
from services import hand_overs, intake, invitations, mailings, planning
from services import shops as shop_cases
from services.intake import Plan
from store import invitations as rows
from store import orders as order_rows
from store import shops
from store.database import Work
from store.invitations import Invitation
from store.keys import Keyring
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link leads to: ``state`` and ``token`` once there is a permission for the order.

    ``send_at`` while a mail waits to be sent. Without a signature nothing is known but the shop.
    """

    shop_key: str
    shop_name: str
    shop_url: str
    shop_language: str
    market: str
    is_signed: bool
    state: InvitationState | None = None
    token: str = ""
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopTold:
    """The shop that a link names, for pages that say what is wrong with it."""

    name: str
    url: str


def read(
    session: Session, keys: Keyring, shop_key: str, link: RateLink, given: str, *, now: datetime
) -> OpenedLink:
    """What a link opens; ``given`` is its signature.

    Raises ShopKeyMalformed, ShopNotFound, RateLinkForged, or OrderAddressDiffers where the order
    is known with another address.
    """
    shop = _shop(session, shop_key)
    opened = OpenedLink(
        shop.shop_key,
        shop.name,
        shop.url,
        shop.language,
        shop.market,
        _is_signed(session, keys, shop, link, given, now),
    )
    return _with_order(session, keys, shop, link, opened) if opened.is_signed else opened


def shop(session: Session, shop_key: str) -> ShopTold:
    """Raises ShopKeyMalformed or ShopNotFound."""
    found = _shop(session, shop_key)
    return ShopTold(found.name, found.url)


def write_now(
    work: Work, shop_key: str, link: RateLink, given: str, *, language: str, now: datetime
) -> str:
    """The token with which the buyer of a signed link writes; the same one for each press.

    An order that nobody has told of yet is recorded: the shop's signature vouches for it. Nobody
    is mailed for that, so it carries no legal basis. Raises as ``read`` does, RateLinkForged also
    without a signature, and ReviewTooLate.
    """
    return _permitted(work, shop_key, link, given, language, now).token


def write_later(
    work: Work, shop_key: str, link: RateLink, given: str, *, language: str, now: datetime
) -> datetime:
    """Ask the buyer in as many days as the link says; pressing again changes nothing.

    Returns when. Raises as ``write_now`` and ``planning.postpone`` do.
    """
    issued = _permitted(work, shop_key, link, given, language, now)
    row = _required(work, issued.invitation_id)
    if row.state == InvitationState.POSTPONED and row.send_at is not None:
        return row.send_at
    at = now + timedelta(days=link.days or rules.DAYS[0])
    return planning.postpone(work, issued.invitation_id, at, now=now)


def cancel(work: Work, shop_key: str, link: RateLink, given: str, *, now: datetime) -> None:
    """Send nothing after all, as the buyer wishes; what does not wait stays as it is.

    Raises as ``read`` does, RateLinkForged also without a signature.
    """
    shop = shop_cases.required(work, shop_key)
    if not _is_signed(work.session, work.keys, shop, link, given, now):
        raise RateLinkForged
    row = _row(work.session, work.keys, shop, link)
    if row is not None and row.state in WAITING:
        canceled, reason = InvitationState.CANCELED, Reason.CANCELED_BY_BUYER
        mailings.move(work, row, canceled, now=now, actor=AUTHOR, reason=reason)


def _permitted(
    work: Work, shop_key: str, link: RateLink, given: str, language: str, now: datetime
) -> invitations.Issued:
    shop = shop_cases.required(work, shop_key)
    if not _is_signed(work.session, work.keys, shop, link, given, now):
        raise RateLinkForged
    new = NewOrder(link.reference, link.email, now, source=rules.SOURCE)
    plan = Plan(rules.SOURCE, language=language, kinds=frozenset())
    intake.take(work, shop.shop_key, new, plan, now=now)
    order = order_rows.by_reference(work.session, shop.id, link.reference)
    if order is None:
        raise InvitationNotFound
    return invitations.permit(
        work,
        shop,
        order,
        source=rules.SOURCE,
        language=language,
        is_handed_on=True,
        now=now,
    )


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    return shop


def _is_signed(
    session: Session, keys: Keyring, shop: Shop, link: RateLink, given: str, now: datetime
) -> bool:
    secrets = hand_overs.signing_secrets(session, shop, keys, now)
    return rules.check(link, shop.shop_key, given, secrets)


def _with_order(
    session: Session, keys: Keyring, shop: Shop, link: RateLink, opened: OpenedLink
) -> OpenedLink:
    row = _row(session, keys, shop, link)
    if row is None:
        return opened
    return OpenedLink(
        opened.shop_key,
        opened.shop_name,
        opened.shop_url,
        opened.shop_language,
        opened.market,
        opened.is_signed,
        InvitationState(row.state),
        sign(Claim(row.public_id, row.expires_at, is_handed_on=True), keys.invitations),
        row.send_at if row.state in WAITING else None,
    )


def _row(session: Session, keys: Keyring, shop: Shop, link: RateLink) -> Invitation | None:
    """The permission for the order of a link, once there is one."""
    order = order_rows.by_reference(session, shop.id, link.reference)
    if order is None:
        return None
    if keys.hash_email(normalise_email(link.email)) != order.email_hash:
        raise OrderAddressDiffers(field="buyerEmail")
    return rows.by_subject(session, order.id, 0)


def _required(work: Work, invitation_id: str) -> Invitation:
    row = rows.by_public_id(work.session, invitation_id, lock=True)
    if row is None:
        raise InvitationNotFound
    return row
