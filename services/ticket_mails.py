"""What person and shop are told of a ticket: the same words, each by their own way in (§37)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import orjson

from domain.mails import MailKey, Recipient
from services import claim_mails, mails
from store import shops
from store.database import Work
from store.keys import Keyring
from store.tickets import Ticket

_PURPOSE: Final = "ticket-link"


def to_person(
    work: Work, row: Ticket, key: MailKey, values: Mapping[str, str], *, now: datetime
) -> None:
    """Mail the person, where there is an address; once for each version of the ticket."""
    name, email = person_of(work.keys, row)
    if not email:
        return
    path = person_path(work.keys, row)
    to = Recipient(email, name, row.language)
    _send(work, row, key, to, values, path, "", now)


def to_shop(work: Work, row: Ticket, text: str, *, now: datetime) -> None:
    """Mail what was said to everybody who may answer for the shop, where it reads along."""
    shop = shops.by_id(work.session, row.shop_id) if row.shop_id and row.shared_at else None
    if shop is None:
        return
    key, path = MailKey.TICKET_MESSAGE, shop_path(shop.shop_key, row.public_id)
    for to in claim_mails.staff(work, shop):
        whom = work.keys.hash_email(to.email)[:16]
        _send(work, row, key, to, {"text": text}, path, f":{whom}", now)


def person_path(keys: Keyring, row: Ticket) -> str:
    """Where the person sees a ticket."""
    return f"/{row.language}/help/{token_of(keys, row.public_id)}"


def shop_path(shop_key: str, ticket_id: str) -> str:
    """Where a shop sees a ticket that it reads along."""
    return f"/control/shops/{shop_key}/questions/{ticket_id}"


def token_of(keys: Keyring, ticket_id: str) -> str:
    """What stands in the address under which the person sees a ticket."""
    return f"{ticket_id}.{keys.keyed_hash(_PURPOSE, ticket_id)[:32]}"


def person_of(keys: Keyring, row: Ticket) -> tuple[str, str]:
    """Name and address of who asks; empty where none was given, or they are forgotten."""
    if row.person_cipher is None:
        return "", ""
    said = orjson.loads(keys.decrypt(row.person_cipher))
    return said["name"], said["email"]


def _send(
    work: Work,
    row: Ticket,
    key: MailKey,
    to: Recipient,
    values: Mapping[str, str],
    path: str,
    whom: str,
    now: datetime,
) -> None:
    subject = work.keys.decrypt(row.subject_cipher or b"")
    told = {"subject": subject, "ticket_url": path} | dict(values)
    once = f"{key}:{row.public_id}:{row.version}{whom}"
    mails.send(work, key, to, told, shop=None, now=now, once=once)
