"""Use cases of invitations that are due: confirm silence, make the mails, remind once.

Everything here may be done again at any moment: what a mail was made for is noted in the same
transaction, and a mail of the same occasion is never made twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import InvalidToken

from domain import invitations as rules
from domain import languages
from domain.actors import SYSTEM
from domain.invitations import REMINDED, Claim, InvitationState, Reason, ReviewKind
from domain.invite_rules import INVITES, awake
from domain.mails import MailKey, Recipient
from domain.markets import MARKETS
from domain.orders import OrderStatus
from domain.windows import day_of
from schemas.profiles import how_path
from services import (
    audit,
    invite_rules,
    mailings,
    mails,
    packs,
    plans,
    shown_texts,
    slots,
    tacit,
)
from services.installation import Installation
from services.mailings import INVITATION, REMINDER
from store import hand_overs, invitations, products
from store import mails as mail_rows
from store import shops as shop_rows
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.shops import Shop
from widgets import texts

_Pair = tuple[Invitation, Order]
_HALF: Final = INVITES.batch // 2


@dataclass(frozen=True, slots=True)
class Sent:
    """How many unsigned orders were confirmed, and how many mails were made."""

    confirmed: int
    invitations: int
    reminders: int


def send_due(installation: Installation, until: datetime, *, now: datetime) -> Sent:
    """Make the mail of everything that is due by ``until``; the mail's own job sends it.

    In small transactions, so that nobody waits for a large slot and a kill loses at most one.
    """
    confirmed = _confirm(installation, until, now=now)
    invited = _batches(installation, _invite, until, now)
    reminded = _batches(installation, _remind, until, now)
    return Sent(confirmed, invited, reminded)


def catch_up(installation: Installation, *, now: datetime) -> Sent:
    """What a lost slot has left behind; slots that have passed are forgotten."""
    sent = send_due(installation, now, now=now)
    with installation.database.write() as work:
        slots.forget(work, now=now)
    return sent


def _confirm(installation: Installation, until: datetime, *, now: datetime) -> int:
    done = 0
    while True:
        with installation.database.read() as session:
            found = hand_overs.to_confirm(session, until, most=_HALF)
        for shop_id, public_id in found:
            with installation.database.write() as work:
                done += tacit.confirm(work, shop_id, public_id, until=until, now=now)
        if len(found) < _HALF:
            return done


def _batches(
    installation: Installation,
    make: Callable[[Work, datetime, datetime], tuple[int, int]],
    until: datetime,
    now: datetime,
) -> int:
    done = 0
    while True:
        with installation.database.write() as work:
            looked_at, made = make(work, until, now)
        done += made
        if looked_at == 0:
            return done


def _invite(work: Work, until: datetime, now: datetime) -> tuple[int, int]:
    """How many were looked at in one batch, and for how many of them a mail was made."""
    pairs = invitations.to_send(work.session, until, most=INVITES.batch)
    shops, made = _shops(work, pairs), list[str]()
    for row, order in pairs:
        if row.state == InvitationState.POSTPONED:
            mailings.move(work, row, InvitationState.SCHEDULED, now=now)
        to, reason = _stopped(work, shops[row.shop_id], row, order, now)
        if to is not None:
            mailings.move(work, row, to, now=now, reason=reason)
            continue
        # A buyer who has put the mail off gets another one, and only then.
        once = f"{INVITATION}{row.public_id}" + (f":{row.postponed}" if row.postponed else "")
        row.mail_id = _mail(work, shops[row.shop_id], row, order, once, now)
        row.text_id = _text(work, row, now)
        work.session.add(row)
        made.append(row.mail_id)
    mails.send_many(work, made)
    return len(pairs), len(made)


def _remind(work: Work, until: datetime, now: datetime) -> tuple[int, int]:
    """As above; what would leave on a quiet day of its rule waits for the next other one."""
    pairs = invitations.to_remind(work.session, until, most=INVITES.batch)
    shops, made = _shops(work, pairs), list[str]()
    chosen = {key: invite_rules.of_shop(work.session, shop) for key, shop in shops.items()}
    for row, order in pairs:
        shop = shops[row.shop_id]
        to, _ = _stopped(work, shop, row, order, now)
        rule = chosen[shop.id].rule(row.event_type, ReviewKind(row.kind))
        at = awake(rule, until, MARKETS[shop.market].zone)
        if row.state not in REMINDED or to is not None:
            row.remind_at = None
        elif at > until:
            row.remind_at = at
            slots.keep(work, [at], now=now)
        else:
            row.reminded_at = now
            made.append(_mail(work, shop, row, order, f"{REMINDER}{row.public_id}", now))
            row.reminder_text_id = _text(work, row, now)
            audit.log(work, SYSTEM, "invitation.reminded", row.public_id, now=now)
        work.session.add(row)
    mails.send_many(work, made)
    return len(pairs), len(made)


def _shops(work: Work, pairs: Sequence[_Pair]) -> Mapping[int, Shop]:
    found = {row.shop_id for row, _ in pairs}
    shops = (shop_rows.by_id(work.session, shop_id) for shop_id in found)
    return {shop.id: shop for shop in shops if shop is not None}


def _stopped(
    work: Work, shop: Shop, row: Invitation, order: Order, now: datetime
) -> tuple[InvitationState | None, str]:
    """The state in which an invitation ends unsent, and why; None where it may leave."""
    if OrderStatus(order.status).is_undone:
        return InvitationState.CANCELED, plans.undone(order)
    reason, kind = "", ReviewKind(row.kind)
    if not rules.is_grounded(order.legal_basis, order.legal_basis_version, kind):
        reason = Reason.NO_LEGAL_BASIS
    elif not order.email_cipher or mail_rows.is_suppressed(
        work.session, shop.account_id, order.email_hash
    ):
        reason = Reason.OBJECTED
    elif now >= row.expires_at:
        reason = Reason.TOO_OLD
    elif packs.has_left(work.session, shop.id):
        reason = Reason.MEMBERSHIP_ENDED
    return (InvitationState.SUPPRESSED if reason else None), reason


def _mail(work: Work, shop: Shop, row: Invitation, order: Order, once: str, now: datetime) -> str:
    to = Recipient(
        _opened(work, order.email_cipher), _opened(work, order.name_cipher), row.language
    )
    key = MailKey.REVIEW_INVITATION
    named = values(work, shop, row, order)
    return mails.send(work, key, to, named, shop=shop, now=now, once=once, is_alone=False)


def _text(work: Work, row: Invitation, now: datetime) -> int:
    """Which version of the texts the mail carried that was made just now (GP-2)."""
    key = MailKey.REVIEW_INVITATION
    language = languages.supported(row.language, fallback=mails.FALLBACK)
    return shown_texts.note(work, key, row.shop_id, language, now=now)


def values(work: Work, shop: Shop, row: Invitation, order: Order) -> Mapping[str, str]:
    """What the mail names (ISO-2): what it is about, the purchase, and where its links lead."""
    token = rules.sign(Claim(row.public_id, row.expires_at), work.keys.invitations)
    words = texts.of(row.language)
    about = shop.name
    if row.kind == ReviewKind.PRODUCT_REVIEW:
        product = products.by_id(work.session, row.subject_id)
        about = product.name if product else shop.name
    return {
        "about": about,
        "reference": order.reference,
        "ordered_on": words.day(day_of(order.ordered_at)),
        "until": words.day(day_of(row.expires_at) - timedelta(days=1)),
        "rate_url": f"/r/{token}",
        "unsubscribe_url": f"/u/{token}",
        "profile_url": f"/profile/{shop.shop_key}",
        "rules_url": how_path(row.language),
    }


def _opened(work: Work, cipher: bytes | None) -> str:
    """The text; what another key has sealed can be read by nobody, and so is no address."""
    try:
        return work.keys.decrypt(cipher) if cipher else ""
    except InvalidToken:
        return ""
