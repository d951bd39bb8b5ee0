"""The table of legacy-api.md 1.6: who may read a shop's own data, and what others are told."""

import base64
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.exchanges import OTHER_KEY
from tests.api.legacy.areas import ANNA, RESTRICTED, Area, opened
from tests.api.legacy.edges import envelope

UID = "0" * 32


@pytest.fixture
def area(sqlite_url: str, tmp_path: Path) -> Iterator[Area]:
    yield from opened(sqlite_url, tmp_path)


READS = [
    "{A}",
    "{A}/quality",
    "{A}/quality/reviews",
    "{A}/quality/complaints",
    "{A}/reviews",
    "{A}/products/reviews",
    "reviews",
    "benchmarks",
]


def test_a_login_reads_its_own_shops(area: Area) -> None:
    formats = (
        (".json", "", "json"),
        (".xml", "", "xml"),
        ("", "", "xml"),
        ("", "application/json", "json"),
    )
    for name, (suffix, accept, expected) in product(READS, formats):
        query = "?tsId={A}" if name == "benchmarks" else ""
        reply = area.as_anna(f"{RESTRICTED}/{name}{suffix}{query}", accept=accept)
        assert (reply.status, envelope(reply)["message"]) == (200, "SUCCESS")
        assert reply.headers["content-type"] == f"application/{expected}"
        assert "etag" not in reply.headers


def test_a_login_reads_the_list_of_its_shops_in_any_case_of_its_name(area: Area) -> None:
    login = ("Anna@Example.ORG", area.passwords["anna"])
    reply = area.ask("/rest/restricted/v2/retailers/shops.json", login=login)
    (shop,) = envelope(reply)["data"]["retailer"]["shops"]
    assert (shop["tsId"], shop["url"]) == (area.keys["A"], "anna.example")


def test_orders_stand_beside_reviews_only_here(area: Area) -> None:
    assert b"ORDER-OF-ANNA" in area.as_anna(f"{RESTRICTED}/{{A}}/reviews.json").body
    public = area.running.ask(f"/rest/public/v2/shops/{area.keys['A']}/reviews.json")
    assert b"ORDER-OF-ANNA" not in public.body


def test_the_invitation_mail_is_a_page_or_json(area: Area) -> None:
    target = f"{RESTRICTED}/{{A}}/templates/reviewCollectorReviewRequest/generator"
    page = area.as_anna(target, method="POST")
    assert (page.status, page.headers["content-type"]) == (200, "text/html")
    found = area.as_anna(target, method="POST", accept="application/json")
    assert set(envelope(found)["data"]["template"]) == {"subject", "html"}
    assert area.as_anna(target).status == 405


@pytest.mark.parametrize(
    "name", ["{A}", "{A}/reviews", "abc", "else", "reviews", "{C}/quality/complaints"]
)
def test_without_a_password_a_browser_is_asked_for_one_and_a_script_is_not(
    area: Area, name: str
) -> None:
    page = area.ask(f"{RESTRICTED}/{name}")
    assert (page.status, page.headers["content-type"]) == (401, "text/html")
    assert page.headers["www-authenticate"] == 'Basic realm="Trustwright API"'
    for value in ("XMLHttpRequest", "xmlhttprequest"):
        reply = area.ask(f"{RESTRICTED}/{name}.json", x_requested_with=value)
        assert (reply.status, envelope(reply)["message"]) == (403, "FORBIDDEN")
        assert "www-authenticate" not in reply.headers


def test_a_wrong_password_is_like_none(area: Area) -> None:
    for login in ((ANNA, "wrong"), ("nobody@example.org", area.passwords["anna"]), ("", "")):
        assert area.ask(f"{RESTRICTED}/{{A}}", login=login).status == 401
    script = area.ask(
        f"{RESTRICTED}/{{A}}.json", login=(ANNA, "wrong"), x_requested_with="XMLHttpRequest"
    )
    assert (script.status, envelope(script)["message"]) == (403, "FORBIDDEN")


def test_after_the_password_the_contract_says_what_is_wrong(area: Area) -> None:
    for name, status, message in (
        ("{C}", 403, "FORBIDDEN"),
        ("{C}/reviews", 403, "FORBIDDEN"),
        ("{C}/quality/complaints", 403, "FORBIDDEN"),
        ("{C}/products/reviews", 403, "FORBIDDEN"),
        ("benchmarks?tsId={C}", 403, "FORBIDDEN"),
        ("benchmarks", 400, "BAD_REQUEST"),
        ("abc", 400, "TS_ID_INVALID"),
        (OTHER_KEY, 404, "TS_ID_NOT_FOUND"),
        ("{A}/else", 404, "RESOURCE_NOT_FOUND"),
        (f"{{A}}/reviews/{UID}/comments/{UID}", 404, "RESOURCE_NOT_FOUND"),
    ):
        reply = area.as_anna(f"{RESTRICTED}/{name}", accept="application/json")
        assert (name, reply.status, envelope(reply)["message"]) == (name, status, message)


OTHERS = [
    ("GET", "{A}/reviews/trigger.json"),
    ("PUT", "{A}/reviewcollector"),
    ("DELETE", "{A}/reviews/requests"),
    ("GET", f"{{A}}/reviews/{UID}/comments"),
    ("POST", f"{{A}}/reviews/{UID}/comments/{UID}"),
    ("DELETE", f"{{A}}/reviews/{UID}/comments/{UID}"),
    ("POST", "{A}"),
    ("DELETE", "{A}/reviews"),
    ("OPTIONS", "{A}/reviews"),
]


def test_another_method_is_refused_after_the_password(area: Area) -> None:
    for method, name in OTHERS:
        reply = area.as_anna(f"{RESTRICTED}/{name}", method=method, accept="application/json")
        assert (reply.status, envelope(reply)["message"]) == (405, "METHOD_NOT_ALLOWED")
        assert method not in reply.headers["allow"].split(", ")
        assert area.ask(f"{RESTRICTED}/{name}", method=method).status == 401


@pytest.mark.parametrize("name", ["quality", "quality/reviews"])
def test_the_quality_is_read_without_credentials_as_the_public_one(area: Area, name: str) -> None:
    reply = area.ask(f"{RESTRICTED}/{{A}}/{name}.json", accept_encoding="gzip, br")
    assert reply.status == 200
    plain = area.ask(f"{RESTRICTED}/{{A}}/{name}.json")
    public = area.running.ask(f"/rest/public/v2/shops/{area.keys['A']}/{name}.json")
    assert plain.body == public.body
    assert b"complaintIndicator" not in plain.body
    assert area.ask(f"{RESTRICTED}/{{A}}/{name}.json", method="HEAD").body == b""
    target = f"{RESTRICTED}/{{A}}/{name}.json"
    assert area.ask(target, x_requested_with="XMLHttpRequest").status == 403
    assert area.ask(target, authorization="Basic !").status == 401
    assert area.ask(f"{RESTRICTED}/abc/{name}.json").status == 401


def test_a_password_is_not_taken_over_plain_http(area: Area) -> None:
    login = (ANNA, area.passwords["anna"])
    for target in (f"{RESTRICTED}/{{A}}.json", f"{RESTRICTED}/{{A}}/quality.json"):
        reply = area.ask(target, login=login, is_secure=False)
        assert (reply.status, envelope(reply)["message"]) == (403, "FORBIDDEN")
        assert "location" not in reply.headers
    # A word that the client itself put before our proxy's.
    forged = area.running.ask(
        f"{RESTRICTED}/{area.keys['A']}.json", x_forwarded_proto="https, http"
    )
    assert forged.status == 403


def test_nobody_but_our_proxy_says_that_https_was_spoken(sqlite_url: str, tmp_path: Path) -> None:
    for area in opened(sqlite_url, tmp_path, TRUSTED_PROXIES="203.0.113.0/24"):
        assert area.as_anna(f"{RESTRICTED}/{{A}}.json").status == 403


def test_ten_wrong_passwords_close_the_login_for_that_address(area: Area) -> None:
    target = f"{RESTRICTED}/{{A}}.json"
    for n in range(10):
        assert area.ask(target, login=(ANNA, f"wrong {n}")).status == 401
    closed = area.as_anna(target)
    assert (closed.status, envelope(closed)["message"]) == (429, "TOO_MANY_REQUESTS")
    assert 1 <= int(closed.headers["retry-after"]) <= 900
    assert area.as_anna(target, address="198.51.100.8").status == 200
    assert area.ask(target, login=("cleo@example.org", area.passwords["cleo"])).status == 403
    # Upper case is the same login.
    assert area.ask(target, login=(ANNA.upper(), area.passwords["anna"])).status == 429


def test_a_login_has_a_quota_of_its_own(sqlite_url: str, tmp_path: Path) -> None:
    for area in opened(sqlite_url, tmp_path, LEGACY_LOGIN_RATE="2"):
        statuses = [area.as_anna(f"{RESTRICTED}/{{A}}.json").status for _ in range(3)]
        assert statuses == [200, 200, 429]
        login = ("cleo@example.org", area.passwords["cleo"])
        assert area.ask(f"{RESTRICTED}/{{C}}.json", login=login).status == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    header=st.one_of(
        st.text(max_size=40),
        st.binary(max_size=40).map(lambda raw: f"Basic {base64.b64encode(raw).decode()}"),
        st.sampled_from(
            [
                "Basic",
                "Basic ",
                "Basic Og==",
                "Bearer x",
                "basic " + "A" * 9_000,
                "Basic AAAAOgAA",
                "Basic \x00",
                "Basic 7aCAOu2ggA==",
            ]
        ),
    )
)
def test_a_strange_authorization_is_a_wrong_one(area: Area, header: str) -> None:
    reply = area.ask(f"{RESTRICTED}/{{A}}.json", authorization=header)
    assert reply.status in {401, 429}


def test_answers_are_compressed_when_asked_for(area: Area) -> None:
    plain = area.as_anna(f"{RESTRICTED}/{{A}}/quality.json")
    packed = area.as_anna(f"{RESTRICTED}/{{A}}/quality.json", accept_encoding="gzip")
    brotli = area.as_anna(f"{RESTRICTED}/{{A}}/quality.json", accept_encoding="br")
    assert packed.headers["content-encoding"] == "gzip"
    assert brotli.headers["content-encoding"] == "br"
    assert len(packed.body) < len(plain.body)
    assert packed.headers["content-length"] == str(len(packed.body))
