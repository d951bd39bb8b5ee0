"""Passwords: long ones that nobody guesses, and none of those that everybody tries first."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import passwords
from domain.people import PasswordWeak

ABOUT = ("Anna", "Berger", "anna@buecher-und-toene.example")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Passw0rd!2026",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "poiuztrewq987",
        "111111111111",
        "abcabcabcabc",
        "Sommer2026!!!",
        "ILoveYouForever",
        "MeinPasswort123",
        "contraseña123",
        "motdepasse2024",
        "wachtwoord1!",
        "839201746352",
        "x7kq" * 5,
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak) as refused:
        passwords.check(password)
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["Anna.Berger-1984", "Buecher&Toene2026", "bergeranna11"])
def test_what_is_known_of_a_person_is_no_password_of_theirs(password: str) -> None:
    with pytest.raises(PasswordWeak):
        passwords.check(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "x7Kq-password-99zP",
        "jM#9fk2!xqLp",
        "заходимобереговелосипед",
        "aardvark-jubilee-7",
        "密码很长而且不容易被人猜到吧",
    ],
)
def test_unusual_words_and_random_letters_are_taken_in_any_script(password: str) -> None:
    passwords.check(password, about=ABOUT)


def test_a_password_has_12_to_200_characters_whatever_they_are() -> None:
    for length in (11, 201):
        with pytest.raises(PasswordWeak, match=r"12|200"):
            passwords.check(("jM#9fk2!xqLp" * 17)[:length])
    passwords.check("jM#9fk2!xqLp")


@given(st.text(min_size=12, max_size=200))
def test_any_text_is_taken_or_refused_and_never_breaks(password: str) -> None:
    with suppress(PasswordWeak):
        passwords.check(password, about=(password[:9],))
