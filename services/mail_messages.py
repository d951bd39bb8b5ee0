"""Messages as they go over the line: MIME with both forms of a mail, and its picture.

They are put together here and not by the library, which takes ten times as long for a message
that always has the same parts; the head is the library's, and a test holds them to be the same.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from domain import texts
from widgets.mails import Logo, Rendered

# Any server can carry it, and none has a reason to write it anew and so break a signature.
_POLICY: Final = SMTP.clone(cte_type="7bit")
LOGO_ID: Final = "logo@mail"
_OF_ADDRESSES: Final = "%/:?#[]@!$&'()*+,;=~"
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
    text = _text_part("plain", message.rendered.text)
    html = _text_part("html", message.rendered.html)
    if message.picture is not None:
        html = _multipart("related", message.id, [html, _picture_part(message.picture)])
    body = _multipart("alternative", message.id, [text, html])
    own = [
        f"Content-Language: {message.language}",
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join([*_head_lines(message), *own, ""])
    return head.encode("ascii", "replace") + body


def _head_lines(message: Message) -> list[str]:
    lines = [
        _folded("From", message.sender_name, message.sender),
        # Of recipients there are as many as mails, so that nothing is gained by keeping them.
        _folded.__wrapped__("To", message.recipient_name, message.recipient),
        _folded("Subject", message.rendered.subject),
        f"Date: {format_datetime(message.at)}",
        f"Message-ID: {message.id}",
        "Auto-Submitted: auto-generated",
    ]
    if message.reply_to:
        lines.append(_folded("Reply-To", "", message.reply_to))
    if message.unsubscribe_url:
        # On one line and as it is: an address that is folded or encoded leads nowhere.
        url = quote(message.unsubscribe_url, safe=_OF_ADDRESSES)
        lines.append(f"List-Unsubscribe: <{url}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return lines


@lru_cache(maxsize=256)
def _folded(name: str, text: str, address: str = "") -> str:
    """A header with its name, folded and encoded, without the last line end."""
    value = _mailbox(text, address) if address else _line(text)
    header_name, header = _POLICY.header_store_parse(name, value)
    return str(_POLICY.fold(header_name, header)).removesuffix("\r\n")


def _multipart(subtype: str, message_id: str, parts: Sequence[bytes]) -> bytes:
    """Parts with a border between them, which no encoded text can hold."""
    border = f"=_{sha256(f'{subtype} {message_id}'.encode()).hexdigest()[:32]}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), border)
    # The line end before a border is a part of the border.
    within = b"".join(b"--%s\r\n%s\r\n" % (border, part) for part in parts)
    return head + within + b"--%s--\r\n" % border


def _text_part(subtype: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = b"\r\n".join(text.encode().splitlines())
    return head.encode() + binascii.b2a_qp(lines + b"\r\n")


def _picture_part(picture: Picture) -> bytes:
    head = (
        f"Content-Type: {picture.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: inline\r\n"
        f"Content-ID: <{LOGO_ID}>\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(picture.body).replace(b"\n", b"\r\n")


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


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=_line(name), addr_spec=address)


def _line(text: str) -> str:
    """One line without control characters, which no header can be broken by."""
    return " ".join(texts.writable(text).split())
