"""What a company says of itself, and the contract documents it accepts (systems.md §1).

TrustwrightError
├── NotFound                       there is no such thing
│   └── DocumentNotFound           DOCUMENT_NOT_FOUND
├── Conflict                       the state of things forbids it
│   └── DocumentChanged            DOCUMENT_CHANGED
└── Invalid                        a value breaks a rule
    ├── CompanyInvalid             COMPANY_INVALID
    └── VatIdInvalid               VAT_ID_INVALID
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british
from stdnum.no import mva as norwegian

from domain import mails, texts
from domain.errors import Conflict, Invalid, NotFound

# fmt: off
COUNTRIES: Final = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI",
    "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
    "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)
# fmt: on
CURRENCIES: Final = ("EUR", "CHF", "GBP", "PLN")
_OUTSIDE: Final = frozenset({"CH", "GB", "IS", "LI", "NO"})
_NAMES: Final[Mapping[str, int]] = {
    "legal_name": 200,
    "legal_form": 80,
    "register_number": 80,
}
_ADDRESS_CHARACTERS: Final = 300
_CONTACT_CHARACTERS: Final = 120
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?", re.ASCII)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()/.-]{2,29}", re.ASCII)
_PLAIN_VAT_ID: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}", re.ASCII)


class DocumentNotFound(NotFound):
    code = "DOCUMENT_NOT_FOUND"
    title = "There is no such contract document."


class DocumentChanged(Conflict):
    code = "DOCUMENT_CHANGED"
    title = "The document has changed meanwhile: read the new version."


class CompanyInvalid(Invalid):
    code = "COMPANY_INVALID"
    title = "The company's data are not complete or not valid."


class VatIdInvalid(Invalid):
    code = "VAT_ID_INVALID"
    title = "That is no VAT id of this country."


class Document(StrEnum):
    """The parts of a contract; each has versions, and holds once it is accepted."""

    MEMBERSHIP_TERMS = "membership-terms"
    APPLICATION_FORM = "application-form"
    SERVICE_SPECIFICATION = "service-specification"
    PRICE_LIST = "price-list"
    EXCLUSION_CATALOGUE = "exclusion-catalogue"
    MARK_USE = "mark-use"  # systems.md §34


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to reach; all three may be empty where there is nobody of one's own."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A company; ``turnover_minor`` is the declared gross online turnover of a year.

    That is in minor units of ``turnover_currency``, incl. VAT and before cancellations and
    returns; None where nothing is declared. ``country`` is ISO 3166-1 alpha-2.
    """

    legal_name: str
    legal_form: str
    register_number: str
    vat_id: str
    address: str
    country: str
    turnover_minor: int | None
    turnover_currency: str
    main: Contact
    invoice: Contact


def checked(company: Company) -> Company:
    """The company with tidy values.

    Raises CompanyInvalid, VatIdInvalid, TextInvalid or MailAddressInvalid with the field.
    """
    lines = {
        name: texts.clean_line(getattr(company, name), most=most, field=name)
        for name, most in _NAMES.items()
    }
    if not lines["legal_name"]:
        raise CompanyInvalid("A company has a legal name.", field="legal_name")
    if company.country not in COUNTRIES:
        raise CompanyInvalid("A country is one of the list.", field="country")
    if company.turnover_currency not in CURRENCIES:
        raise CompanyInvalid("A currency is one of the list.", field="turnover_currency")
    address = texts.clean(company.address, most=_ADDRESS_CHARACTERS, field="address")
    return replace(
        company,
        legal_name=lines["legal_name"],
        legal_form=lines["legal_form"],
        register_number=lines["register_number"],
        address=address,
        vat_id=checked_vat_id(company.vat_id, company.country),
        main=_checked_contact(company.main, "main", is_required=True),
        invoice=_checked_contact(company.invoice, "invoice", is_required=False),
    )


def checked_vat_id(vat_id: str, country: str) -> str:
    """A VAT id of the country with its prefix, without signs between; empty for none.

    Raises VatIdInvalid. That the number is given to this company is not asked of anybody.
    """
    plain = re.sub(r"[\s.\-/]", "", vat_id).upper()
    if not plain:
        return ""
    try:
        return _vat_id(plain, country)
    except (ValidationError, ValueError) as error:
        raise VatIdInvalid(field="vat_id") from error


def turnover_of(text: str) -> int | None:
    """An amount as people type it, ``1250000`` or ``1250000,50``, in minor units; None for none.

    Raises CompanyInvalid.
    """
    plain = text.strip().replace(" ", "").replace("\u202f", "").replace("\xa0", "")
    if not plain:
        return None
    if _AMOUNT.fullmatch(plain) is None:
        raise CompanyInvalid("An amount has digits, and two decimals at most.", field="turnover")
    return int(Decimal(plain.replace(",", ".")) * 100)


def _vat_id(plain: str, country: str) -> str:
    if country == "CH":
        return str(swiss.validate(plain))
    if country == "GB":
        return f"GB{british.validate(plain.removeprefix('GB'))}"
    if country == "NO":
        return f"NO{norwegian.validate(plain.removeprefix('NO'))}"
    if country in _OUTSIDE:
        if _PLAIN_VAT_ID.fullmatch(plain) is None:
            raise VatIdInvalid(field="vat_id")
        return plain
    prefix = {"GR": "EL"}.get(country, country)
    return str(european.validate(plain if plain.startswith(prefix) else prefix + plain))


def _checked_contact(contact: Contact, part: str, *, is_required: bool) -> Contact:
    name = texts.clean_line(contact.name, most=_CONTACT_CHARACTERS, field=f"{part}_name")
    email, phone = contact.email.strip(), contact.phone.strip()
    if not is_required and not (name or email or phone):
        return Contact()
    if not name:
        raise CompanyInvalid("A contact has a name.", field=f"{part}_name")
    if phone and _PHONE.fullmatch(phone) is None:
        raise CompanyInvalid("A phone number has digits.", field=f"{part}_phone")
    return Contact(name, mails.check_address(email, field=f"{part}_email"), phone)
