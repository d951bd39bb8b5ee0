"""Files of SEPA credit transfers (pain.001.001.09), checked against their schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import sepaxml
from lxml import etree
from sepaxml import SepaTransfer
from text_unidecode import unidecode

from domain.ibans import HOLDER_CHARACTERS, Account
from domain.payouts import FILE_CURRENCY, REFERENCE_CHARACTERS

SCHEMA: Final = "pain.001.001.09"
_NAMESPACE: Final = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_SIGNS: Final = frozenset("/-?:().,'+ ")
_NOTHING: Final = "NOTPROVIDED"


class FileInvalid(RuntimeError):
    """A file does not follow its schema: a mistake of ours, and the file is not handed out."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment: minor units of EUR; ``name`` is at most 35 letters, digits and hyphens."""

    name: str
    to: Account
    amount_minor: int
    purpose: str


def make(
    message_id: str, debtor: Account, transfers: Sequence[Transfer], *, now: datetime
) -> bytes:
    """The file; raises FileInvalid where it does not follow the schema that banks check."""
    config = {
        "name": _plain(debtor.holder, HOLDER_CHARACTERS),
        "IBAN": debtor.iban,
        "batch": True,
        "currency": FILE_CURRENCY,
    }
    made = SepaTransfer(config, schema=SCHEMA, clean=False)
    for each in transfers:
        made.add_payment(
            {
                "name": _plain(each.to.holder, HOLDER_CHARACTERS),
                "IBAN": each.to.iban,
                "amount": each.amount_minor,
                "execution_date": now.date(),
                "description": _plain(each.purpose, REFERENCE_CHARACTERS),
                "endtoend_id": each.name,
            }
        )
    document = etree.fromstring(made.export(validate=False))
    _set(document, "MsgId", message_id)
    _set(document, "CreDtTm", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if not _schema().validate(document):
        raise FileInvalid(str(_schema().error_log))
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


@cache
def _schema() -> etree.XMLSchema:
    path = Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def _set(document: etree._Element, name: str, text: str) -> None:
    for element in document.iter(f"{_NAMESPACE}{name}"):
        element.text = text


def _plain(text: str, most: int) -> str:
    """What every bank takes in a text: Latin letters without marks, digits and a few signs."""
    latin = unidecode(text)
    kept = "".join(each if each.isalnum() or each in _SIGNS else " " for each in latin)
    return " ".join(kept.split())[:most].strip() or _NOTHING
