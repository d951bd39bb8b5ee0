"""Messages as they go over the line: MIME with both forms of a mail, and its picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from domain import texts
from widgets.mails import Logo, Rendered

# Any server can carry it, and none has a reason to write it anew and so break a signature.
_POLICY: Final = SMTP.clone(cte_type="7bit")
LOGO_ID: Final = "logo@mail"
_LOGO_WIDTH: Final = 200
_LOGO_HEIGHT: Final = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that travels in the mail; edges in px."""

    body: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Message:
    """Everything in a message; names and texts may hold any character.

    ``id`` is the value of Message-ID, the same whenever the mail is tried again.
    """

    id: str
    at: datetime
    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    reply_to: str
    language: str
    unsubscribe_url: str
    rendered: Rendered
    picture: Picture | None


def build(message: Message) -> bytes:
    """The message with CRLF line ends; no value can add a header of its own."""
    built = _headed(message)
    built.set_content(message.rendered.text)
    built.add_alternative(message.rendered.html, subtype="html")
    if message.picture is not None:
        _attach(built, message.picture)
    # Not before: a header of this name would move into the first part.
    built["Content-Language"] = message.language
    return built.as_bytes()


def head(message: Message) -> Sequence[tuple[str, str]]:
    """The headers by name and value, as people read them."""
    return [(name, str(value)) for name, value in _headed(message).items()]


def _headed(message: Message) -> EmailMessage:
    built = EmailMessage(policy=_POLICY)
    built["From"] = _mailbox(message.sender_name, message.sender)
    built["To"] = _mailbox(message.recipient_name, message.recipient)
    built["Subject"] = _line(message.rendered.subject)
    built["Date"] = message.at
    built["Message-ID"] = message.id
    built["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        built["Reply-To"] = _mailbox("", message.reply_to)
    if message.unsubscribe_url:
        built["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        built["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return built


def logo(picture: Picture, *, url: str = f"cid:{LOGO_ID}") -> Logo:
    """The shop's picture as mails show it: by default as a part of them, at most 200 by 64 px."""
    scale = min(1.0, _LOGO_WIDTH / picture.width, _LOGO_HEIGHT / picture.height)
    edges = (max(1, round(edge * scale)) for edge in (picture.width, picture.height))
    return Logo(url, *edges)


def _attach(built: EmailMessage, picture: Picture) -> None:
    html = built.get_body(("html",))
    if html is not None:
        kind, _, subtype = picture.media_type.partition("/")
        html.add_related(picture.body, kind, subtype, cid=f"<{LOGO_ID}>", disposition="inline")


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=_line(name), addr_spec=address)


def _line(text: str) -> str:
    """One line without control characters, which no header can be broken by."""
    return " ".join(texts.writable(text).split())
