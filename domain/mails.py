"""Mails: which there are, what their texts may name, and what a shop may write (systems.md §6).

TrustwrightError
├── NotFound
│   └── MailNotFound               MAIL_NOT_FOUND
├── Conflict
│   └── MailUnderway               MAIL_UNDERWAY
├── Invalid
│   ├── MailAddressInvalid         MAIL_ADDRESS_INVALID
│   ├── MailTextMissing            MAIL_TEXT_MISSING
│   ├── PlaceholderUnknown         PLACEHOLDER_UNKNOWN
│   ├── PlaceholderMissing         PLACEHOLDER_MISSING (systems.md §6)
│   ├── MailWordingForbidden       MAIL_WORDING_FORBIDDEN (GP-3)
│   └── ColoursAlike               COLOURS_ALIKE (systems.md §6)
└── TooMany
    └── MailTestsTooMany           MAIL_TESTS_TOO_MANY
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from email_validator import EmailNotValidError, validate_email

from domain import texts
from domain.badges import CONTRAST, contrast
from domain.errors import Conflict, Invalid, NotFound, TooMany
from domain.mail_wording import forbidden
from domain.policies import MAILS

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}\Z")
_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_BRACED: Final = re.compile(r"\{([^{}\n]{0,60})\}")


class MailNotFound(NotFound):
    code = "MAIL_NOT_FOUND"
    title = "There is no mail with this id."


class MailUnderway(Conflict):
    code = "MAIL_UNDERWAY"
    title = "This mail was sent, or is about to be; only one that failed is sent again."


class MailAddressInvalid(Invalid):
    code = "MAIL_ADDRESS_INVALID"
    title = "That is not an e-mail address."


class MailTextMissing(Invalid):
    code = "MAIL_TEXT_MISSING"
    title = "A mail has a subject, a text and, where it leads somewhere, the words of its button."


class PlaceholderUnknown(Invalid):
    code = "PLACEHOLDER_UNKNOWN"
    title = "The text names a placeholder that this mail does not know."


class PlaceholderMissing(Invalid):
    code = "PLACEHOLDER_MISSING"
    title = "The text lacks a placeholder that this mail needs."


class MailWordingForbidden(Invalid):
    code = "MAIL_WORDING_FORBIDDEN"
    title = "An invitation offers no reward, sets no stars and no condition."


class ColoursAlike(Invalid):
    code = "COLOURS_ALIKE"
    title = "The two colours are too alike to be read; choose a contrast of at least 4.5 to 1."


class MailTestsTooMany(TooMany):
    code = "MAIL_TESTS_TOO_MANY"
    title = "Enough test mails for this hour; try again later."


class MailKey(StrEnum):
    """What a mail is about; each has its texts in ``widgets/mails/``."""

    TEST = "test"
    BOOSTER_DONE = "booster_done"
    REVIEW_INVITATION = "review_invitation"
    REVIEW_RECEIPT = "review_receipt"
    OPEN_REVIEW_CONFIRM = "open_review_confirm"
    OPEN_REVIEW_RECEIPT = "open_review_receipt"
    REVIEW_HELD = "review_held"
    REVIEW_TEXT_KEPT = "review_text_kept"
    EVIDENCE_LOST = "evidence_lost"
    SHOP_REPLIED = "shop_replied"
    NEW_REVIEW = "new_review"
    DIGEST = "digest"
    REVIEW_SYSTEM_SWITCHED = "review_system_switched"
    USER_INVITED = "user_invited"
    SIGNED_UP = "signed_up"
    SIGN_UP_KNOWN = "sign_up_known"
    PASSWORD_RESET = "password_reset"  # noqa: S105 the name of a mail
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 the name of a mail
    LOGIN_ALERT = "login_alert"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ACCESS_OFFERED = "access_offered"
    ACCESS_CHANGED = "access_changed"
    ACCESS_REMOVED = "access_removed"
    MEMBERSHIP_ACCEPTED = "membership_accepted"
    MEMBERSHIP_CANCELLED = "membership_cancelled"
    MEMBERSHIP_ENDED = "membership_ended"
    MEMBERSHIP_SUSPENDED = "membership_suspended"
    PACK_BOOKED = "pack_booked"
    PACK_SUSPENDED = "pack_suspended"
    PACK_ENDS = "pack_ends"
    GROUP_ASKED = "group_asked"
    REPORT_RECEIPT = "report_receipt"
    HEARING = "hearing"
    HEARING_REMINDER = "hearing_reminder"
    SHOP_COMMENT = "shop_comment"
    EDIT_REQUESTED = "edit_requested"
    DECISION_AUTHOR = "decision_author"
    DECISION_REPORTER = "decision_reporter"
    DECISION_SHOP = "decision_shop"
    COMPLAINT_RECEIPT = "complaint_receipt"
    COMPLAINT_DECISION = "complaint_decision"
    ABUSE_WARNING = "abuse_warning"
    ABUSE_SUSPENDED = "abuse_suspended"
    PERSON_DATA = "person_data"
    ERASURE_DONE = "erasure_done"
    ERASURE_DEFERRED = "erasure_deferred"


class MailState(StrEnum):
    """Where a mail stands; KEPT ones stay in the outbox, for want of a mail server.

    One IN_DOUBT was handed over and nobody knows whether the server took it.
    """

    QUEUED = "QUEUED"
    SENT = "SENT"
    IN_DOUBT = "IN_DOUBT"
    KEPT = "KEPT"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"
    SUPPRESSED = "SUPPRESSED"


class Design(StrEnum):
    """How a shop's mails to buyers look (systems.md §6)."""

    DEFAULT = "DEFAULT_TEMPLATE"
    BEST_PRACTICE = "BEST_PRACTICE"
    CREATING_TRUST = "CREATING_TRUST"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"


@dataclass(frozen=True, slots=True)
class Kind:
    """What the texts of a mail may name, and what is special about it.

    ``link`` is the placeholder that the button leads to, empty for a mail without button.
    ``needs`` must stand in the body. A shop may write its own texts where ``is_editable``.
    Where it is unknown whether a server took the mail, one ``is_at_most_once`` is not sent again:
    a second copy would be worse than none. Of all others a second copy is better than none.
    """

    values: frozenset[str]
    link: str = ""
    needs: frozenset[str] = frozenset()
    is_editable: bool = False
    is_invitation: bool = False
    is_at_most_once: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject, body and button; paragraphs of the body are parted by empty lines."""

    subject: str
    body: str
    button: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is for; ``name`` may be empty, ``language`` is any BCP 47 tag."""

    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Look:
    """A shop's design and its two colours as ``#rrggbb``: of bars and buttons, and on them."""

    design: Design = Design.DEFAULT
    accent: str = "#0f766e"
    on_accent: str = "#ffffff"


UNSUBSCRIBE: Final = "unsubscribe_url"
ALWAYS: Final = frozenset({"shop", "operator", "name"})
"""What each mail may name: the shop or the platform, the operator, and the recipient."""


def _kind(values: str, link: str = "", *, is_at_most_once: bool = False) -> Kind:
    named = frozenset(values.split()) | ({link} if link else set())
    return Kind(named, link, is_at_most_once=is_at_most_once)


_REVIEW: Final = "review review_url"
_DECISION: Final = f"{_REVIEW} outcome ground facts explanation redress"

KINDS: Final[Mapping[MailKey, Kind]] = {
    MailKey.TEST: _kind("", "control_url", is_at_most_once=True),
    MailKey.REVIEW_INVITATION: Kind(
        frozenset(
            {"about", "reference", "ordered_on", "until", "rate_url", UNSUBSCRIBE}
            | {"profile_url", "rules_url"}
        ),
        link="rate_url",
        needs=frozenset({"rate_url", UNSUBSCRIBE}),
        is_editable=True,
        is_invitation=True,
        is_at_most_once=True,
    ),
    MailKey.REVIEW_RECEIPT: _kind("about reference stars received until withdraw_url", "edit_url"),
    MailKey.OPEN_REVIEW_CONFIRM: _kind("stars received until", "confirm_url"),
    MailKey.OPEN_REVIEW_RECEIPT: _kind("stars until withdraw_url", "edit_url"),
    MailKey.REVIEW_HELD: _kind("facts explanation redress", "edit_url"),
    MailKey.REVIEW_TEXT_KEPT: _kind("facts explanation redress due", "edit_url"),
    MailKey.EVIDENCE_LOST: _kind("facts explanation redress", "review_url"),
    MailKey.BOOSTER_DONE: _kind(
        "file lines taken left refused send_on", "upload_url", is_at_most_once=True
    ),
    MailKey.SHOP_REPLIED: Kind(
        frozenset({"review", "reply", "review_url"}),
        link="review_url",
        needs=frozenset({"reply"}),
        is_editable=True,
        is_at_most_once=True,
    ),
    MailKey.NEW_REVIEW: _kind(
        "kind stars title text reference ordered_on reviewed_on customer",
        "review_url",
        is_at_most_once=True,
    ),
    MailKey.DIGEST: _kind("count period lines", "reviews_url", is_at_most_once=True),
    MailKey.REVIEW_SYSTEM_SWITCHED: _kind("system reviews by at", "control_url"),
    MailKey.USER_INVITED: _kind("inviter where hours", "link"),
    MailKey.SIGNED_UP: _kind("shop hours", "link"),
    MailKey.SIGN_UP_KNOWN: _kind("", "link"),
    MailKey.PASSWORD_RESET: _kind("hours", "link"),
    MailKey.PASSWORD_CHANGED: _kind("", "link"),
    MailKey.LOGIN_ALERT: _kind("failures minutes", "link"),
    MailKey.SECOND_FACTOR_CHANGED: _kind("", "link"),
    MailKey.ACCESS_OFFERED: _kind("where rights inviter", "link"),
    MailKey.ACCESS_CHANGED: _kind("where rights inviter"),
    MailKey.ACCESS_REMOVED: _kind("where"),
    MailKey.MEMBERSHIP_ACCEPTED: _kind("shop"),
    MailKey.MEMBERSHIP_CANCELLED: _kind("shop ends"),
    MailKey.MEMBERSHIP_ENDED: _kind("shop"),
    MailKey.MEMBERSHIP_SUSPENDED: _kind("shop reason"),
    MailKey.PACK_BOOKED: _kind("shop pack price"),
    MailKey.PACK_SUSPENDED: _kind("shop pack reason"),
    MailKey.PACK_ENDS: _kind("shop pack ends"),
    MailKey.GROUP_ASKED: _kind("other company domain", "control_url"),
    MailKey.REPORT_RECEIPT: _kind(f"{_REVIEW} reason case due", "status_url"),
    MailKey.HEARING: _kind(f"{_REVIEW} reason explanation due", "answer_url"),
    MailKey.HEARING_REMINDER: _kind(f"{_REVIEW} reason explanation due", "answer_url"),
    MailKey.SHOP_COMMENT: _kind(f"{_REVIEW} answer due", "case_url"),
    MailKey.EDIT_REQUESTED: _kind(f"{_REVIEW} explanation due", "edit_url"),
    MailKey.DECISION_AUTHOR: _kind(_DECISION, "status_url"),
    MailKey.DECISION_REPORTER: _kind(f"{_DECISION} automation", "status_url"),
    MailKey.DECISION_SHOP: _kind(f"{_DECISION} automation", "case_url"),
    MailKey.COMPLAINT_RECEIPT: _kind(f"{_REVIEW} case due", "status_url"),
    MailKey.COMPLAINT_DECISION: _kind(f"{_REVIEW} outcome explanation", "status_url"),
    MailKey.ABUSE_WARNING: _kind("notices unfounded days"),
    MailKey.ABUSE_SUSPENDED: _kind("notices unfounded days until"),
    MailKey.PERSON_DATA: _kind("hours", "mydata_url"),
    MailKey.ERASURE_DONE: _kind("asked", "mydata_url"),
    MailKey.ERASURE_DEFERRED: _kind("asked", "mydata_url"),
}


def placeholders(key: MailKey) -> frozenset[str]:
    """Everything that the texts of this mail may name."""
    return KINDS[key].values | ALWAYS


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced; any other brace, and those in values, stay."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in its order, as pieces: each a text, or the name of a placeholder (True)."""
    parts = _PLACEHOLDER.split(text)
    return [(part, bool(index % 2)) for index, part in enumerate(parts) if part]


def check_wording(key: MailKey, wording: Wording) -> Wording:
    """What a shop wrote, tidied, if it may be sent.

    Raises TextInvalid, MailTextMissing, PlaceholderUnknown, PlaceholderMissing or
    MailWordingForbidden, each with the field.
    """
    kind = KINDS[key]
    tidy = Wording(
        texts.clean_line(wording.subject, most=MAILS.subject_characters, field="subject"),
        texts.clean(wording.body, most=MAILS.body_characters, field="body"),
        texts.clean_line(wording.button, most=MAILS.button_characters, field="button"),
    )
    parts = {"subject": tidy.subject, "body": tidy.body} | (
        {"button": tidy.button} if kind.link else {}
    )
    for field, text in parts.items():
        _check_part(key, field, text)
    missing = sorted(kind.needs - _named(tidy.body))
    if missing:
        raise PlaceholderMissing(f"The text lacks {{{missing[0]}}}.", field="body")
    return tidy


def _check_part(key: MailKey, field: str, text: str) -> None:
    if not text:
        raise MailTextMissing(field=field)
    known = placeholders(key) if field == "body" else _of_lines(key)
    unknown = sorted(_named(text) - known)
    if unknown:
        raise PlaceholderUnknown(f"There is no {{{unknown[0]}}} here.", field=field)
    found = forbidden(text) if KINDS[key].is_invitation else ""
    if found:
        raise MailWordingForbidden(f"An invitation does not say “{found}”.", field=field)


def _of_lines(key: MailKey) -> frozenset[str]:
    """A subject and a button name no address: nobody could follow it."""
    return frozenset(name for name in placeholders(key) if not is_link(name))


def _named(text: str) -> set[str]:
    """Whatever stands between two braces; a brace without its partner is a sign like others."""
    return set(_BRACED.findall(text))


def check_look(design: str, accent: str, on_accent: str) -> Look:
    """The look in these values; raises Invalid for what is none, ColoursAlike (A11Y-1)."""
    if design not in set(Design):
        raise Invalid("There is no such design.", field="design")
    colours = {"accent": accent.strip().lower(), "on_accent": on_accent.strip().lower()}
    for field, colour in colours.items():
        if _COLOUR.match(colour) is None:
            raise Invalid("A colour is # and six hexadecimal digits.", field=field)
    if contrast(*colours.values()) < CONTRAST:
        raise ColoursAlike(field="on_accent")
    return Look(Design(design), **colours)


def check_address(email: str, *, field: str = "email") -> str:
    """The address that mails can be sent to, in ASCII; raises MailAddressInvalid."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise MailAddressInvalid(field=field) from error
    return found.ascii_email or found.normalized


def is_link(name: str) -> bool:
    """Whether the placeholder with this name stands for an address that can be followed."""
    return name == "link" or name.endswith("_url")


def is_web_address(text: str) -> bool:
    """Whether a link in a mail may lead there."""
    return re.fullmatch(r"https?://[^\s<>\"']+", text) is not None
