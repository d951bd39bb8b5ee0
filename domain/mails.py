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
from domain.mail_kinds import KINDS as KINDS
from domain.mail_kinds import UNSUBSCRIBE as UNSUBSCRIBE
from domain.mail_kinds import Kind as Kind
from domain.mail_kinds import MailKey as MailKey
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


ALWAYS: Final = frozenset({"shop", "operator", "name"})
"""What each mail may name: the shop or the platform, the operator, and the recipient."""


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
