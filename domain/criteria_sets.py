"""Sets of criteria against which shops are audited: data by market and version (systems.md §31).

A set never changes once it is published: a change is a new version, and an audit that is
running keeps the version with which it began.

TrustwrightError
└── NotFound                       there is no such thing
    ├── CriteriaSetNotFound        CRITERIA_SET_NOT_FOUND
    └── CriterionNotFound          CRITERION_NOT_FOUND
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from domain import languages
from domain.errors import NotFound


class CriteriaSetNotFound(NotFound):
    code = "CRITERIA_SET_NOT_FOUND"
    title = "There is no such set of criteria for this market."


class CriterionNotFound(NotFound):
    code = "CRITERION_NOT_FOUND"
    title = "The set of this audit has no such criterion."


class CriterionGroup(IntEnum):
    """The eight groups of criteria, in the order in which reports list them."""

    IDENTITY = 1
    DATA = 2
    CANCELLATION = 3
    PRODUCTS = 4
    DELIVERY = 5
    ORDERING = 6
    GUARANTEE = 7
    QUALITY = 8


class Severity(StrEnum):
    """Whether a criterion has to be fulfilled before an audit is passed."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Method(StrEnum):
    """How an auditor checks a criterion; each has its sentence in the words of the pages."""

    READ_IMPRINT = "READ_IMPRINT"
    READ_TERMS = "READ_TERMS"
    READ_WITHDRAWAL = "READ_WITHDRAWAL"
    READ_PRIVACY = "READ_PRIVACY"
    READ_SHIPPING = "READ_SHIPPING"
    READ_PRODUCTS = "READ_PRODUCTS"
    WALK_THE_ORDER = "WALK_THE_ORDER"
    TEST_ORDER = "TEST_ORDER"
    CONTACT = "CONTACT"
    REGISTER = "REGISTER"
    CONNECTION = "CONNECTION"
    ASK_THE_SHOP = "ASK_THE_SHOP"
    PLATFORM_FIGURES = "PLATFORM_FIGURES"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; ``texts`` has a sentence in each of the seven languages.

    ``legal_note`` names the law behind it, in English, empty where it is our own rule.
    """

    code: str
    group: CriterionGroup
    severity: Severity
    texts: Mapping[str, str]
    how_to_check: tuple[Method, ...]
    legal_note: str = ""

    def __post_init__(self) -> None:
        missing = [tag for tag in languages.SUPPORTED if not self.texts.get(tag, "").strip()]
        if not self.code or missing or not self.how_to_check:
            raise ValueError(f"Criterion {self.code!r} is not complete: {missing}")

    def text(self, language: str) -> str:
        """The criterion in this language, English where it is none of the seven."""
        return self.texts.get(language) or self.texts["en"]


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """All criteria of one market in one version, such as 2026-11, by group."""

    market: str
    version: str
    needs_legal_review: bool
    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        codes = [each.code for each in self.criteria]
        if not codes or len(set(codes)) != len(codes):
            raise ValueError(f"The set {self.market} {self.version} is empty, or names one twice.")

    def get(self, code: str) -> Criterion:
        """The criterion with this code; raises CriterionNotFound."""
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise CriterionNotFound(field="criterion")

    def by_group(self) -> Mapping[CriterionGroup, tuple[Criterion, ...]]:
        """The criteria of each group that has any, in the order of groups."""
        found = {
            group: tuple(each for each in self.criteria if each.group is group)
            for group in CriterionGroup
        }
        return {group: criteria for group, criteria in found.items() if criteria}


def read(document: Mapping[str, Any], common: Mapping[str, Any]) -> CriteriaSet:
    """The set in a market's document: the common criteria but those it leaves out, and its own.

    Raises KeyError or ValueError for a document that is not complete.
    """
    left_out = frozenset(document["leaves_out"])
    known = {each["code"] for each in common["criteria"]}
    if not left_out <= known:
        raise ValueError(f"{document['market']} leaves out what is not there.")
    shared = [each for each in common["criteria"] if each["code"] not in left_out]
    criteria = sorted(_all([*shared, *document["criteria"]]), key=lambda each: each.group)
    return CriteriaSet(
        document["market"],
        document["version"],
        bool(document["needs_legal_review"]),
        tuple(criteria),
    )


def _all(found: Iterable[Mapping[str, Any]]) -> Iterable[Criterion]:
    for each in found:
        yield Criterion(
            each["code"],
            CriterionGroup(each["group"]),
            Severity(each["severity"]),
            dict(each["text"]),
            tuple(Method(name) for name in each["how_to_check"]),
            each.get("legal_note", ""),
        )


COMMON: Final = "common"
"""How the document is called that the markets share."""
