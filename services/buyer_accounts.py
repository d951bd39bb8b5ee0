"""Use cases of a protected buyer's account: ask for a link, come in, look, cancel (§35).

There is no password: whoever reads the mails of an address is who it belongs to. Nobody else
learns whether anything does: the answer is the same, and a job looks.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from domain import buyer_accounts as rules
from domain import ids, languages
from domain import mails as mail_rules
from domain.actors import BUYER
from domain.buyer_accounts import BUYER_ACCOUNTS, BuyerLinkExpired, Ticket
from domain.ids import Prefix
from domain.mails import MailKey, Recipient
from domain.orders import normalise_email
from schemas.buyer_accounts import link_path, ticket_path
from services import attempts, audit, mails
from services.installation import Installation, Job
from store import buyer_accounts as rows
from store import guarantors as guarantor_rows
from store import mails as mail_rows
from store.buyer_accounts import BuyerLink, BuyerLogin
from store.database import Database, Work
from store.keys import Keyring
from store.protections import Protection

SEND_LINK: Final = "buyer_account.send_link"
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who is let into an account: the keyed hash of an address, the address, and a language."""

    email_hash: str
    email: str
    language: str


def ask(work: Work, email: str, *, language: str, address: str, now: datetime) -> None:
    """Have a link sent to this address, if a protection belongs to it.

    Raises MailAddressInvalid, or SignInPaused for too many wishes in a row, for whatever address.
    """
    checked = mail_rules.check_address(email)
    email_hash = work.keys.hash_email(normalise_email(checked))
    attempts.begin(work, (f"buyer:{email_hash}", f"buyer:{address}"), now=now)
    link = BuyerLink(
        public_id=ids.new(Prefix.BUYER_LINK),
        email_cipher=work.keys.encrypt(checked),
        email_hash=email_hash,
        language=languages.supported(language, fallback="en"),
        asked_at=now,
        expires_at=rules.link_ends(now),
    )
    work.session.add(link)
    arguments = {"link_id": link.public_id}
    work.jobs.append(Job(f"{SEND_LINK}:{link.public_id}", SEND_LINK, arguments))


def send_link(installation: Installation, link_id: str) -> bool:
    """Mail the link that somebody asked for, once; whether anything belongs to the address.

    Beyond a few mails a day nothing is sent. What is of no use is forgotten at once.
    """
    with installation.database.write() as work:
        link = rows.link(work.session, link_id)
        if link is None or link.token_hash is not None:
            return link is not None
        if not rows.is_known(work.session, link.email_hash) or _has_enough(work, link):
            work.session.delete(link)
            return False
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        link.token_hash = _digest(token)
        work.session.add(link)
        values = {
            "minutes": str(BUYER_ACCOUNTS.link_minutes),
            "guarantor": _guarantor(work.session, link.email_hash),
            "account_url": link_path(link.language, token),
        }
        to = Recipient(work.keys.decrypt(link.email_cipher), "", link.language)
        once = f"{MailKey.BUYER_ACCOUNT}:{link.public_id}"
        now = link.asked_at
        mails.send(work, MailKey.BUYER_ACCOUNT, to, values, shop=None, now=now, once=once)
        audit.log(work, BUYER, "buyer_account.link_sent", link.public_id, now=now)
    return True


def _guarantor(session: Session, email_hash: str) -> str:
    """Who stands behind the newest protection of an address, else behind new ones."""
    for _, _, guarantor in rows.protections(session, email_hash, most=1):
        return guarantor.name
    active = guarantor_rows.active(session)
    return active.name if active is not None else "–"


def _has_enough(work: Work, link: BuyerLink) -> bool:
    since = link.asked_at - timedelta(days=1)
    sent = mail_rows.sent_to(work.session, link.email_hash, (MailKey.BUYER_ACCOUNT,), since)
    return sent >= BUYER_ACCOUNTS.links_per_day


def mail_path(keys: Keyring, protection: Protection, language: str) -> str:
    """The path for the confirmation of a protection, which opens its buyer's account.

    It works until the protection ends, more than once, and asks for one click.
    """
    ticket = Ticket(protection.public_id, protection.ends_at)
    return ticket_path(language, rules.sign(ticket, keys.buyers))


def check_link(session: Session, token: str, *, now: datetime) -> None:
    """Whether a link opens a login; looking uses nothing up. Raises BuyerLinkExpired."""
    _usable(rows.link_by_token(session, _digest(token)), now)


def check_ticket(session: Session, keys: Keyring, token: str, *, now: datetime) -> None:
    """Whether the link in a confirmation opens a login; raises BuyerLinkExpired."""
    _ticketed(session, keys, token, now)


def open_link(work: Work, token: str, *, now: datetime) -> str:
    """Begin a login by a link that was asked for, once; returns the token of its cookie.

    Raises BuyerLinkExpired.
    """
    link = _usable(rows.link_by_token(work.session, _digest(token), lock=True), now)
    link.used_at = now
    work.session.add(link)
    buyer = Buyer(link.email_hash, work.keys.decrypt(link.email_cipher), link.language)
    return _begin(work, buyer, link.public_id, now)


def open_ticket(work: Work, token: str, *, now: datetime) -> str:
    """Begin a login by the link in a confirmation; returns the token of its cookie.

    Raises BuyerLinkExpired.
    """
    protection = _ticketed(work.session, work.keys, token, now)
    email = work.keys.decrypt(protection.buyer_cipher or b"")
    language = languages.supported(protection.language, fallback="en")
    buyer = Buyer(protection.buyer_hash, email, language)
    return _begin(work, buyer, protection.public_id, now)


def of_cookie(session: Session, keys: Keyring, token: str, *, now: datetime) -> Buyer | None:
    """Whose account a cookie opens; None where it opens none, or none any more."""
    login = rows.login_by_token(session, _digest(token)) if token else None
    if login is None or now >= login.ends_at:
        return None
    return Buyer(login.email_hash, keys.decrypt(login.email_cipher), login.language)


def leave(work: Work, token: str) -> None:
    """End the login that a cookie opens, if there is one."""
    rows.end_login(work.session, _digest(token))


def purge(database: Database, *, now: datetime) -> None:
    """Forget links and logins whose time is over."""
    with database.write() as work:
        rows.purge(work.session, now)


def _usable(link: BuyerLink | None, now: datetime) -> BuyerLink:
    if link is None or link.used_at is not None or now >= link.expires_at:
        raise BuyerLinkExpired
    return link


def _ticketed(session: Session, keys: Keyring, token: str, now: datetime) -> Protection:
    ticket = rules.read(token, keys.buyers, now=now)
    protection = rows.protected(session, ticket.protection_id)
    if protection is None or not protection.buyer_cipher:
        raise BuyerLinkExpired
    return protection


def _begin(work: Work, buyer: Buyer, by: str, now: datetime) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    work.session.add(
        BuyerLogin(
            token_hash=_digest(token),
            email_cipher=work.keys.encrypt(buyer.email),
            email_hash=buyer.email_hash,
            language=buyer.language,
            begun_at=now,
            ends_at=rules.login_ends(now),
        )
    )
    audit.log(work, BUYER, "buyer_account.opened", by, now=now)
    return token


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
