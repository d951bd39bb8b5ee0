"""What buyers and shops are told of a claim, each in their own language (systems.md §36)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from domain.claims import ClaimState, Problem
from domain.mails import MailKey, Recipient
from domain.rights import ON_SHOPS, Action
from services import case_mails, mails
from services.claim_files import Held
from store import guarantors, users
from store.database import Work
from store.shops import Shop
from widgets import texts
from widgets.texts import Texts

_INSTANT: Final = timedelta(seconds=1)
_ENDS: Final = frozenset({ClaimState.RESOLVED, ClaimState.LAPSED, ClaimState.WITHDRAWN})


def opened(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To the buyer: the report has come in. To the shop: what is reported, and until when."""
    for to in _buyer(work, held):
        words = texts.of(to.language)
        values = {
            "problem": _problem(held, words),
            "until": words.day((held.row.covered_until - _INSTANT).date()),
            "due": _due(held, words) if held.claim.state is ClaimState.SHOP_ASKED else "",
        }
        _to_buyer(work, held, MailKey.CASE_OPENED, to, values, now=now)
    for to in staff(work, held.shop):
        words = texts.of(to.language)
        is_asked = held.claim.state is ClaimState.SHOP_ASKED
        due = _due(held, words) if is_asked else ""
        values = {"problem": _problem(held, words), "text": text, "due": due}
        _to_shop(work, held, MailKey.SHOP_ASKED, to, values, now=now)


def reminder(work: Work, held: Held, *, now: datetime) -> None:
    """To the shop: its answer is still missing."""
    for to in staff(work, held.shop):
        words = texts.of(to.language)
        values = {"problem": _problem(held, words), "due": _due(held, words)}
        _to_shop(work, held, MailKey.SHOP_REMINDER, to, values, now=now)


def answered(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To the buyer: what the shop has answered, and until when to say whether it helps."""
    row, refunded = held.row, held.row.shop_refunded_minor
    for to in _buyer(work, held):
        words = texts.of(to.language)
        is_asked = held.claim.state is ClaimState.BUYER_CHECK
        values = {
            "answer": words.say(f"claim.answer.{row.answer}"),
            "day": words.day(row.answer_on) if row.answer_on else "",
            "refunded": words.money(refunded, row.currency) if refunded else "",
            "text": text,
            "due": _due(held, words) if is_asked else "",
        }
        _to_buyer(work, held, MailKey.SHOP_ANSWERED, to, values, now=now)


def settlement(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To both sides: what is proposed."""
    for to, send in _both(work, held):
        words = texts.of(to.language)
        amount = held.row.settlement_minor or 0
        values = {
            "amount": words.money(amount, held.row.currency) if amount else "",
            "text": text,
            "due": _due(held, words),
        }
        send(work, held, MailKey.SETTLEMENT, to, values, now=now)


def ended(work: Work, held: Held, *, now: datetime) -> None:
    """To both sides: the claim is over without a decision, and how; nothing while it is not."""
    state = held.claim.state
    if state not in _ENDS:
        return
    for to, send in _both(work, held):
        values = {"outcome": texts.of(to.language).say(f"claim.ended.{state}")}
        send(work, held, MailKey.CLAIM_ENDED, to, values, now=now)


def refund_open(work: Work, held: Held, *, now: datetime) -> None:
    """To the buyer: the refund can be claimed now, and until when."""
    for to in _buyer(work, held):
        values = {"due": _due(held, texts.of(to.language))}
        _to_buyer(work, held, MailKey.CLAIM_INVITE, to, values, now=now)


def documents_missing(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To the buyer: what is missing, and until when."""
    for to in _buyer(work, held):
        values = {"text": text, "due": _due(held, texts.of(to.language))}
        _to_buyer(work, held, MailKey.DOCUMENTS_MISSING, to, values, now=now)


def approved(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To the buyer: how much is paid, and why."""
    for to in _buyer(work, held):
        money = texts.of(to.language).money(held.row.approved_minor or 0, held.row.currency)
        values = {"amount": money, "text": text}
        _to_buyer(work, held, MailKey.CLAIM_APPROVED, to, values, now=now)


def rejected(work: Work, held: Held, text: str, *, now: datetime) -> None:
    """To the buyer: why nothing is paid, and how another person looks at it."""
    for to in _buyer(work, held):
        due = _due(held, texts.of(to.language)) if held.claim.due_at else ""
        values = {"text": text, "due": due}
        _to_buyer(work, held, MailKey.CLAIM_REJECTED, to, values, now=now)


def buyer_path(language: str, claim_id: str) -> str:
    """Where a buyer follows a claim, in the account of the protections."""
    return f"/{language}/protection/account/claims/{claim_id}"


def shop_path(shop: Shop, claim_id: str) -> str:
    """Where the shop's staff follows a claim."""
    return f"/control/shops/{shop.shop_key}/claims/{claim_id}"


def _problem(held: Held, words: Texts) -> str:
    return words.say(f"claim.problem.{Problem(held.row.problem)}")


def _due(held: Held, words: Texts) -> str:
    return case_mails.last_day(held.row.due_at, held.shop.market, words)


def _buyer(work: Work, held: Held) -> Iterator[Recipient]:
    """The buyer; nobody once the address was forgotten."""
    cipher = held.protection.buyer_cipher
    if cipher:
        yield Recipient(work.keys.decrypt(cipher), "", held.protection.language)


def staff(work: Work, shop: Shop) -> Iterator[Recipient]:
    """Who may answer the shop's claims, each once; only addresses that were confirmed."""
    found = {
        user.id: user
        for user, right in users.of_shop(work.session, shop.id)
        if right in ON_SHOPS[Action.CLAIMS_ANSWER] and user.has_signed_up
    }
    for user in found.values():
        yield Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)


def _both(work: Work, held: Held) -> list[tuple[Recipient, Callable[..., None]]]:
    """Everybody on both sides, each with what sends to that side."""
    told = [(to, _to_buyer) for to in _buyer(work, held)]
    return told + [(to, _to_shop) for to in staff(work, held.shop)]


def _to_buyer(
    work: Work, held: Held, key: MailKey, to: Recipient, values: Mapping[str, str], *, now: datetime
) -> None:
    path = buyer_path(texts.of(to.language).language, held.row.public_id)
    _send(work, held, key, to, {**values, "claim_url": path}, now=now)


def _to_shop(
    work: Work, held: Held, key: MailKey, to: Recipient, values: Mapping[str, str], *, now: datetime
) -> None:
    path = shop_path(held.shop, held.row.public_id)
    _send(work, held, key, to, {**values, "claim_url": path}, now=now)


def _send(
    work: Work, held: Held, key: MailKey, to: Recipient, values: Mapping[str, str], *, now: datetime
) -> None:
    """Each step of a claim has its own version, and so a mail of its own to each person."""
    row = held.row
    guarantor = guarantors.by_id(work.session, held.protection.guarantor_id)
    shown = {
        "claim": row.public_id,
        "order": held.protection.order_reference,
        "guarantor": guarantor.name if guarantor else "",
    }
    whom = work.keys.hash_email(to.email)[:16]
    once = f"{key}:{row.public_id}:{row.version}:{whom}"
    mails.send(work, key, to, {**shown, **values}, shop=held.shop, now=now, once=once)
