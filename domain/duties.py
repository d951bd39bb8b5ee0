"""Separation of duties: who handles does not pay, who has decided does not hear the appeal.

The roles are types. A Handler, Decider, Payer or Auditor cannot be made for somebody whom the
rules keep out, so a use case that takes one has been checked (systems.md §38): nobody acts for
the operator about a company on whose shops they hold any right or about a purchase of their
own, and handling, the appeal and the payment are three people's.

TrustwrightError
└── NotAllowed                     the caller may not do this
    ├── OwnShop                    OWN_SHOP (systems.md §38)
    └── DutiesConflict             DUTIES_CONFLICT (systems.md §36)
"""

from dataclasses import dataclass, field

from domain.errors import NotAllowed


class OwnShop(NotAllowed):
    code = "OWN_SHOP"
    title = "You hold rights on a shop of this company; another person acts here."


class DutiesConflict(NotAllowed):
    code = "DUTIES_CONFLICT"
    title = "You have had another part in this; handling, appeal and payment are three people's."


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody of the operator's staff, and the companies on whose shops they hold a right.

    ``name`` is the person's public id, ``companies`` are internal ids of accounts, ``email_hash``
    is the keyed hash of the person's address.
    """

    name: str
    companies: frozenset[int] = field(default=frozenset())
    email_hash: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """What is decided about: the shop's company, and who has had which part in it so far.

    ``buyer_hash`` is the keyed hash of the buyer's address, empty where there is no buyer.
    """

    company: int
    handlers: frozenset[str] = field(default=frozenset())
    deciders: frozenset[str] = field(default=frozenset())
    payers: frozenset[str] = field(default=frozenset())
    buyer_hash: str = ""


@dataclass(frozen=True, slots=True)
class Handler:
    """Who may handle a claim; raises OwnShop, or DutiesConflict for a payer or appeal decider."""

    officer: Officer
    file: File

    def __post_init__(self) -> None:
        _check(self.officer, self.file, others=self.file.deciders | self.file.payers)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who may decide an appeal; raises OwnShop, or DutiesConflict for a handler or payer."""

    officer: Officer
    file: File

    def __post_init__(self) -> None:
        _check(self.officer, self.file, others=self.file.handlers | self.file.payers)


@dataclass(frozen=True, slots=True)
class Payer:
    """Who may pay; raises OwnShop, or DutiesConflict for a handler or appeal decider."""

    officer: Officer
    file: File

    def __post_init__(self) -> None:
        _check(self.officer, self.file, others=self.file.handlers | self.file.deciders)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who may audit a shop, or hear a complaint about an audit that another has made.

    For a complaint the file names those who have audited as ``handlers`` and ``complaint`` is
    true. Raises OwnShop or DutiesConflict.
    """

    officer: Officer
    file: File
    complaint: bool = False

    def __post_init__(self) -> None:
        others = self.file.handlers if self.complaint else frozenset[str]()
        _check(self.officer, self.file, others=others)


def _check(officer: Officer, file: File, *, others: frozenset[str]) -> None:
    if file.company in officer.companies:
        raise OwnShop
    is_buyer = bool(file.buyer_hash) and officer.email_hash == file.buyer_hash
    if is_buyer or officer.name in others:
        raise DutiesConflict
