"""One line of an uploaded file: which column means what, and what is wrong with it (§25)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from domain import languages, orders, texts
from domain.errors import OrderInvalid, TextInvalid
from domain.mails import MailAddressInvalid, check_address
from domain.orders import LegalBasis, NewOrder, OrderLine
from domain.policies import ORDERS
from domain.uploads import POLICY, Outcome, Row, UploadColumnsMissing, UploadLineRefused
from domain.windows import review_deadline

SOURCE: Final = "upload"


class Column(StrEnum):
    """What a column may mean; the template has them in this order."""

    EMAIL = "email"
    REFERENCE = "reference"
    FIRST_NAME = "firstName"
    LAST_NAME = "lastName"
    DATE = "transactionDate"
    DAYS = "days"
    LANGUAGE = "language"
    PRODUCT_NAME = "productName"
    PRODUCT_SKU = "productSku"
    PRODUCT_URL = "productUrl"
    PRODUCT_IMAGE = "productImageUrl"
    PRODUCT_BRAND = "productBrand"
    PRODUCT_GTIN = "productGtin"
    PRODUCT_MPN = "productMpn"


_MANDATORY: Final = (Column.EMAIL, Column.REFERENCE)
_ALIASES: Final = {
    Column.EMAIL: "mail emailaddress customeremail buyeremail billingemail consumeremail",
    Column.REFERENCE: (
        "order orderid orderno ordernr ordernumber orderreference shoporderid transactionreference"
    ),
    Column.FIRST_NAME: "givenname forename billingfirstname",
    Column.LAST_NAME: "surname familyname billinglastname",
    Column.DATE: "date orderdate orderedat purchasedate createdat datecreated",
    Column.DAYS: "delay delaydays",
    Column.LANGUAGE: "lang locale",
    Column.PRODUCT_NAME: "product producttitle itemname",
    Column.PRODUCT_SKU: "sku itemsku",
    Column.PRODUCT_URL: "url productlink",
    Column.PRODUCT_IMAGE: "imageurl image productimage",
    Column.PRODUCT_BRAND: "brand",
    Column.PRODUCT_GTIN: "gtin ean productean",
    Column.PRODUCT_MPN: "mpn",
}
_NAMES: Final = {
    name: column
    for column, aliases in _ALIASES.items()
    for name in (column.casefold(), *aliases.split())
}
_SEPARATORS: Final = re.compile(r"[\s_.-]+")
_PRODUCT: Final = (
    Column.PRODUCT_NAME,
    Column.PRODUCT_SKU,
    Column.PRODUCT_URL,
    Column.PRODUCT_IMAGE,
    Column.PRODUCT_BRAND,
    Column.PRODUCT_GTIN,
    Column.PRODUCT_MPN,
)

# What spreadsheet programs calculate when they open a .csv file; signed numbers are harmless.
_CALCULATED: Final = re.compile(r"\s*[=@\uff1d\uff20]|\s*[+\-\uff0b\uff0d](?![0-9 .,]+\Z)")
_SERIAL: Final = re.compile(r"\d{4,5}(\.\d+)?\Z")
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T].*)?\Z")
_PLAIN_LOCAL: Final = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,3}(\.0+)?\Z")
_FROM_1900: Final = datetime(1899, 12, 30, tzinfo=UTC)
_FROM_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was understood; ``leader`` is the first line of the same order.

    ``days`` after the chosen time its mail leaves; ``language`` is empty where none is named.
    """

    number: int
    outcome: Outcome
    reference: str = ""
    email: str = ""
    ordered_at: datetime | None = None
    days: int = 0
    language: str = ""
    product: OrderLine | None = None
    leader: int = 0
    name: str = ""


def columns(header: Sequence[str]) -> dict[Column, int]:
    """Which column stands where; the first one where two mean the same.

    Raises UploadColumnsMissing, with the missing one as field.
    """
    found: dict[Column, int] = {}
    for index, name in enumerate(header):
        column = _NAMES.get(_SEPARATORS.sub("", name.casefold()))
        if column is not None:
            found.setdefault(column, index)
    for column in _MANDATORY:
        if column not in found:
            raise UploadColumnsMissing(field=column)
    return found


def read(row: Row, places: dict[Column, int], *, now: datetime, from_1904: bool = False) -> Line:
    """One line by itself, with its first fault as outcome; ``now`` stands in for a missing date."""
    told = {
        column: row.cells[place].strip() if place < len(row.cells) else ""
        for column, place in places.items()
    }
    reference = told[Column.REFERENCE]
    try:
        return _read(row, places, told, now, from_1904)
    except UploadLineRefused as refused:
        shown = texts.writable(reference)[: ORDERS.reference_characters]
        return Line(row.number, refused.outcome, shown, leader=row.number)


def _read(
    row: Row, places: dict[Column, int], told: dict[Column, str], now: datetime, from_1904: bool
) -> Line:
    if row.is_merged:
        raise UploadLineRefused(outcome=Outcome.MERGED)
    if _is_calculated(row, places, told):
        raise UploadLineRefused(outcome=Outcome.FORMULA)
    if not any(told.values()):
        raise UploadLineRefused(outcome=Outcome.EMPTY)
    if not told[Column.REFERENCE]:
        raise UploadLineRefused(outcome=Outcome.REFERENCE_MISSING)
    ordered_at = _moment(told.get(Column.DATE, ""), now, from_1904)
    line = Line(
        row.number,
        Outcome.READY,
        told[Column.REFERENCE],
        _address(told[Column.EMAIL]),
        ordered_at,
        _days(told.get(Column.DAYS, "")),
        languages.supported(told.get(Column.LANGUAGE, ""), fallback=""),
        _product(told),
        row.number,
        _name(told),
    )
    _check_order(line, ordered_at)
    if now >= review_deadline(ordered_at):
        raise UploadLineRefused(outcome=Outcome.TOO_OLD)
    if ordered_at > now + timedelta(days=1):
        raise UploadLineRefused(outcome=Outcome.IN_FUTURE)
    return line


def _is_calculated(row: Row, places: dict[Column, int], told: dict[Column, str]) -> bool:
    if row.formulas & set(places.values()):
        return True
    return any(_CALCULATED.match(text) is not None for text in told.values())


def _name(told: dict[Column, str]) -> str:
    """First and last name for the salutation; no address, link or line break hides in one."""
    name = " ".join(filter(None, (told.get(Column.FIRST_NAME), told.get(Column.LAST_NAME))))
    if "\n" in name or "\r" in name:
        raise UploadLineRefused(outcome=Outcome.NAME_INVALID)
    try:
        return texts.clean_name(name, most=ORDERS.buyer_characters, field="name")
    except TextInvalid:
        raise UploadLineRefused(outcome=Outcome.NAME_INVALID) from None


def _address(email: str) -> str:
    local, _, domain = email.rpartition("@")
    # Ten thousand addresses have few domains, and those are what takes long to check.
    probe = f"a@{domain}" if _PLAIN_LOCAL.match(local) else email
    if not _is_address(probe):
        raise UploadLineRefused(outcome=Outcome.EMAIL_INVALID)
    return email


@lru_cache(maxsize=4_096)
def _is_address(email: str) -> bool:
    try:
        check_address(email)
    except MailAddressInvalid:
        return False
    return True


def _moment(text: str, now: datetime, from_1904: bool) -> datetime:
    """The moment of the order; one without a zone is UTC, and without a text it is ``now``."""
    if not text:
        return now
    try:
        moment = _parsed(text, from_1904)
    except (ValueError, OverflowError):
        raise UploadLineRefused(outcome=Outcome.DATE_INVALID) from None
    # The first and the last year of the calendar have moments that other zones cannot name.
    if not 2000 <= moment.year < 2100:
        raise UploadLineRefused(outcome=Outcome.DATE_INVALID)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parsed(text: str, from_1904: bool) -> datetime:
    """ISO 8601, day.month.year, day/month/year, or the number that workbooks keep of a day."""
    if _SERIAL.match(text):
        return (_FROM_1904 if from_1904 else _FROM_1900) + timedelta(days=float(text))
    if local := _LOCAL_DAY.match(text):
        day, month, year = map(int, local.groups())
        return datetime(year, month, day, tzinfo=UTC)
    return datetime.fromisoformat(text)


def _days(text: str) -> int:
    if not text:
        return 0
    if _NUMBER.match(text) is None or int(float(text)) > POLICY.line_days:
        raise UploadLineRefused(outcome=Outcome.DAYS_INVALID)
    return int(float(text))


def _product(told: dict[Column, str]) -> OrderLine | None:
    """The line's product, known by its SKU, else its GTIN or its maker's number."""
    name, sku, url, image, brand, gtin, mpn = (told.get(column) or None for column in _PRODUCT)
    if not any((name, sku, url, image, brand, gtin, mpn)):
        return None
    known_by = sku or gtin or mpn
    if known_by is None:
        raise UploadLineRefused(outcome=Outcome.PRODUCT_INVALID)
    return OrderLine(
        known_by, name or known_by, url=url, image_url=image, gtin=gtin, mpn=mpn, brand=brand
    )


def _check_order(line: Line, ordered_at: datetime) -> None:
    """The rules of every order, said as outcomes of a line."""
    products = () if line.product is None else (line.product,)
    try:
        orders.checked(NewOrder(line.reference, line.email, ordered_at, lines=products))
    except (OrderInvalid, TextInvalid) as error:
        fields = {"reference": Outcome.REFERENCE_INVALID, "email": Outcome.EMAIL_INVALID}
        raise UploadLineRefused(
            outcome=fields.get(error.field or "", Outcome.PRODUCT_INVALID)
        ) from None


def grouped(lines: Iterable[Line]) -> list[Line]:
    """The lines as orders: several with one reference are its products (systems.md §25).

    The first line leads its order. A further one is refused where it brings no further product,
    or another address.
    """
    leaders: dict[str, Line] = {}
    skus: dict[str, set[str]] = {}
    found = []
    for line in lines:
        if line.outcome is not Outcome.READY:
            found.append(line)
            continue
        leader = leaders.setdefault(line.reference, line)
        bought = skus.setdefault(line.reference, set())
        outcome = line.outcome if leader is line else _joined(leader, line, bought)
        if outcome is Outcome.READY and line.product is not None:
            bought.add(line.product.sku)
        is_first = leader is line
        found.append(line if is_first else replace(line, outcome=outcome, leader=leader.number))
    return found


def _joined(leader: Line, line: Line, bought: set[str]) -> Outcome:
    if orders.normalise_email(line.email) != orders.normalise_email(leader.email):
        return Outcome.ADDRESS_DIFFERS
    if line.product is None or line.product.sku in bought:
        return Outcome.DUPLICATE
    return Outcome.PRODUCTS_TOO_MANY if len(bought) >= ORDERS.lines else Outcome.READY


PLACES: Final = {column: place for place, column in enumerate(Column)}
"""Where each column stands in what is kept of a line."""


def kept(row: Row, places: dict[Column, int], line: Line) -> list[str]:
    """What is kept of a line, in the order of ``Column``; a day that was understood as ISO 8601."""
    cells = [
        row.cells[places[column]] if column in places and places[column] < len(row.cells) else ""
        for column in Column
    ]
    if line.ordered_at is not None:
        cells[PLACES[Column.DATE]] = line.ordered_at.isoformat()
    return cells


def order_of(lines: Sequence[Line], basis: LegalBasis) -> NewOrder:
    """The order in these lines, the leading one first."""
    leader = lines[0]
    return NewOrder(
        leader.reference,
        leader.email,
        leader.ordered_at or basis.given_at,
        lines=tuple(line.product for line in lines if line.product is not None),
        legal_basis=basis,
        source=SOURCE,
        buyer_name=leader.name,
    )
