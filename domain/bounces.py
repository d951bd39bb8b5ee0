"""Bounces: what a mail server reports of a mail that it could not hand over (RFC 3464).

Anybody can write such a report, so it says no more than what becomes of one mail of ours, whose
``Message-ID`` only the server and the recipient have seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import Final

BYTES: Final = 262_144
"""How much of a report is looked at; servers send the original back only in part."""

_PARTS: Final = 50
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,250})>")
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# The address is none, or its mailbox is switched off; a full one or a strict filter may change.
_ANSWER: Final = re.compile(r"5\d\d (5\.\d{1,3}\.\d{1,3})(?: |\Z)")
_NO_ADDRESS: Final = re.compile(r"5\.1\.[0-46]\Z|5\.1\.10\Z|5\.2\.1\Z")


class Fate(StrEnum):
    """What became of a mail, as its server says."""

    DELIVERED = "DELIVERED"
    DELAYED = "DELAYED"
    FAILED = "FAILED"


_FATES: Final = {
    "failed": Fate.FAILED,
    "delayed": Fate.DELAYED,
    "delivered": Fate.DELIVERED,
    "relayed": Fate.DELIVERED,
    "expanded": Fate.DELIVERED,
}


@dataclass(frozen=True, slots=True)
class Report:
    """One mail's fate: ``message_id`` without its brackets, ``status`` such as ``5.1.1``."""

    message_id: str
    fate: Fate
    status: str

    @property
    def is_for_good(self) -> bool:
        """Whether there is no such address, so that nothing more is sent to it."""
        return self.fate is Fate.FAILED and _NO_ADDRESS.match(self.status) is not None


def is_no_address(answer: str) -> bool:
    """Whether a server that refuses a recipient says that there is none, as in ``550 5.1.1 …``.

    A bare 550 says too little: servers give it to senders that they do not like as well.
    """
    found = _ANSWER.match(answer)
    return found is not None and _NO_ADDRESS.match(found[1]) is not None


def read(raw: bytes) -> Report | None:
    """The report in a message; None for any other mail. Looks at the first 256 KiB.

    Of several recipients the worst fate counts: our mails have one each.
    """
    try:
        parts = list(_parts(message_from_bytes(raw[:BYTES])))
    except RecursionError:
        return None
    blocks = [block for part in parts for block in _blocks(part)]
    told = [(_FATES[action], _status(block)) for block in blocks if (action := _action(block))]
    message_id = next((found for part in parts if (found := _original(part))), "")
    if not told or not message_id:
        return None
    fate, status = max(told, key=lambda one: list(Fate).index(one[0]))
    return Report(message_id, fate, status)


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number == _PARTS:
            return
        yield part


def _blocks(part: Message) -> list[Message]:
    """The fields for the mail and for each recipient, of the part that servers write."""
    payload = part.get_payload()
    is_status = part.get_content_type() == "message/delivery-status"
    return [each for each in payload if isinstance(each, Message)] if is_status else []


def _action(block: Message) -> str:
    action = str(block.get("Action", "")).strip().lower()
    return action if action in _FATES else ""


def _status(block: Message) -> str:
    found = _STATUS.search(str(block.get("Status", "")))
    return found[0] if found else ""


def _original(part: Message) -> str:
    """The id of the mail that is reported of: its headers, or the whole of it, are attached."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        payload = part.get_payload()
        heads = [each for each in payload if isinstance(each, Message)]
        text = "".join(str(head.get("Message-ID", "")) for head in heads[:1])
    elif kind == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        head = message_from_bytes(raw) if isinstance(raw, bytes) else Message()
        text = str(head.get("Message-ID", ""))
    else:
        return ""
    found = _MESSAGE_ID.search(text)
    return found[1] if found else ""
