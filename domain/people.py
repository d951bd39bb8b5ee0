"""People who work with the control centre: what is known of them, and who must stay.

TrustwrightError
├── Unavailable                    try again soon; nothing was changed
│   └── LeakedPasswordsUnreadable  LEAKED_PASSWORDS_UNREADABLE
├── NotFound                       there is no such thing
│   ├── UserNotFound               USER_NOT_FOUND
│   └── PasskeyNotFound            PASSKEY_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── UserExists                 USER_EXISTS
│   ├── LastAdministrator          LAST_ADMINISTRATOR (systems.md §38)
│   └── PasskeyExists              PASSKEY_EXISTS
└── Invalid                        a value breaks a rule
    ├── PersonInvalid              PERSON_INVALID
    ├── PasswordWeak               PASSWORD_WEAK (systems.md §38)
    ├── PasswordLeaked             PASSWORD_LEAKED (systems.md §38)
    └── PasskeyRefused             PASSKEY_REFUSED
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain import languages, mails, texts
from domain.errors import Conflict, Invalid, NotFound, Unavailable
from domain.policies import LOGINS
from domain.rights import OperatorRole, Right


class UserNotFound(NotFound):
    code = "USER_NOT_FOUND"
    title = "There is no person with this id."


class PasskeyNotFound(NotFound):
    code = "PASSKEY_NOT_FOUND"
    title = "You have no passkey with this id."


class UserExists(Conflict):
    code = "USER_EXISTS"
    title = "There is a login with this e-mail address already."


class LastAdministrator(Conflict):
    code = "LAST_ADMINISTRATOR"
    title = "Somebody has to stay administrator: give that right to somebody else first."


class PasskeyExists(Conflict):
    code = "PASSKEY_EXISTS"
    title = "This passkey is registered already, or there are too many."


class PersonInvalid(Invalid):
    code = "PERSON_INVALID"
    title = "The person's data are not complete or not valid."


class PasswordWeak(Invalid):
    code = "PASSWORD_WEAK"
    title = (
        "The password is too easy to guess: choose several unusual words, 12 characters or more."
    )


class PasswordLeaked(Invalid):
    code = "PASSWORD_LEAKED"
    title = "This password stands in lists of stolen passwords: choose another one."


class LeakedPasswordsUnreadable(Unavailable):
    code = "LEAKED_PASSWORDS_UNREADABLE"
    title = "The list of stolen passwords cannot be read at the moment. Try again in a moment."


class PasskeyRefused(Invalid):
    code = "PASSKEY_REFUSED"
    title = "The passkey could not be verified; nothing was changed."


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to get a login; the e-mail is the user name (systems.md §38)."""

    email: str
    first_name: str
    last_name: str
    language: str


def checked(person: NewPerson) -> NewPerson:
    """The person with tidy names and an address that mails can be sent to.

    Raises PersonInvalid, TextInvalid or MailAddressInvalid with the field.
    """
    first, last = checked_name(person.first_name, person.last_name)
    if person.language not in languages.SUPPORTED:
        raise PersonInvalid("Pages and mails are in one of seven languages.", field="language")
    email = mails.check_address(person.email)
    return replace(person, email=email, first_name=first, last_name=last)


def checked_name(first_name: str, last_name: str) -> tuple[str, str]:
    """Both names on one line, at most 80 characters each.

    They stand in mails to others, so they hold no link, address or phone number.
    Raises PersonInvalid or TextInvalid with the field.
    """
    most = LOGINS.name_characters
    first = texts.clean_name(first_name, most=most, field="first_name")
    last = texts.clean_name(last_name, most=most, field="last_name")
    if not first:
        raise PersonInvalid("A person has a first name.", field="first_name")
    if not last:
        raise PersonInvalid("A person has a last name.", field="last_name")
    return first, last


def rights_named(names: Iterable[str]) -> frozenset[Right]:
    """The rights with these names; raises PersonInvalid for a name that is none."""
    try:
        return frozenset(map(Right, names))
    except ValueError as error:
        known = ", ".join(Right)
        raise PersonInvalid(f"A right is one of {known}.", field="rights") from error


def roles_named(names: Iterable[str]) -> frozenset[OperatorRole]:
    """The operator's roles with these names; raises PersonInvalid for a name that is none."""
    try:
        return frozenset(map(OperatorRole, names))
    except ValueError as error:
        known = ", ".join(OperatorRole)
        raise PersonInvalid(f"A role is one of {known}.", field="roles") from error


def check_administrators(before: int, after: int) -> None:
    """Raise LastAdministrator where there were administrators before and are none after.

    A shop that never had one, such as one that was added at the command line, may go without.
    """
    if before and not after:
        raise LastAdministrator(field="rights")
