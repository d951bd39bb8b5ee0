"""Settings of buyer protection: the account that pays, the virus scanner, the help desks."""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, field_validator

from domain import ibans, tickets
from domain.exchange_rates import RATES
from domain.ibans import IbanInvalid
from domain.tickets import Desk

_WEB: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?")
_HOST: Final = re.compile(r"[^\s/:]+:\d{1,5}|/\S+")


class ProtectionSettings(BaseModel):
    """What an operator sets about rates, payouts, documents and the consumer service; optional."""

    rates_url: str = ""
    payout_iban: str = ""
    payout_name: str = ""
    clamd: str = ""
    help_desks: str = ""

    @property
    def desks(self) -> Mapping[str, Desk]:
        """The telephone numbers and hours by market."""
        return tickets.desks(self.help_desks)

    @field_validator("rates_url")
    @classmethod
    def _is_a_file_on_the_web(cls, url: str) -> str:
        if url and (_WEB.fullmatch(url) is None or len(url) > RATES.source_characters):
            raise ValueError("Rates lie at http(s)://host/file, in 200 characters at most.")
        return url

    @field_validator("payout_iban")
    @classmethod
    def _is_an_account(cls, text: str) -> str:
        try:
            return ibans.parse(text) if text else ""
        except IbanInvalid:
            raise ValueError("Payouts leave an account with an IBAN that is right.") from None

    @field_validator("payout_name")
    @classmethod
    def _is_a_holder(cls, text: str) -> str:
        if not text.isprintable() or len(text) > ibans.HOLDER_CHARACTERS:
            raise ValueError("The holder of an account is one line of at most 70 characters.")
        return text.strip()

    @field_validator("clamd")
    @classmethod
    def _is_a_scanner(cls, address: str) -> str:
        if address and _HOST.fullmatch(address) is None:
            raise ValueError("A scanner listens at host:port, or at a socket such as /run/clamd.")
        return address

    @field_validator("help_desks")
    @classmethod
    def _are_desks(cls, text: str) -> str:
        tickets.desks(text)
        return text
