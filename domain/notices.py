"""Notices about reviews: who may report what, for which reasons, and how often (DSA-2, FR-5).

TrustwrightError
├── NotAllowed                     the caller may not do this
│   ├── NoticeLinkForged           NOTICE_LINK_FORGED
│   └── ReporterSuspended          REPORTER_SUSPENDED (DSA-5)
├── NotFound                       there is no such thing
│   └── NoticeNotFound             NOTICE_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── NoticeExists               NOTICE_EXISTS
│   └── NoticeDecided              NOTICE_DECIDED
├── Gone                           it was possible once
│   └── NoticeLinkExpired          NOTICE_LINK_EXPIRED
├── Invalid                        a value breaks a rule
│   └── NoticeInvalid              NOTICE_INVALID
└── TooMany                        wait
    └── NoticesTooMany             NOTICES_TOO_MANY (RATE-4)
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain import languages, mails, texts
from domain.decisions import Ground
from domain.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, TextInvalid, TooMany
from domain.policies import NOTICES


class NoticeLinkForged(NotAllowed):
    code = "NOTICE_LINK_FORGED"
    title = "This link was not issued here; open it from the message once more."


class ReporterSuspended(NotAllowed):
    code = "REPORTER_SUSPENDED"
    title = "Reports of yours are not taken at present; the message about it says until when."


class NoticeNotFound(NotFound):
    code = "NOTICE_NOT_FOUND"
    title = "The shop has not reported this review."


class NoticeExists(Conflict):
    code = "NOTICE_EXISTS"
    title = "You have reported this review already; it is being checked."


class NoticeDecided(Conflict):
    code = "NOTICE_DECIDED"
    title = "Your report of this review has been decided; you may complain about the decision."


class NoticeLinkExpired(Gone):
    code = "NOTICE_LINK_EXPIRED"
    title = "The time of this link is over."


class NoticeInvalid(Invalid):
    code = "NOTICE_INVALID"
    title = "The report is not complete or not valid."


class NoticesTooMany(TooMany):
    code = "NOTICES_TOO_MANY"
    title = "That are too many reports for one day; please go on tomorrow."


class NoticeReason(StrEnum):
    """The closed, published list (systems.md §12, ISO-9); none speaks of stars or opinions.

    Which one was chosen changes neither the duration nor the outcome, but for silence about a
    review without evidence (``domain.cases``).
    """

    NO_PURCHASE = "NO_PURCHASE"
    TOO_OLD = "TOO_OLD"
    FALSE_FACTS = "FALSE_FACTS"
    WRONG_IMAGE = "WRONG_IMAGE"
    ABUSIVE = "ABUSIVE"
    PRIVACY = "PRIVACY"
    ADVERTISING = "ADVERTISING"
    CHILD_PROTECTION = "CHILD_PROTECTION"

    @property
    def ground(self) -> Ground:
        """The ground on which a decision would rest; also what the API calls the reason."""
        return _GROUNDS.get(self, Ground.VIOLATES_THE_TERMS_OF_USE)


_GROUNDS: Final = {
    NoticeReason.NO_PURCHASE: Ground.UNTRUTHFUL,
    NoticeReason.TOO_OLD: Ground.UNTRUTHFUL,
    NoticeReason.FALSE_FACTS: Ground.UNTRUTHFUL,
    NoticeReason.WRONG_IMAGE: Ground.INAPPROPRIATE_IMAGE,
    NoticeReason.ABUSIVE: Ground.ABUSIVE,
    NoticeReason.CHILD_PROTECTION: Ground.ABUSIVE,
}


class ReporterKind(StrEnum):
    """Who reports: somebody who reads, or the shop that is reviewed."""

    READER = "READER"
    SHOP = "SHOP"


@dataclass(frozen=True, slots=True)
class Reporter:
    """A person who reports, with the language in which to write to them.

    ``shop_key`` is that of the reviewed shop, for reports of its staff.
    """

    kind: ReporterKind
    name: str
    email: str
    language: str
    shop_key: str = ""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A report as it was sent; ``good_faith`` is the tick box (DSA-2)."""

    review_id: str
    reporter: Reporter
    reason: NoticeReason
    explanation: str
    good_faith: bool


def reason_of(text: str) -> NoticeReason:
    """The reason of this name; raises NoticeInvalid."""
    try:
        return NoticeReason(text)
    except ValueError:
        raise NoticeInvalid("Choose one of the reasons.", field="reason") from None


def checked(notice: NewNotice) -> NewNotice:
    """The notice, tidied; raises NoticeInvalid or MailAddressInvalid (FR-5, DSA-2)."""
    tidied = replace(
        notice,
        reporter=_reporter(notice.reporter, notice.reason),
        explanation=explanation(notice.explanation, field="explanation"),
    )
    if not notice.good_faith:
        raise NoticeInvalid(
            "Say that you believe in good faith that your report is correct.", field="good_faith"
        )
    return tidied


def explanation(text: str, *, field: str) -> str:
    """Why somebody reports or complains, of at least 20 characters; raises NoticeInvalid."""
    tidy = tidied(text, field=field)
    if len(tidy) < NOTICES.explanation_characters:
        raise NoticeInvalid(
            f"Explain it in at least {NOTICES.explanation_characters} characters.", field=field
        )
    return tidy


def tidied(text: str, *, field: str) -> str:
    """What somebody says in a case, at most 5,000 characters; raises NoticeInvalid."""
    try:
        return texts.clean(text, most=NOTICES.text_characters, field=field)
    except TextInvalid as refusal:
        raise NoticeInvalid(refusal.detail, field=field) from None


def _reporter(reporter: Reporter, reason: NoticeReason) -> Reporter:
    """Name and address; who reports an offence against children need not give them (DSA-2)."""
    try:
        name = texts.clean_line(reporter.name, most=NOTICES.name_characters, field="name")
    except TextInvalid as refusal:
        raise NoticeInvalid(refusal.detail, field="name") from None
    email = reporter.email.strip()
    if reason is not NoticeReason.CHILD_PROTECTION or name or email:
        if not name:
            raise NoticeInvalid("Give your name.", field="name")
        email = mails.check_address(email)
    language = languages.supported(reporter.language, fallback="en")
    return replace(reporter, name=name, email=email, language=language)


class Measure(StrEnum):
    """What follows from manifestly unfounded notices (DSA-5): first a warning, then a pause."""

    WARNED = "WARNED"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class Record:
    """A reporter's notices of the last 90 days, and whether they were warned in that time."""

    notices: int
    unfounded: int
    is_warned: bool

    @property
    def measure(self) -> Measure | None:
        """What is called for; None where the record is no abuse."""
        is_abuse = (
            self.notices >= NOTICES.abuse_notices
            and self.unfounded * 100 >= self.notices * NOTICES.abuse_percent
        )
        if not is_abuse:
            return None
        return Measure.SUSPENDED if self.is_warned else Measure.WARNED
