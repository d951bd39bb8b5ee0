"""Pages of one's own data: the same words for everybody, and everything for its owner alone."""

import re
from datetime import UTC, datetime

import orjson
import pytest
from sqlmodel import col, select

from domain import languages
from services import erasures, letters, person_data
from store.mails import Mail
from store.orders import Order
from store.person_data import PersonRequest
from tests.control.centre.conftest import Centre, words

PATH = "/en/my-data"


def a_buyer(centre: Centre) -> str:
    """The address of a seeded buyer who has written a review."""
    database = centre.installation.database
    with database.read() as session:
        order = session.exec(select(Order).where(Order.status != "CANCELLED")).first()
        assert order is not None
        return database.keys.decrypt(order.email_cipher)


def link(centre: Centre, email: str) -> str:
    """The path that the mail to this address leads to."""
    answer = centre.stranger().post(PATH, {"email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    database = centre.installation.database
    with database.read() as session:
        newest = select(PersonRequest).order_by(col(PersonRequest.id).desc())
        request = session.exec(newest).first()
        assert request is not None
    assert person_data.send_link(centre.installation, request.public_id)
    with database.read() as session:
        mail = session.exec(
            select(Mail).where(Mail.key == "person_data").order_by(col(Mail.id).desc())
        ).first()
        assert mail is not None
        return str(letters.opened(database.keys, mail.content)["values"]["mydata_url"])


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_published_schedule_stands_on_the_page_in_every_language(
    centre: Centre, language: str
) -> None:
    page = centre.stranger().page(f"/{language}/my-data")
    assert page.get("lang") == language
    (kept,) = page.findall(".//section[@aria-labelledby='kept']")
    assert len(kept.findall(".//li")) == 9
    said = words(kept)
    assert all(number in said for number in ("90", "12", "36"))


def test_the_answer_is_the_same_for_known_and_unknown_addresses(centre: Centre) -> None:
    answers = []
    for email in (a_buyer(centre), "nobody@example.org"):
        visitor = centre.stranger()
        answer = visitor.post(PATH, {"email": email})
        shown = words(visitor.page(PATH).findall(".//main")[0])
        answers.append((answer.status_code, answer.headers["location"], shown))
    assert answers[0] == answers[1]
    assert "on its way" in answers[0][2]


def test_what_is_no_address_is_refused_in_its_field(centre: Centre) -> None:
    page = centre.stranger().page
    assert page(PATH).find(".//input[@name='email']") is not None
    answer = centre.stranger().post(PATH, {"email": "nobody"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_link_shows_reviews_hands_out_a_copy_and_erases(centre: Centre) -> None:
    email = a_buyer(centre)
    path = link(centre, email)
    visitor = centre.stranger()
    page = visitor.page(path)
    assert all(
        re.match(r"/r/[\w=-]{76}$", str(each.get("href")))
        for each in page.findall(".//section[@aria-labelledby='reviews']//a")
    )
    copy = visitor.post(f"{path}/copy")
    assert copy.headers["content-type"].startswith("application/json")
    assert copy.headers["cache-control"] == "private, no-store"
    assert orjson.loads(copy.content)["address"] == email
    assert visitor.post(path).status_code in (400, 422)
    answer = visitor.post(path, {"sure": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert page.find(".//input[@name='sure']") is not None
    assert visitor.page(path).find(".//input[@name='sure']") is None
    database = centre.installation.database
    with database.read() as session:
        (request,) = person_data.waiting(session)
    done = erasures.run(centre.installation, request, now=datetime.now(UTC))
    assert done.orders >= 1
    with database.read() as session:
        assert not session.exec(
            select(Order).where(Order.email_hash == database.keys.hash_email(email))
        ).all()
    assert visitor.get(path).status_code == 410


def test_a_link_that_is_none_or_over_says_so(centre: Centre) -> None:
    visitor = centre.stranger()
    for token in ("nonsense", "x" * 43):
        page = visitor.page(f"{PATH}/{token}", status=410)
        assert page.find(f".//main//a[@href='{PATH}']") is not None
        assert visitor.post(f"{PATH}/{token}", {"sure": "1"}).status_code == 410
        assert visitor.post(f"{PATH}/{token}/copy").status_code == 410
    assert visitor.get("/sv/my-data").status_code == 404
    assert visitor.get(f"{PATH}/{'x' * 43}/copy").status_code == 405


def test_the_page_that_explains_reviews_leads_there(centre: Centre) -> None:
    page = centre.stranger().page("/en/reviews/how")
    assert page.find(f".//a[@href='{PATH}']") is not None
