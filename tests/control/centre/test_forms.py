"""Forms are read within limits, only from our own pages, and only with the session's token."""

import pytest
from starlette.testclient import TestClient

from control.centre.forms import _FIELDS
from services import users
from tests.control.centre.conftest import BASE, SAME_ORIGIN, Centre, Visitor, read, words

URLENCODED = "application/x-www-form-urlencoded"
RENAME = {"first_name": "Eve", "last_name": "Berger", "language": "de"}


def name_of(centre: Centre) -> str:
    """What Anna is called now."""
    database = centre.installation.database
    with database.read() as session:
        colleagues = users.of_shop(session, database.keys, centre.annas)
    return next(each.name for each in colleagues if each.email.startswith("anna"))


@pytest.fixture(autouse=True)
def _nothing_changed(centre: Centre) -> None:
    assert name_of(centre) == "Anna Berger"


def test_a_form_of_our_own_page_is_taken(centre: Centre, anna: Visitor) -> None:
    response = anna.post("/control/account", RENAME | {"first_name": "Änna"})
    assert (response.status_code, response.headers["location"]) == (303, "/control/account")
    assert name_of(centre) == "Änna Berger"
    page = anna.page("/control/account")
    assert words(page.xpath("//*[@role='status']")[0]) == "Gespeichert."
    assert not anna.page("/control/account").xpath("//*[@role='status']")
    anna.post("/control/account", RENAME | {"first_name": "Anna"})


def test_a_form_without_the_token_is_shown_again_and_changes_nothing(
    centre: Centre, anna: Visitor
) -> None:
    for token in ("", "wrong", "ä"):
        page = read(anna.post("/control/account", RENAME | {"csrf": token}), status=403)
        assert page.xpath("//input[@name='first_name']/@value") == ["Eve"]
        assert page.xpath("//form[@action='/control/account']/input[@name='csrf']/@value") == [
            anna.csrf
        ]
    assert name_of(centre) == "Anna Berger"


def test_the_token_of_another_session_does_not_fit(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    assert anna.post("/control/account", RENAME | {"csrf": ben.csrf}).status_code == 403
    assert name_of(centre) == "Anna Berger"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "nonsense"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://trust.example.evil.example"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_refused(
    centre: Centre, anna: Visitor, headers: dict[str, str]
) -> None:
    data = RENAME | {"csrf": anna.csrf}
    response = anna.client.post("/control/account", data=data, headers=headers)
    assert response.status_code == 403
    assert "FORM_FORGED" in response.text
    assert name_of(centre) == "Anna Berger"


def test_browsers_that_name_only_the_origin_are_believed(anna: Visitor) -> None:
    data = RENAME | {"csrf": anna.csrf, "first_name": ""}
    response = anna.client.post("/control/account", data=data, headers={"origin": BASE})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=b", "", 415),
        (b"a=b", "text/plain", 415),
        (b"--x", "multipart/form-data", 400),
        (b"--y\r\n\r\n", "multipart/form-data; boundary=x", 400),
        (
            b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"&".join(b"a%d=1" % n for n in range(_FIELDS + 1)), URLENCODED, 400),
        (b"first_name=%00", URLENCODED, 400),
        (b"%00=1", URLENCODED, 400),
        (b"a" * 300 + b"=1", URLENCODED, 400),
        (b"a=" + b"x" * 70_000, URLENCODED, 413),
    ],
)
def test_what_is_no_form_is_refused(
    anna: Visitor, body: bytes, media_type: str, status: int
) -> None:
    headers = SAME_ORIGIN | {"content-type": media_type}
    response = anna.client.post("/control/account", content=body, headers=headers)
    assert (response.status_code, "INTERNAL_ERROR" in response.text) == (status, False)


def test_bytes_that_are_no_text_are_no_fault_of_ours(anna: Visitor) -> None:
    body = f"csrf={anna.csrf}&first_name=%ff%fe&last_name=%ed%a0%80&language=de"
    headers = SAME_ORIGIN | {"content-type": URLENCODED}
    response = anna.client.post("/control/account", content=body, headers=headers)
    assert response.status_code < 500
    anna.post("/control/account", RENAME | {"first_name": "Anna"})


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(anna: Visitor) -> None:
    typed = RENAME | {"first_name": "", "last_name": '"><script>alert(1)</script>'}
    page = read(anna.post("/control/account", typed), status=422)
    [field] = page.xpath("//input[@name='first_name']")
    assert field.get("aria-invalid") == "true"
    [told] = page.xpath(f"//*[@id='{field.get('aria-describedby').split()[0]}']")
    assert words(told)
    assert page.xpath("//input[@name='last_name']/@value") == [typed["last_name"]]
    assert words(page.xpath("//*[@role='alert']")[0]) == words(told)


def test_a_refused_password_is_not_sent_back(anna: Visitor) -> None:
    values = {"old": "secret-one-secret", "password": "secret-two-secret"}
    response = anna.post("/control/account/password", values)
    assert response.status_code == 403
    assert "secret-" not in response.text


def test_a_parameter_may_not_be_too_long_or_too_many(anna: Visitor) -> None:
    assert anna.get(f"/control?all={'x' * 501}").status_code == 400
    assert anna.get("/control?" + "&".join(f"a{n}=1" for n in range(41))).status_code == 400
    assert anna.get("/control?all=%00").status_code == 400


def test_other_methods_are_refused(anna: Visitor) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        response = anna.client.request(method, "/control/account")
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")
    assert anna.get("/control/account/nothing").status_code == 404
    head: TestClient = anna.client
    response = head.head("/control/account")
    assert (response.status_code, response.content) == (200, b"")
