"""Templates with which the consumer service answers: named placeholders, and which one fits (§37).

A template is offered only where all that it names is known, so that no text has a gap.
"""

import re
from collections.abc import Mapping
from typing import Final

from domain.claims import CLAIMS
from domain.tickets import TICKETS

Texts = Mapping[str, Mapping[str, str]]
"""The text of each template by name and language."""

PLACEHOLDERS: Final = frozenset(
    {"number", "shop", "reference", "withdrawal_days", "shop_days", "close_days", "reopen_days"}
)
"""Number of the ticket, name of the shop, number of the order, and days of our rules."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def values(number: str, *, shop: str, reference: str) -> Mapping[str, str]:
    """What is known of a ticket by placeholder; ``shop`` and ``reference`` may be empty."""
    days = {
        "withdrawal_days": CLAIMS.withdrawal_days,
        "shop_days": CLAIMS.shop_working_days,
        "close_days": TICKETS.close_days,
        "reopen_days": TICKETS.reopen_days,
    }
    told = {"number": number, "shop": shop, "reference": reference}
    return told | {name: str(number_of_days) for name, number_of_days in days.items()}


def named(text: str) -> frozenset[str]:
    """The placeholders in a text."""
    return frozenset(_PLACEHOLDER.findall(text))


def fitting(texts: Texts, language: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Templates that leave no gap, by name, filled in; values are not read for placeholders."""
    return {
        name: _PLACEHOLDER.sub(lambda found: values[found[1]], said[language])
        for name, said in texts.items()
        if all(values.get(each) for each in named(said[language]))
    }
