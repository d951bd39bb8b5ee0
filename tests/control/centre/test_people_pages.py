"""People, packs and sign-up: what an administrator does, and what is refused."""

from datetime import UTC, datetime

import pytest

from services import offers, sessions, users
from store import users as rows
from tests.control.centre.conftest import Centre, Visitor, read, words

NEW = {"first_name": "Nora", "last_name": "Neu", "email": "nora@demo.example", "language": "de"}
SHOP = {
    "first_name": "Gina",
    "last_name": "Gründer",
    "email": "gina@new.example",
    "company": "Gründer GmbH",
    "name": "Ginas Laden",
    "url": "www.ginas-laden.example",
    "market": "DE",
    "language": "de",
    "offers": "goods",
}


def id_of(centre: Centre, first_name: str) -> str:
    database = centre.installation.database
    with database.read() as session:
        colleagues = users.of_shop(session, database.keys, centre.annas)
    return next(each.user_id for each in colleagues if each.name.startswith(first_name))


def accept_all(centre: Centre, email: str) -> None:
    """Accept everything that somebody was offered, signed in as they are."""
    now, database = datetime.now(UTC), centre.installation.database
    with database.write() as work:
        user = rows.by_email_hash(work.session, users.email_hash(work.keys, email))
        assert user is not None
        token = sessions.open_(work, user, now=now)
    person = sessions.signed_in(centre.installation, token, now=now)
    assert person is not None
    with database.write() as work:
        for offer in offers.of_person(work.session, person, now=now):
            offers.accept(work, person, offer.offer_id, now=now)


@pytest.fixture
def url(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/users"


def test_somebody_is_invited_gets_rights_and_is_removed(
    centre: Centre, anna: Visitor, url: str
) -> None:
    response = anna.post(url, NEW | {"rights": ["reviews", "read-only"]})
    assert (response.status_code, response.headers["location"]) == (303, url)
    page = anna.page(url)
    assert "Eingeladen, wartet auf Antwort" in words(page)
    assert "Nora" not in words(page)
    again = next(path for path in page.xpath("//form/@action") if path.endswith("/again"))
    assert anna.post(again).status_code == 303
    accept_all(centre, NEW["email"])
    nora = f"{url}/{id_of(centre, 'Nora')}"
    ticked = anna.page(nora).xpath("//input[@name='rights'][@checked]/@value")
    assert ticked == ["reviews", "read-only"]
    assert anna.post(nora, {"rights": ["audits"]}).status_code == 303
    assert anna.page(nora).xpath("//input[@name='rights'][@checked]/@value") == ["audits"]
    assert anna.post(again).status_code == 404
    assert anna.post(f"{nora}/remove").status_code == 303
    assert anna.get(nora).status_code == 404


def test_a_second_invitation_of_the_same_person_is_refused(anna: Visitor, url: str) -> None:
    values = NEW | {"email": "ben@demo.example", "rights": "reviews"}
    page = read(anna.post(url, values), status=409)
    assert page.xpath("//input[@name='email']/@aria-invalid") == ["true"]
    assert page.xpath("//input[@name='first_name']/@value") == ["Nora"]
    assert page.xpath("//input[@name='rights'][@checked]/@value") == ["reviews"]


def test_rights_that_are_none_are_refused(anna: Visitor, url: str) -> None:
    for rights in ([], ["owner"], ["moderator"]):
        assert anna.post(url, NEW | {"rights": rights}).status_code == 422


def test_the_last_administrator_stays(centre: Centre, anna: Visitor, url: str) -> None:
    own = f"{url}/{id_of(centre, 'Anna')}"
    assert anna.post(own, {"rights": ["reviews"]}).status_code == 409
    assert anna.post(f"{own}/remove").status_code == 409
    assert anna.page(own).xpath("//input[@name='rights'][@checked]/@value") == ["administrator"]


def test_people_of_a_foreign_shop_are_nobody_here(
    centre: Centre, anna: Visitor, cleo: Visitor, url: str
) -> None:
    bens = id_of(centre, "Ben")
    foreign = f"/control/shops/{centre.cleos}/users/{bens}"
    assert cleo.get(foreign).status_code == 404
    for path in (foreign, f"{foreign}/remove"):
        assert cleo.post(path, {"rights": "reviews"}).status_code == 404
    assert anna.get(f"{url}/{bens}").status_code == 200


def test_names_are_shown_as_they_are_and_run_nothing(anna: Visitor, url: str) -> None:
    values = NEW | {"last_name": "<script>alert(1)</script>", "email": "x@demo.example"}
    response = anna.post(url, values | {"rights": "reviews"})
    page = anna.get(url)
    assert response.status_code in {303, 422}
    assert "<script>alert" not in page.text


def test_a_pack_that_is_included_cannot_be_booked(centre: Centre, anna: Visitor) -> None:
    url = f"/control/shops/{centre.annas}/packs"
    page = anna.page(url)
    assert "Enthalten" in words(page)
    assert not page.xpath(f"//form[@action='{url}/book']")
    for pack in ("BENCHMARK", "NONSENSE", ""):
        assert anna.post(f"{url}/book", {"pack": pack}).status_code == 409
    assert anna.post(f"{url}/nothing/cancel").status_code == 404


def test_staff_sees_packs_and_books_none(centre: Centre, ben: Visitor) -> None:
    url = f"/control/shops/{centre.annas}/packs"
    ben.page(url)
    assert ben.post(f"{url}/book", {"pack": "BENCHMARK"}).status_code == 404


def test_a_company_signs_up_and_an_address_that_is_known_looks_the_same(
    stranger: Visitor,
) -> None:
    response = stranger.post("/signup", SHOP)
    assert (response.status_code, response.headers["location"]) == (303, "/signup/sent")
    stranger.page("/signup/sent")
    known = SHOP | {"email": "anna@demo.example", "url": "https://another.example"}
    response = stranger.post("/signup", known)
    assert (response.status_code, response.headers["location"]) == (303, "/signup/sent")


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nonsense"), ("url", "ftp://x"), ("url", ""), ("market", "XX"), ("name", "")],
)
def test_a_sign_up_that_is_not_complete_keeps_what_was_typed(
    stranger: Visitor, field: str, value: str
) -> None:
    # Whether the address has a login may not be told by what is said about the rest.
    for email in ("new@new.example", "anna@demo.example"):
        values = SHOP | {"email": email, "url": "https://third.example", field: value}
        page = read(stranger.post("/signup", values), status=422)
        assert page.xpath("//input[@name='company']/@value") == ["Gründer GmbH"]


def test_a_shop_that_is_registered_is_a_conflict_for_every_address(stranger: Visitor) -> None:
    for email in ("fresh@new.example", "anna@demo.example"):
        taken = SHOP | {"email": email, "url": "https://buecher-und-toene.example"}
        assert stranger.post("/signup", taken).status_code == 409


def test_a_further_shop_joins_the_account(centre: Centre, anna: Visitor) -> None:
    values = SHOP | {"name": "Zweitladen", "url": "zweitladen.example"}
    response = anna.post(f"/control/shops/{centre.annas}/beside", values)
    assert response.status_code == 303
    assert anna.get(response.headers["location"]).status_code == 200
    page = anna.page("/control")
    assert "Zweitladen" in words(page)
    assert "Bücher & Töne" in words(page)
