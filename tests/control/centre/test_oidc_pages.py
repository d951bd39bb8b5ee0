"""Signing in by the identity provider as people do it, and what does not come back in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest
from httpx2 import Response
from sqlmodel import col, select

from domain.policies import LOGINS
from services import links
from services.identity_providers import provider_of
from services.links import Purpose
from services.provider_attempts import Attempt
from services.users import email_hash
from store import users
from store.decisions import AuditEntry
from store.users import User
from tests import identity_providers
from tests.control.centre.conftest import BASE, COOKIE, Centre, Visitor, read, served, words
from tests.identity_providers import CLIENT_ID, DISCOVERY, SECRET, FakeProvider, sending

KEPT = "__Host-attempt"
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl")


@pytest.fixture(scope="module")
def company() -> Iterator[FakeProvider]:
    with identity_providers.running() as provider:
        yield provider


@pytest.fixture
def fake(company: FakeProvider) -> FakeProvider:
    """The provider as good as new."""
    provider_of.cache_clear()
    for changed in (company.claims, company.discovery, company.answers, company.requests):
        changed.clear()
    return company


@pytest.fixture(scope="module")
def centre(
    company: FakeProvider, seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Centre]:
    """The seeded installation, where people may sign in by a provider."""
    settings = {
        "OIDC_ISSUER": company.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": SECRET,
    }
    with served(seeded_sqlite, tmp_path_factory.mktemp("oidc"), **settings) as running:
        yield running


def go(visitor: Visitor, path: str = "/control") -> str:
    """The address of the provider to which the login page's link leads."""
    page = visitor.page(f"/login?{urlencode({'next': path})}")
    (link,) = page.xpath("//a[starts-with(@href, '/login/provider')]/@href")
    response = visitor.get(link)
    assert response.status_code == 303
    return response.headers["location"]


def come_back(visitor: Visitor, returned: dict[str, str]) -> Response:
    return visitor.get(f"/login/provider/back?{urlencode(returned)}", sec_fetch_site="cross-site")


def sign_in(fake: FakeProvider, visitor: Visitor, path: str = "/control") -> Response:
    return come_back(visitor, fake.authorize(go(visitor, path)))


def last_entry(centre: Centre) -> AuditEntry:
    with centre.installation.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action).startswith("login."))
        entry = session.exec(query.order_by(col(AuditEntry.id).desc())).first()
    assert entry is not None
    return entry


def people(centre: Centre) -> int:
    with centre.installation.database.read() as session:
        return len(session.exec(select(User.id)).all())


def refused(response: Response, code: str, status: int = 403) -> None:
    page = read(response, status=status)
    assert words(page.xpath("//p/code")[0]) == code
    assert COOKIE not in response.headers.get("set-cookie", "")


def test_ben_comes_in_by_his_companys_account(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    url = go(stranger, "/control/account")
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{fake.issuer}/authorize?")
    assert asked["redirect_uri"] == [f"{BASE}/login/provider/back"]
    assert asked["client_id"] == [CLIENT_ID]
    response = come_back(stranger, fake.authorize(url))
    assert (response.status_code, response.headers["location"]) == (303, "/control/account")
    assert KEPT not in stranger.client.cookies
    assert "Ben Vogt" in words(stranger.page("/control/account").xpath("//header")[0])
    entry = last_entry(centre)
    assert entry.action == "login.opened"
    assert orjson.loads(entry.after) == {"provider": fake.issuer, "second_factor": False}


def test_what_the_browser_keeps_meanwhile_is_bound_to_it(
    fake: FakeProvider, stranger: Visitor
) -> None:
    response = stranger.get("/login/provider")
    cookie = response.headers["set-cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert part in cookie.split("; ")
    secret = cookie.removeprefix(f"{KEPT}=").partition(".")[0]
    assert secret not in response.headers["location"]
    assert fake.requests == [DISCOVERY]


def test_an_address_is_known_however_it_is_written(fake: FakeProvider, stranger: Visitor) -> None:
    fake.claims["email"] = "Ben@Demo.Example"
    assert sign_in(fake, stranger).status_code == 303
    stranger.page("/control/account")


def test_a_session_that_was_there_before_ends(centre: Centre, fake: FakeProvider) -> None:
    cleo = centre.signed_in("Cleo")
    before = cleo.client.cookies[COOKIE]
    url = cleo.get("/login/provider").headers["location"]
    come_back(cleo, fake.authorize(url))
    assert "Ben Vogt" in words(cleo.page("/control/account").xpath("//header")[0])
    stolen = centre.stranger()
    stolen.client.cookies.set(COOKIE, before)
    assert stolen.get("/control/account").headers["location"].startswith("/login")


def test_the_second_factor_is_asked_for_unless_the_provider_did(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    fake.claims["email"] = "anna@demo.example"
    sign_in(fake, stranger)
    assert stranger.get("/control/account").headers["location"].startswith("/login/factor")
    fake.claims["amr"] = ["pwd", "mfa"]
    other = centre.stranger()
    sign_in(fake, other)
    other.page("/control/account")


def test_what_comes_back_twice_opens_once(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    url = go(stranger)
    kept = stranger.client.cookies[KEPT]
    assert come_back(stranger, fake.authorize(url)).status_code == 303
    again = centre.stranger()
    again.client.cookies.set(KEPT, kept)
    refused(come_back(again, fake.authorize(url)), "PROVIDER_REFUSED")


def test_nobody_comes_in_with_what_another_browser_began(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    returned = fake.authorize(go(centre.stranger()))
    refused(come_back(stranger, returned), "PROVIDER_REFUSED")
    go(stranger)
    fake.requests.clear()
    refused(come_back(stranger, returned), "PROVIDER_REFUSED")
    assert fake.requests == []
    entry = last_entry(centre)
    assert entry.action == "login.refused"
    assert "another browser" in entry.after


@pytest.mark.parametrize(
    "returned", [{}, {"state": "ours"}, {"error": "access_denied", "state": "ours"}]
)
def test_without_a_code_nobody_comes_in(
    centre: Centre, fake: FakeProvider, returned: dict[str, str]
) -> None:
    visitor = centre.stranger()
    state = fake.authorize(go(visitor))["state"]
    values = {name: state if value == "ours" else value for name, value in returned.items()}
    page = come_back(visitor, values)
    refused(page, "PROVIDER_REFUSED")
    assert read(page, status=403).xpath("//main//a[@href='/login']")


@pytest.mark.parametrize("kept", ["", ".", "x", "x.%", "x.____", "." + "A" * 690, "ü.ü"])
def test_a_cookie_that_nobody_set_here_opens_nothing(
    centre: Centre, fake: FakeProvider, kept: str
) -> None:
    response = centre.stranger().client.get(
        "/login/provider/back?state=s&code=c",
        headers=[(b"cookie", f"{KEPT}={kept}".encode())],
        follow_redirects=False,
    )
    refused(response, "PROVIDER_REFUSED")
    assert fake.requests == []


def test_an_attempt_that_took_too_long_is_over(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    attempt, lasts = Attempt.new(), timedelta(minutes=LOGINS.provider_minutes)
    with centre.installation.database.write() as work:
        began = datetime.now(UTC) - lasts
        links.keep(work, attempt.secret, Purpose.PROVIDER, lasts, user=None, now=began)
    stranger.client.cookies.set(KEPT, attempt.secret)
    refused(come_back(stranger, {"state": attempt.state, "code": "c"}), "PROVIDER_REFUSED")
    assert fake.requests == []


def test_whoever_is_not_known_here_is_not_created(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    before = people(centre)
    fake.claims["email"] = "nobody@demo.example"
    refused(sign_in(fake, stranger), "PROVIDER_PERSON_UNKNOWN")
    assert people(centre) == before
    entry = last_entry(centre)
    assert (entry.action, "nobody@" in entry.after) == ("login.refused", False)


def test_an_address_that_is_not_verified_opens_nothing(
    fake: FakeProvider, stranger: Visitor
) -> None:
    fake.claims["email_verified"] = False
    refused(sign_in(fake, stranger), "PROVIDER_PERSON_UNKNOWN")


def test_whoever_was_removed_stays_out(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    database = centre.installation.database
    fake.claims["email"] = "clara@demo.example"
    with database.write() as work:
        clara = users.by_email_hash(work.session, email_hash(work.keys, "clara@demo.example"))
        assert clara is not None
        clara.email_hash, clara.removed_at = None, datetime.now(UTC)
        work.session.add(clara)
    refused(sign_in(fake, stranger), "PROVIDER_PERSON_UNKNOWN")


def test_a_token_for_somebody_else_opens_nothing(
    centre: Centre, fake: FakeProvider, stranger: Visitor
) -> None:
    fake.claims["aud"] = "another"
    refused(sign_in(fake, stranger), "PROVIDER_REFUSED")
    assert "ID token" in last_entry(centre).after


def test_a_provider_that_fails_costs_no_attempt(fake: FakeProvider, stranger: Visitor) -> None:
    fake.answers["/token"] = sending(b"", 500)
    for _ in range(LOGINS.failures):
        provider_of.cache_clear()
        refused(sign_in(fake, stranger), "PROVIDER_UNAVAILABLE", status=503)
    fake.answers.clear()
    fake.requests.clear()
    refused(sign_in(fake, stranger), "PROVIDER_UNAVAILABLE", status=503)
    assert fake.requests == []
    provider_of.cache_clear()
    assert sign_in(fake, stranger).status_code == 303


def test_whoever_tries_too_often_is_paused(fake: FakeProvider, stranger: Visitor) -> None:
    replies = [come_back(stranger, {"state": "s", "code": "c"}) for _ in range(8)]
    assert {reply.status_code for reply in replies} == {403, 429}
    assert fake.requests == []


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/controlled", "javascript:x"],
)
def test_the_way_back_leads_nowhere_else(centre: Centre, fake: FakeProvider, target: str) -> None:
    visitor = centre.stranger()
    url = visitor.get(f"/login/provider?{urlencode({'next': target})}").headers["location"]
    assert come_back(visitor, fake.authorize(url)).headers["location"] == "/control"


def test_the_longest_path_of_ours_is_found_again(fake: FakeProvider, stranger: Visitor) -> None:
    path = "/control/account?" + "a" * (400 - len("/control/account?"))
    assert sign_in(fake, stranger, path).headers["location"] == path


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_said_in_every_language(
    centre: Centre, fake: FakeProvider, language: str
) -> None:
    visitor = centre.stranger()
    response = visitor.get("/login/provider/back", accept_language=language)
    page = read(response, status=403)
    assert page.get("lang") == language
    assert fake.requests == []


def test_methods_other_than_get_are_refused(fake: FakeProvider, stranger: Visitor) -> None:
    for path in ("/login/provider", "/login/provider/back"):
        assert stranger.post(path).status_code == 405
    assert fake.requests == []
