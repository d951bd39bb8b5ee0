"""Signing in and out as people do it: password, second factor, links, and what is refused."""

from datetime import UTC, datetime

import pyotp
import pytest
from httpx2 import Response

from services import links, passwords, seed_people
from services.users import email_hash
from store import users
from tests.control.centre.conftest import COOKIE, Centre, Visitor, read, words


def sign_in(centre: Centre, visitor: Visitor, email: str, password: str = "") -> Response:
    password = password or seed_people.password_of(centre.installation.database.keys)
    return visitor.post("/login", {"email": email, "password": password, "next": "/control"})


def link_for(centre: Centre, email: str) -> str:
    """The token of a link such as is mailed to somebody who forgot a password."""
    with centre.installation.database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, email))
        assert user is not None
        return links.make(work, user, now=datetime.now(UTC))


def test_ben_signs_in_and_out(centre: Centre, stranger: Visitor) -> None:
    response = sign_in(centre, stranger, "ben@demo.example")
    assert (response.status_code, response.headers["location"]) == (303, "/control")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie.split("; ")
    assert "domain" not in cookie.lower()
    token = stranger.client.cookies[COOKIE]
    page = stranger.page("/control/account")
    assert "Ben Vogt" in words(page.xpath("//header")[0])
    response = stranger.post("/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert response.headers["clear-site-data"] == '"cache", "storage"'
    stranger.client.cookies.set(COOKIE, token)
    assert stranger.get("/control/account").status_code == 303


def test_a_planted_token_is_worth_nothing_after_the_login(
    centre: Centre, stranger: Visitor
) -> None:
    planted = "planted-by-somebody-else"
    stranger.client.cookies.set(COOKIE, planted)
    response = sign_in(centre, stranger, "ben@demo.example")
    assert planted not in response.headers["set-cookie"]
    other = centre.stranger()
    other.client.cookies.set(COOKIE, planted)
    assert other.get("/control/account").status_code == 303


def test_the_second_factor_comes_before_everything_else(centre: Centre, stranger: Visitor) -> None:
    sign_in(centre, stranger, "anna@demo.example")
    first = stranger.client.cookies[COOKIE]
    response = stranger.get("/control/account")
    assert response.headers["location"] == "/login/factor?next=/control/account"
    page = read(stranger.post("/login/factor", {"code": "000000"}), status=403)
    assert page.xpath("//input[@name='code']/@aria-invalid") == ["true"]
    secret = seed_people.totp_secret_of(centre.installation.database.keys)
    code = pyotp.TOTP(secret).now()
    response = stranger.post("/login/factor", {"code": code, "next": "/control/account"})
    assert (response.status_code, response.headers["location"]) == (303, "/control/account")
    assert stranger.client.cookies[COOKIE] != first
    stranger.page("/control/account")
    stolen = centre.stranger()
    stolen.client.cookies.set(COOKIE, first)
    assert stolen.get("/control/account").headers["location"].startswith("/login?next")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/controlled", "javascript:x"],
)
def test_the_login_leads_nowhere_else(centre: Centre, stranger: Visitor, target: str) -> None:
    page = stranger.page(f"/login?next={target}")
    assert page.xpath("//input[@name='next']/@value")[0] == "/control"
    password = seed_people.password_of(centre.installation.database.keys)
    values = {"email": "ben@demo.example", "password": password, "next": target}
    assert stranger.post("/login", values).headers["location"] == "/control"


def test_whoever_guesses_is_paused_and_told_how_long(centre: Centre) -> None:
    guesser = centre.stranger()
    replies = [sign_in(centre, guesser, "otto@demo.example", f"wrong {n}") for n in range(8)]
    assert {reply.status_code for reply in replies} == {403, 429}
    assert int(replies[-1].headers["retry-after"]) >= 1
    known = words(read(replies[0], status=403).xpath("//*[@role='alert']")[0])
    unknown = sign_in(centre, centre.stranger(), "nobody@demo.example", "wrong")
    if unknown.status_code == 403:
        assert words(read(unknown, status=403).xpath("//*[@role='alert']")[0]) == known


def test_a_forgotten_password_is_answered_alike_for_everybody(stranger: Visitor) -> None:
    for email in ("clara@demo.example", "nobody@demo.example"):
        response = stranger.post("/password", {"email": email})
        assert (response.status_code, response.headers["location"]) == (303, "/password")


def test_a_link_sets_a_password_once(centre: Centre, stranger: Visitor) -> None:
    token, password = link_for(centre, "clara@demo.example"), "several unusual words here"
    page = stranger.page(f"/password/{token}")
    assert "clara@demo.example" in words(page)
    weak = read(stranger.post(f"/password/{token}", {"password": "short"}), status=422)
    assert weak.xpath("//input[@name='password']/@aria-invalid") == ["true"]
    response = stranger.post(f"/password/{token}", {"password": password})
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    again = stranger.get(f"/password/{token}")
    assert again.status_code == 410
    assert read(again, status=410).xpath("//a[@href='/password']")
    assert stranger.post(f"/password/{token}", {"password": password}).status_code == 410


def test_an_administrator_without_a_second_factor_sets_one_up_first(centre: Centre) -> None:
    database, now = centre.installation.database, datetime.now(UTC)
    with database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, "cleo@demo.example"))
        assert user is not None
        user.totp_cipher = user.totp_confirmed_at = None
        work.session.add(user)
    cleo = centre.signed_in("Cleo", with_factor=False)
    response = cleo.get("/control/account", accept_language="fr")
    assert response.headers["location"] == "/control/account/factors"
    page = read(cleo.post("/control/account/factors/app"))
    secret = "".join(words(page.xpath("//li[2]//code")[0]).split())
    wrong = read(cleo.post("/control/account/factors/app/confirm", {"code": "1"}), status=403)
    assert "".join(words(wrong.xpath("//li[2]//code")[0]).split()) == secret
    code = pyotp.TOTP(secret).at(now)
    confirmed = read(cleo.post("/control/account/factors/app/confirm", {"code": code}))
    assert len(confirmed.xpath("//ul[@class='codes']/li")) == 10
    cleo.page("/control/account")


def test_a_password_is_changed_with_the_old_one_only(centre: Centre) -> None:
    token, password = link_for(centre, "mona@demo.example"), "many rather odd words 17"
    passwords.set_by_link(centre.installation, token, password, now=datetime.now(UTC))
    mona = centre.signed_in("Mona")
    values = {"old": "nonsense", "password": "another few odd words"}
    page = read(mona.post("/control/account/password", values), status=403)
    assert page.xpath("//input[@name='old']/@aria-invalid") == ["true"]
    values = {"old": password, "password": "another few odd words"}
    assert mona.post("/control/account/password", values).status_code == 303
    mona.page("/control/account")


def test_devices_are_listed_and_ended(centre: Centre) -> None:
    here, there = centre.signed_in("Ben"), centre.signed_in("Ben")
    page = here.page("/control/account/sessions")
    actions = page.xpath("//main//form/@action")
    assert len([action for action in actions if action.endswith("/end")]) >= 1
    anna = centre.signed_in("Anna")
    foreign = next(action for action in actions if action.endswith("/end"))
    assert anna.post(foreign).status_code == 404
    assert there.get("/control/account").status_code == 200
    assert here.post("/control/account/sessions").status_code == 303
    assert there.get("/control/account").status_code == 303
    assert here.get("/control/account").status_code == 200


def test_guesses_from_one_network_of_version_6_pause_no_other_one(centre: Centre) -> None:
    guesser = centre.stranger()
    replies = [sign_in(centre, guesser, f"nobody{n}@demo.example", "wrong") for n in range(8)]
    assert replies[-1].status_code == 429
    assert sign_in(centre, centre.stranger(), "ben@demo.example").status_code == 303
