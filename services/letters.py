"""Letters: stored mails with their texts, look and sender, ready to be shown or sent."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlmodel import Session

from domain import mails as rules
from domain.mails import KINDS, UNSUBSCRIBE, Design, Look, MailKey, Recipient, Wording
from services import mail_messages
from services.mail_messages import Message, Picture
from services.mail_settings import MailSettings
from store import logos, mails
from store import shops as shop_rows
from store.keys import Keyring
from store.mails import Mail
from widgets import mails as designs
from widgets.mails import Letter, Logo, Operator, Rendered


@dataclass(frozen=True, slots=True)
class Made:
    """A mail with everything in it, and whom it is from and for."""

    row: Mail
    recipient: Recipient
    sender_name: str
    reply_to: str
    letter: Letter
    picture: Picture | None

    def rendered(self) -> Rendered:
        return designs.render(self.letter)


@dataclass(frozen=True, slots=True)
class Sender:
    """How a shop's mails look and where answers go; ``name`` stands before the operator's."""

    look: Look
    name: str = ""
    reply_to: str = ""
    picture: Picture | None = None


def make(
    session: Session,
    keys: Keyring,
    settings: MailSettings,
    base_url: str,
    row: Mail,
    senders: dict[int, Sender] | None = None,
) -> Made:
    """The mail with its texts, look and sender, from what is stored about it.

    ``senders`` keeps those of the shops from one mail to the next.
    """
    to, content = opened(keys, row.recipient), opened(keys, row.content)
    shop = shop_rows.by_id(session, row.shop_id) if row.shop_id else None
    key = MailKey(row.key)
    values = {
        "shop": shop.name if shop else settings.operator_name,
        "operator": settings.operator_name,
        "name": to["name"],
    } | {name: absolute(name, value, base_url) for name, value in content["values"].items()}
    sender = None
    if shop and writes_for_shop(key):
        sender = (senders or {}).get(shop.id) or sender_of(session, keys, shop.id)
        if senders is not None:
            senders[shop.id] = sender
    picture = sender.picture if sender else None
    letter = Letter(
        key=key,
        language=row.language,
        wording=Wording(**content["wording"]),
        values=values,
        operator=operator_of(settings),
        look=sender.look if sender else None,
        logo=mail_messages.logo(picture) if picture else None,
    )
    return Made(
        row=row,
        recipient=Recipient(to["email"], to["name"], row.language),
        sender_name=from_name(sender, values["shop"], settings) if sender else values["operator"],
        reply_to=sender.reply_to if sender else "",
        letter=letter,
        picture=picture,
    )


def message_of(made: Made, settings: MailSettings, address: str) -> Message:
    """What the message says in its head and its parts; ``address`` is where it goes.

    Its id and its date are the same whenever it is made.
    """
    host = settings.mail_from.rpartition("@")[2] or "trustwright.invalid"
    return Message(
        id=f"<{made.row.public_id}@{host}>",
        at=made.row.queued_at,
        sender_name=made.sender_name,
        sender=settings.mail_from or f"mail@{host}",
        recipient_name=made.recipient.name,
        recipient=address,
        reply_to=made.reply_to,
        language=made.row.language,
        unsubscribe_url=made.letter.values.get(UNSUBSCRIBE, ""),
        rendered=made.rendered(),
        picture=made.picture,
    )


def without_secrets(made: Made, stand_in: str) -> Made:
    """The mail without the links that open somebody's login."""
    hidden = {"link": stand_in} if "link" in made.letter.values else {}
    return replace(made, letter=replace(made.letter, values={**made.letter.values, **hidden}))


def for_browsers(made: Made) -> Made:
    """The mail with its picture in the document, where no mail program puts it."""
    return replace(made, letter=replace(made.letter, logo=shown(made.picture)))


def shown(picture: Picture | None) -> Logo | None:
    """A shop's picture as a ``data:`` address."""
    if picture is None:
        return None
    body = base64.b64encode(picture.body).decode()
    return mail_messages.logo(picture, url=f"data:{picture.media_type};base64,{body}")


def sender_of(session: Session, keys: Keyring, shop_id: int) -> Sender:
    """The look of a shop's mails as it has chosen it, else our own, with its logo."""
    row, logo = mails.look(session, shop_id), logos.of_shop(session, shop_id)
    picture = Picture(logo.body, logo.media_type, logo.width, logo.height) if logo else None
    if row is None:
        return Sender(Look(), picture=picture)
    look = Look(Design(row.design), row.accent, row.on_accent)
    reply_to = keys.decrypt(row.reply_to) if row.reply_to else ""
    return Sender(look, row.sender_name, reply_to, picture)


def from_name(sender: Sender, shop_name: str, settings: MailSettings) -> str:
    """Whom a shop's mails are from, as mail programs show it."""
    return f"{sender.name or shop_name} via {settings.operator_name}"


def writes_for_shop(key: MailKey) -> bool:
    """Whether a shop speaks in this mail, in its own design; else the operator does."""
    return KINDS[key].is_editable or key is MailKey.TEST


def operator_of(settings: MailSettings) -> Operator:
    """The legal notice that each mail carries (systems.md §0.9)."""
    return Operator(settings.operator_name, settings.operator_address, settings.imprint_url)


def wording_of(session: Session, key: MailKey, shop_id: int | None, language: str) -> Wording:
    """The shop's own texts of a mail, or the platform's where it has none."""
    own = None
    if shop_id is not None and KINDS[key].is_editable:
        own = mails.template(session, shop_id, key, language)
    return Wording(own.subject, own.body, own.button) if own else designs.wording(key, language)


def absolute(name: str, value: str, base_url: str) -> str:
    """The value of a placeholder; a path of ours gets the installation's address before it."""
    return f"{base_url}{value}" if rules.is_link(name) and value.startswith("/") else value


def sealed(keys: Keyring, values: Mapping[str, Any]) -> bytes:
    """Values as they are stored: encrypted."""
    return keys.encrypt(orjson.dumps(values).decode())


def opened(keys: Keyring, cipher: bytes) -> dict[str, Any]:
    """The values that were sealed."""
    opened: dict[str, Any] = orjson.loads(keys.decrypt(cipher))
    return opened
