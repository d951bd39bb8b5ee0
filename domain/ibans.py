"""IBANs: accounts that are paid out to, checked by their sum, and who is paid by SEPA transfer.

TrustwrightError
└── Invalid                        a value breaks a rule
    ├── IbanInvalid                IBAN_INVALID (systems.md §36)
    └── HolderMissing              HOLDER_MISSING
"""

from dataclasses import dataclass
from typing import Final

from stdnum import iban
from stdnum.exceptions import ValidationError

from domain import texts
from domain.errors import Invalid

HOLDER_CHARACTERS: Final = 70
"""What a credit transfer carries of a name."""

_LETTERS: Final = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK "
    "MT NL NO PL PT RO RS SE SI SK SM VA"
)

SEPA: Final = frozenset(_LETTERS[at : at + 2] for at in range(0, len(_LETTERS), 3))
"""Countries of the SEPA schemes by the letters of their IBANs (EPC409-09, data); Saint-Martin and
the other French territories have IBANs of FR, Jersey, Guernsey and Man those of GB."""


class IbanInvalid(Invalid):
    code = "IBAN_INVALID"
    title = "That is not an IBAN; please compare it with your bank statement."


class HolderMissing(Invalid):
    code = "HOLDER_MISSING"
    title = "Name the person or company that the account belongs to."


@dataclass(frozen=True, slots=True)
class Account:
    """An account: the IBAN without spaces, and its holder in at most 70 characters."""

    iban: str
    holder: str

    @property
    def country(self) -> str:
        """The two letters with which the IBAN begins."""
        return self.iban[:2]

    @property
    def is_sepa(self) -> bool:
        """Whether a SEPA credit transfer reaches it; any other is paid by hand."""
        return self.country in SEPA

    @property
    def masked(self) -> str:
        """What is shown of it: the country and the last four characters."""
        return f"{self.country}…{self.iban[-4:]}"


def parse(text: str, *, field: str = "iban") -> str:
    """The IBAN without spaces, in capitals, if its sum (mod 97) and its length are right.

    Raises IbanInvalid. Vector: ``DE89 3704 0044 0532 0130 00`` holds, ending in 01 it does not.
    """
    try:
        number = str(iban.validate(text, check_country=False))
    except ValidationError as error:
        raise IbanInvalid(field=field) from error
    # Digits of other scripts add up as well.
    if not number.isascii():
        raise IbanInvalid(field=field)
    return number


def account(text: str, holder: str) -> Account:
    """The account in these two fields; raises IbanInvalid, HolderMissing or TextInvalid."""
    number = parse(text)
    name = texts.clean_line(holder, most=HOLDER_CHARACTERS, field="holder")
    if not name:
        raise HolderMissing(field="holder")
    return Account(number, name)
