"""Complaints about decisions: who may complain, once each, decided by another person (DSA-4).

TrustwrightError
├── Conflict                       the state of things forbids it
│   ├── ComplaintExists            COMPLAINT_EXISTS
│   └── SamePerson                 SAME_PERSON (DSA-4)
└── Gone                           it was possible once
    └── ComplaintTooLate           COMPLAINT_TOO_LATE (DSA-4)
"""

from enum import StrEnum

from domain.errors import Conflict, Gone


class ComplaintExists(Conflict):
    code = "COMPLAINT_EXISTS"
    title = "You have complained about this decision already."


class SamePerson(Conflict):
    code = "SAME_PERSON"
    title = "Who has decided in a case does not decide about the complaint; another person does."


class ComplaintTooLate(Gone):
    code = "COMPLAINT_TOO_LATE"
    title = "A decision can be complained about for six months."


class Side(StrEnum):
    """Who may complain: the author about what was hidden, the reporter about what was kept."""

    AUTHOR = "AUTHOR"
    REPORTER = "REPORTER"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


AUTHOR = "AUTHOR"
SHOP = "SHOP"


def complainant(notice_id: str | None, *, is_shop: bool) -> str:
    """By what a person is told from the others who may complain in a case.

    The author, the shop with all its staff, and each reader by the public id of their notice.
    """
    if notice_id is None:
        return AUTHOR
    return SHOP if is_shop else notice_id
