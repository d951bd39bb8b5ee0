"""Second factors: set up by a first code, each code good once, and never the last one lost."""

from datetime import timedelta

import pyotp
import pytest

from domain.errors import NotAllowed
from domain.logins import (
    SecondFactor,
    SecondFactorKept,
    SecondFactorNeeded,
    SecondFactorRefused,
    SignInPaused,
)
from domain.rights import OperatorRole, Right
from services import second_factors, staff
from services.installation import Installation
from services.second_factors import Confirmed
from services.sessions import Person
from tests.services import people, steps
from tests.services.steps import NOON

BASE = "https://trust.example"
STEP = timedelta(seconds=30)


@pytest.fixture
def shop(installation: Installation) -> str:
    return steps.open_shop(installation.database)


@pytest.fixture
def anna(installation: Installation, shop: str) -> str:
    return people.hire(installation, shop, "anna", Right.ADMINISTRATOR, factor=True)


def half_in(installation: Installation, name: str) -> Person:
    return people.person(installation, people.sign_in(installation, name).token)


def enrol(installation: Installation, person: Person) -> tuple[str, Confirmed]:
    """The secret of a new app, and what its first code gave."""
    with installation.database.write() as work:
        enrolment = second_factors.enrol(work, person, issuer="Trust Example", now=NOON)
    assert "Trust%20Example" in enrolment.uri
    first = pyotp.TOTP(enrolment.secret).at(NOON)
    return enrolment.secret, second_factors.confirm(installation, person, first, now=NOON)


def test_an_administrator_sets_a_factor_up_first_and_gets_ten_codes(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR)
    first = half_in(installation, "anna")
    assert first.second_factor is SecondFactor.SETUP_DUE
    _, confirmed = enrol(installation, first)
    assert len(set(confirmed.codes)) == 10
    after = people.person(installation, confirmed.token)
    assert after.second_factor is SecondFactor.DONE
    with installation.database.read() as session:
        found = second_factors.of(session, after)
    assert (found.has_totp, found.codes_left, found.passkeys) == (True, 10, 0)


def test_a_secret_counts_only_after_its_first_code(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR)
    first = half_in(installation, "anna")
    with installation.database.write() as work:
        shown = second_factors.enrol(work, first, issuer="Trust", now=NOON)
    with installation.database.write() as work:
        assert second_factors.enrol(work, first, issuer="Trust", now=NOON, again=True) == shown
    with pytest.raises(SecondFactorRefused):
        second_factors.confirm(installation, first, "000000", now=NOON)
    assert half_in(installation, "anna").second_factor is SecondFactor.SETUP_DUE


@pytest.mark.usefixtures("anna")
def test_no_code_opens_twice_nor_one_from_before_it(installation: Installation) -> None:
    second_factors.show(installation, half_in(installation, "anna"), people.code(NOON), now=NOON)
    for code in (people.code(NOON), people.code(NOON - STEP)):
        with pytest.raises(SecondFactorRefused):
            second_factors.show(installation, half_in(installation, "anna"), code, now=NOON)
    later = people.code(NOON + STEP)
    second_factors.show(installation, half_in(installation, "anna"), later, now=NOON)


@pytest.mark.usefixtures("anna")
def test_codes_of_other_times_are_refused_and_guessing_is_paused(
    installation: Installation,
) -> None:
    person = half_in(installation, "anna")
    for code in (people.code(NOON + 2 * STEP), people.code(NOON - 2 * STEP), "", "x", "1" * 500):
        with pytest.raises(SecondFactorRefused):
            second_factors.show(installation, person, code, now=NOON)
    with pytest.raises(SignInPaused):
        second_factors.show(installation, person, people.code(NOON), now=NOON)


@pytest.mark.usefixtures("anna")
def test_a_recovery_code_opens_once_however_it_is_typed(installation: Installation) -> None:
    person = people.entered(installation, "anna")
    with installation.database.write() as work:
        first, second, *_ = second_factors.renew_codes(work, person, now=NOON)
    second_factors.show(installation, half_in(installation, "anna"), first, now=NOON)
    with pytest.raises(SecondFactorRefused):
        second_factors.show(installation, half_in(installation, "anna"), first, now=NOON)
    typed = f" {second.lower().replace('-', ' ')} "
    second_factors.show(installation, half_in(installation, "anna"), typed, now=NOON)
    with installation.database.write() as work:
        second_factors.renew_codes(work, person, now=NOON)


@pytest.mark.usefixtures("anna")
def test_before_the_factor_is_shown_none_can_be_changed(installation: Installation) -> None:
    person = half_in(installation, "anna")
    with installation.database.write() as work:
        with pytest.raises(SecondFactorNeeded):
            second_factors.enrol(work, person, issuer="Trust", now=NOON)
        with pytest.raises(SecondFactorNeeded):
            second_factors.renew_codes(work, person, now=NOON)
        with pytest.raises(SecondFactorNeeded):
            second_factors.drop_totp(work, person, base_url=BASE, now=NOON)


@pytest.mark.usefixtures("anna", "shop")
def test_an_app_is_replaced_by_another_and_the_last_one_stays_where_it_must(
    installation: Installation,
) -> None:
    person = people.entered(installation, "anna")
    with pytest.raises(SecondFactorKept), installation.database.write() as work:
        second_factors.drop_totp(work, person, base_url=BASE, now=NOON)
    secret, _ = enrol(installation, person)
    later = NOON + STEP
    with pytest.raises(SecondFactorRefused):
        second_factors.show(
            installation, half_in(installation, "anna"), people.code(later), now=later
        )
    fresh = pyotp.TOTP(secret).at(later)
    second_factors.show(
        installation, half_in(installation, "anna"), fresh, now=later + timedelta(seconds=1)
    )


def test_who_needs_none_may_have_one_and_give_it_up(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    first = half_in(installation, "ben")
    _, confirmed = enrol(installation, first)
    inside = people.person(installation, confirmed.token)
    assert half_in(installation, "ben").second_factor is SecondFactor.DUE
    with installation.database.write() as work:
        second_factors.drop_totp(work, inside, base_url=BASE, now=NOON)
        second_factors.drop_totp(work, inside, base_url=BASE, now=NOON)
    assert half_in(installation, "ben").second_factor is SecondFactor.NONE_NEEDED


def test_nobody_changes_factors_in_somebody_elses_place(
    installation: Installation, shop: str
) -> None:
    ben = people.hire(installation, shop, "ben", Right.REVIEWS)
    people.employ(installation, "olga", OperatorRole.ADMINISTRATOR)
    olga = people.entered(installation, "olga")
    with installation.database.write() as work:
        token = staff.impersonate(work, olga, ben, "Asked for by mail.", people.HOME, now=NOON)
    with pytest.raises(NotAllowed), installation.database.write() as work:
        second_factors.enrol(work, people.person(installation, token), issuer="Trust", now=NOON)


def test_nobody_who_knows_the_password_leaves_a_way_in_for_later(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    guest, ben = (half_in(installation, "ben") for _ in range(2))
    with pytest.raises(SecondFactorNeeded), installation.database.write() as work:
        second_factors.renew_codes(work, guest, now=NOON)
    with installation.database.write() as work:
        seen = second_factors.enrol(work, guest, issuer="Trust", now=NOON)
    secret, confirmed = enrol(installation, ben)
    assert seen.secret != secret
    assert len(confirmed.codes) == 10
