"""Passkeys: registered, opening a login alone or as second factor, and each challenge once."""

from datetime import timedelta

import pytest
from webauthn.helpers import bytes_to_base64url

from domain.errors import TrustwrightError
from domain.logins import SecondFactor, SecondFactorKept, SecondFactorRefused, SignInRefused
from domain.people import PasskeyExists, PasskeyNotFound, PasskeyRefused
from domain.rights import Right
from services import passkeys, sessions
from services.installation import Installation
from services.sessions import Person
from tests.services import people, steps
from tests.services.authenticators import Authenticator
from tests.services.steps import NOON


@pytest.fixture
def base_url(installation: Installation) -> str:
    return installation.settings.base_url


@pytest.fixture
def device(base_url: str) -> Authenticator:
    return Authenticator(base_url)


@pytest.fixture
def anna(installation: Installation) -> Person:
    shop = steps.open_shop(installation.database)
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR)
    return people.entered(installation, "anna")


def offer(installation: Installation, person: Person) -> str:
    url = installation.settings.base_url
    with installation.database.write() as work:
        return passkeys.offer(work, person, base_url=url, issuer="Trust", now=NOON)


def register(
    installation: Installation, person: Person, answer: str, *, minutes: int = 0
) -> Person:
    """The person after the passkey was added."""
    url, at = installation.settings.base_url, NOON + timedelta(minutes=minutes)
    with installation.database.write() as work:
        made = passkeys.register(work, person, answer, "Laptop", base_url=url, now=at)
    return people.person(installation, made.token)


def ask(installation: Installation, person: Person | None = None) -> str:
    url = installation.settings.base_url
    with installation.database.write() as work:
        return passkeys.ask(work, person, base_url=url, now=NOON)


def enter(installation: Installation, answer: str) -> Person:
    opened = passkeys.sign_in(installation, answer, people.HOME, now=NOON)
    return people.person(installation, opened.token)


def test_a_passkey_is_a_second_factor_and_a_login_by_itself(
    installation: Installation, anna: Person, device: Authenticator
) -> None:
    assert anna.second_factor is SecondFactor.SETUP_DUE
    after = register(installation, anna, device.create(offer(installation, anna)))
    assert after.second_factor is SecondFactor.DONE
    half = people.person(installation, people.sign_in(installation, "anna").token)
    assert half.second_factor is SecondFactor.DUE
    answer = device.get(ask(installation, half))
    token = passkeys.show(installation, half, answer, now=NOON)
    assert people.person(installation, token).second_factor is SecondFactor.DONE
    alone = enter(installation, device.get(ask(installation)))
    assert (alone.user_id, alone.second_factor) == (anna.user_id, SecondFactor.DONE)
    with installation.database.read() as session:
        (key,) = passkeys.listed(session, alone)
    assert (key.name, key.used_at) == ("Laptop", NOON)


def test_an_answer_opens_once(
    installation: Installation, anna: Person, device: Authenticator
) -> None:
    made = device.create(offer(installation, anna))
    after = register(installation, anna, made)
    with pytest.raises(PasskeyRefused):
        register(installation, after, made)
    answer = device.get(ask(installation))
    enter(installation, answer)
    with pytest.raises(SignInRefused):
        enter(installation, answer)


TOLD = bytes_to_base64url(b'{"challenge": "x"}')
CLIENT = f'"response": {{"clientDataJSON": "{TOLD}"}}'
WRONG = [
    "{}",
    "",
    "[]",
    "null",
    '{"response": 7}',
    "x" * 30_000,
    "[" * 19_000,
    f'{{"id": "\\u0000", {CLIENT}}}',
    f'{{"id": "\\ud800", {CLIENT}}}',
    f'{{"id": "{"x" * 5_000}", {CLIENT}}}',
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_answer_is_refused(installation: Installation, anna: Person, wrong: str) -> None:
    with pytest.raises(PasskeyRefused):
        register(installation, anna, wrong)
    with pytest.raises(SignInRefused):
        enter(installation, wrong)
    with pytest.raises(SecondFactorRefused):
        passkeys.show(installation, anna, wrong, now=NOON)


def test_a_page_elsewhere_a_late_answer_and_a_locked_device_are_refused(
    installation: Installation, anna: Person, device: Authenticator, base_url: str
) -> None:
    elsewhere = Authenticator("http://evil.example")
    with pytest.raises(PasskeyRefused):
        register(installation, anna, elsewhere.create(offer(installation, anna)))
    with pytest.raises(PasskeyRefused):
        register(installation, anna, device.create(offer(installation, anna)), minutes=5)
    register(installation, anna, device.create(offer(installation, anna)))
    device.unlocked = False
    with pytest.raises(SignInRefused):
        enter(installation, device.get(ask(installation)))
    device.unlocked, device.origin = True, "http://evil.example"
    with pytest.raises(SignInRefused):
        enter(installation, device.get(ask(installation)))
    stranger = Authenticator(base_url)
    with pytest.raises(SignInRefused):
        enter(installation, stranger.get(ask(installation)))


def test_a_challenge_belongs_to_the_person_who_got_it(
    installation: Installation, anna: Person, device: Authenticator, base_url: str
) -> None:
    inside = register(installation, anna, device.create(offer(installation, anna)))
    shop = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, shop, "cleo", Right.REVIEWS)
    cleo = people.entered(installation, "cleo")
    own = Authenticator(base_url)
    cleo = register(installation, cleo, own.create(offer(installation, cleo)))
    # Cleo's key signs Anna's challenge, and Anna's key answers in Cleo's login.
    for answer in (own.get(ask(installation, inside)), device.get(ask(installation, cleo))):
        with pytest.raises(SecondFactorRefused):
            passkeys.show(installation, cleo, answer, now=NOON)
    with pytest.raises(PasskeyExists):
        register(installation, cleo, device.create(offer(installation, cleo)))


def test_the_last_factor_of_an_administrator_stays_and_others_keys_are_nobodys(
    installation: Installation, anna: Person, device: Authenticator, base_url: str
) -> None:
    inside = register(installation, anna, device.create(offer(installation, anna)))
    with installation.database.read() as session:
        (first,) = passkeys.listed(session, inside)

    def drop(passkey_id: str) -> None:
        with installation.database.write() as work:
            passkeys.drop(work, inside, passkey_id, base_url=base_url, now=NOON)

    refused: list[type[TrustwrightError]] = [PasskeyNotFound, SecondFactorKept]
    for passkey_id, error in zip(("psk-0", first.passkey_id), refused, strict=True):
        with pytest.raises(error):
            drop(passkey_id)
    second = Authenticator(base_url)
    inside = register(installation, inside, second.create(offer(installation, inside)))
    drop(first.passkey_id)
    with pytest.raises(SignInRefused):
        enter(installation, device.get(ask(installation)))
    assert enter(installation, second.get(ask(installation))).user_id == anna.user_id
    assert sessions.signed_in(installation, "", now=NOON) is None


def test_a_key_with_a_name_that_no_key_has_is_refused(
    installation: Installation, anna: Person, device: Authenticator
) -> None:
    device.credential_id = bytes(1_100)
    with pytest.raises(PasskeyRefused):
        register(installation, anna, device.create(offer(installation, anna)))
