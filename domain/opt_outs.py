"""Lists of people who want no invitations, as a shop brings them along (MIG-8, systems.md §6)."""

import re
from dataclasses import dataclass
from typing import Final

from domain.errors import Invalid
from domain.mails import MailAddressInvalid, check_address

MOST: Final = 1_000
"""How many addresses are noted at once."""

_BETWEEN: Final = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says: e-mail addresses, each once, and whatever else stands in it."""

    emails: tuple[str, ...]
    refused: tuple[str, ...]


def read(text: str) -> Listed:
    """The addresses in a text, parted by line ends, blanks, commas or semicolons.

    Raises Invalid with the field ``emails`` where there are none, or more than a thousand.
    """
    found = dict.fromkeys(part for part in _BETWEEN.split(text) if part)
    if not 0 < len(found) <= MOST:
        raise Invalid(f"Name 1 to {MOST} addresses.", field="emails")
    emails, refused = [], []
    for part in found:
        try:
            emails.append(check_address(part))
        except MailAddressInvalid:
            refused.append(part)
    return Listed(tuple(emails), tuple(refused))
