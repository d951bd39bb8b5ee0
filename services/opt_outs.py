"""Use cases of opt-outs: people to whom no shop of an account sends invitations (§6, MIG-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import opt_outs as rules
from domain.actors import Actor
from domain.invitations import REMINDED, WAITING, InvitationState
from domain.orders import normalise_email
from services import audit, mailings, shops
from store import invitations, mails
from store.database import Work

LISTED: Final = "listed"
"""Why somebody gets no invitations whom a shop has named."""

_STATES: Final = WAITING | REMINDED


@dataclass(frozen=True, slots=True)
class Noted:
    """How many people are new among the opt-outs, how many were there, and what is no address."""

    added: int
    known: int
    refused: tuple[str, ...]


def note(work: Work, shop_key: str, text: str, *, actor: Actor, now: datetime) -> Noted:
    """Note everybody in a list, as a shop does that comes from elsewhere or was called.

    What is no address is left out and told. Raises Invalid or ShopNotFound.
    """
    listed = rules.read(text)
    shop = shops.required(work, shop_key)
    hashes = sorted({work.keys.hash_email(normalise_email(email)) for email in listed.emails})
    added = end(work, shop.account_id, hashes, reason=LISTED, actor=actor, now=now)
    after = {"added": added, "known": len(hashes) - added}
    audit.log(work, actor, "opt_outs.noted", shop.public_id, now=now, after=after)
    return Noted(added, len(hashes) - added, listed.refused)


def end(
    work: Work,
    account_id: int,
    hashes: Sequence[str],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """End everything that an account's shops would send to people; how many of them are new."""
    added = mails.suppress(work.session, account_id, hashes, reason=reason, now=now)
    for row in invitations.waiting_for(work.session, account_id, hashes, _STATES):
        mailings.move(work, row, InvitationState.UNSUBSCRIBED, now=now, actor=actor)
        row.remind_at = None
    return added


def count(session: Session, shop_key: str) -> int:
    """How many people have opted out of the invitations of a shop's account."""
    return mails.suppressions(session, shops.found(session, shop_key).account_id)
