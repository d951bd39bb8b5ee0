"""Guarantors: who pays for a protected purchase that went wrong (systems.md §35).

TrustwrightError
├── NotFound
│   └── GuarantorNotFound          GUARANTOR_NOT_FOUND
├── Conflict
│   ├── GuarantorActive            GUARANTOR_ACTIVE
│   ├── GuarantorChanged           GUARANTOR_CHANGED
│   └── GuarantorIsDemo            GUARANTOR_IS_DEMO
└── Invalid
    └── GuarantorInvalid           GUARANTOR_INVALID
"""

from dataclasses import dataclass
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotFound

DEMO_NAME: Final = "Demo Guarantor (no real cover)"
"""What the guarantor of a demo is called wherever it stands (systems.md §35)."""
_NAME: Final = 200
_TEXT: Final = 2_000


class GuarantorNotFound(NotFound):
    code = "GUARANTOR_NOT_FOUND"
    title = "There is no guarantor with this id."


class GuarantorActive(Conflict):
    code = "GUARANTOR_ACTIVE"
    title = "Another guarantor is active; end its work first."


class GuarantorChanged(Conflict):
    code = "GUARANTOR_CHANGED"
    title = "Somebody else has changed this guarantor meanwhile; look at it again."


class GuarantorIsDemo(Conflict):
    code = "GUARANTOR_IS_DEMO"
    title = "The demo's guarantor covers nothing and stays as it is; it works where the demo is on."


class GuarantorInvalid(Invalid):
    code = "GUARANTOR_INVALID"
    title = "A guarantor has a name, an address, a contact and a note about its licence."


@dataclass(frozen=True, slots=True)
class GuarantorData:
    """What is said of a guarantor: its licence or why it needs none, and how it is reached."""

    name: str
    address: str
    licence_note: str
    contact: str


def checked(data: GuarantorData) -> GuarantorData:
    """The data with tidy texts; nothing of it may be missing.

    Raises GuarantorInvalid or TextInvalid, with the field.
    """
    tidy = GuarantorData(
        name=texts.clean_line(data.name, most=_NAME, field="name"),
        address=texts.clean(data.address, most=_TEXT, field="address"),
        licence_note=texts.clean(data.licence_note, most=_TEXT, field="licence_note"),
        contact=texts.clean_line(data.contact, most=_NAME, field="contact"),
    )
    for field in ("name", "address", "licence_note", "contact"):
        if not getattr(tidy, field):
            raise GuarantorInvalid(field=field)
    return tidy
