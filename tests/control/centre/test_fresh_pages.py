"""Passwords and factors are changed after showing once more who one is, and not by an old login."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from lxml.html import HtmlElement

from domain.policies import LOGINS
from services import seed_people
from services.users import email_hash
from store import login_secrets, users
from store import sessions as logins
from tests.control.centre.conftest import COOKIE, Centre, Visitor, read, served, words

FACTORS = "/control/account/factors"
OLD = timedelta(minutes=LOGINS.fresh_minutes)


@pytest.fixture
def centre(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Centre]:
    with served(seeded_sqlite, tmp_path) as running:
        yield running


def aged(centre: Centre, name: str) -> Visitor:
    """Somebody whose login has been open for a while."""
    visitor, now = centre.signed_in(name), datetime.now(UTC)
    with centre.installation.database.write() as work:
        found = email_hash(work.keys, f"{name.lower()}@demo.example")
        user = users.by_email_hash(work.session, found)
        assert user is not None
        for login in logins.of_user(work.session, user.id):
            login.created_at = login.proved_at = now - OLD
            work.session.add(login)
    return visitor


def kept(page: HtmlElement) -> dict[str, str]:
    """The hidden fields of the question's last form."""
    form = page.xpath("//main//article//form")[-1]
    return {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}


def code(centre: Centre) -> str:
    return pyotp.TOTP(seed_people.totp_secret_of(centre.installation.database.keys)).now()


def password(centre: Centre) -> str:
    return seed_people.password_of(centre.installation.database.keys)


def test_an_old_login_alone_changes_no_factor_and_no_password(centre: Centre) -> None:
    anna = aged(centre, "Anna")
    anna.page(FACTORS)
    changes = [
        (f"{FACTORS}/app", {}),
        (f"{FACTORS}/app/confirm", {"code": "123456"}),
        (f"{FACTORS}/app/remove", {}),
        (f"{FACTORS}/codes", {}),
        (f"{FACTORS}/passkeys", {"answer": "{}", "name": "Mine"}),
        (f"{FACTORS}/passkeys/options", {}),
        (f"{FACTORS}/passkeys/unknown/remove", {}),
        ("/control/account/password", {"old": password(centre), "password": "another odd word 17"}),
    ]
    for path, values in changes:
        page = read(anna.post(path, values), status=403)
        assert page.xpath("//input[@name='fresh_code']"), path
        assert "another odd word 17" not in words(page)
        assert kept(page).get("password") is None
    # A name may be changed all the same.
    values = {"first_name": "Anna", "last_name": "Berg", "language": "de"}
    assert anna.post("/control/account", values).status_code == 303


def test_after_the_code_what_was_to_be_done_is_done(centre: Centre) -> None:
    anna = aged(centre, "Anna")
    before = anna.client.cookies[COOKIE]
    page = read(anna.post(f"{FACTORS}/codes"), status=403)
    answer = kept(page) | {"fresh_code": code(centre)}
    response = anna.post(f"{FACTORS}/codes", answer)
    done = read(response)
    assert len(done.xpath("//ul[@class='codes']/li")) == 10
    # The login goes on under another token.
    assert response.headers["set-cookie"].startswith(f"{COOKIE}=")
    assert before not in response.headers["set-cookie"]
    old = centre.stranger()
    old.client.cookies.set(COOKIE, before)
    assert old.get(FACTORS).status_code == 303
    fresh = Visitor(anna.client, done.xpath("//input[@name='csrf']/@value")[0])
    assert fresh.post(f"{FACTORS}/codes").status_code == 200


def test_a_wrong_code_asks_again_and_keeps_what_was_to_be_done(centre: Centre) -> None:
    anna = aged(centre, "Anna")
    page = read(anna.post(f"{FACTORS}/codes"), status=403)
    wrong = read(anna.post(f"{FACTORS}/codes", kept(page) | {"fresh_code": "000000"}), status=403)
    assert wrong.xpath("//input[@name='fresh_code']")
    assert wrong.xpath("//main//form/@action")[-1] == f"{FACTORS}/codes"
    forged = kept(wrong) | {"fresh_code": code(centre), "csrf": "forged"}
    assert anna.post(f"{FACTORS}/codes", forged).status_code == 403
    # With a factor, the password is not enough.
    only = kept(wrong) | {"fresh_password": password(centre)}
    assert anna.post(f"{FACTORS}/codes", only).status_code == 403
    done = anna.post(f"{FACTORS}/codes", kept(wrong) | {"fresh_code": code(centre)})
    assert done.status_code == 200


def test_secrets_are_typed_anew_after_the_answer(centre: Centre) -> None:
    anna = aged(centre, "Anna")
    values = {"old": password(centre), "password": "another odd word 17"}
    page = read(anna.post("/control/account/password", values), status=403)
    answer = kept(page) | {"fresh_code": code(centre)}
    form = read(anna.post("/control/account/password", answer))
    assert form.xpath("//input[@name='old']")
    assert form.xpath("//*[@role='status']")
    fresh = Visitor(anna.client, form.xpath("//input[@name='csrf']/@value")[0])
    assert fresh.post("/control/account/password", values).status_code == 303


def test_who_has_no_factor_gives_the_password(centre: Centre) -> None:
    ben = aged(centre, "Ben")
    page = read(ben.post(f"{FACTORS}/app"), status=403)
    assert not page.xpath("//input[@name='fresh_code']")
    wrong = ben.post(f"{FACTORS}/app", kept(page) | {"fresh_password": "wrong"})
    assert read(wrong, status=403).xpath("//input[@name='fresh_password']")
    done = ben.post(f"{FACTORS}/app", kept(page) | {"fresh_password": password(centre)})
    assert read(done).xpath("//img[@class='qr']")


def test_who_has_neither_signs_in_anew(centre: Centre) -> None:
    ben = aged(centre, "Ben")
    with centre.installation.database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, "ben@demo.example"))
        assert user is not None
        user.password_hash = ""
        work.session.add(user)
    page = read(ben.post(f"{FACTORS}/app"), status=403)
    assert not page.xpath("//input[starts-with(@name, 'fresh_')]")
    assert page.xpath("//main//form[@action='/logout']")
    answer = {"fresh": "1", "fresh_password": "", "fresh_code": ""}
    assert ben.post(f"{FACTORS}/app", answer).status_code == 403


def test_who_has_a_passkey_is_asked_for_it(centre: Centre) -> None:
    ben, now = aged(centre, "Ben"), datetime.now(UTC)
    with centre.installation.database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, "ben@demo.example"))
        assert user is not None
        key = login_secrets.Passkey(
            public_id="psk-1",
            user_id=user.id,
            credential_id="AAAA",
            public_key=b"",
            name="Key",
            created_at=now,
        )
        work.session.add(key)
    with centre.installation.database.write() as work:
        for login in logins.of_user(work.session, user.id):
            login.factor_at = now - OLD
            work.session.add(login)
    page = read(ben.post(f"{FACTORS}/passkeys/psk-1/remove"), status=403)
    (form,) = page.xpath("//form[@data-passkey='get']")
    assert form.get("action") == f"{FACTORS}/passkeys/psk-1/remove"
    assert ben.post("/login/passkey/options").status_code == 200
    answer = kept(page) | {"answer": "{}"}
    assert ben.post(f"{FACTORS}/passkeys/psk-1/remove", answer).status_code == 403
    with centre.installation.database.read() as session:
        assert len(login_secrets.passkeys(session, user.id)) == 1
