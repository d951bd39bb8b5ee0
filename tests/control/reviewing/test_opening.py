"""The form that everybody may open: sent, confirmed by a link, changed and taken back."""

from itertools import count
from typing import Final

import pytest
from httpx2 import Response
from sqlmodel import col, select

from services import letters
from store.mails import Mail
from store.reviews import Review
from tests.control.centre.conftest import Centre, read, words
from tests.control.reviewing.conftest import problem

_NUMBERS: Final = count(1)


def write_path(centre: Centre, language: str = "en") -> str:
    return f"/{language}/write/{centre.annas}"


def post(centre: Centre, path: str, values: dict[str, str]) -> Response:
    return centre.client().post(path, data={"step": "", **values}, follow_redirects=False)


def get(centre: Centre, path: str) -> Response:
    return centre.client().get(path, follow_redirects=False)


def new_address() -> str:
    return f"eve{next(_NUMBERS)}@open.example"


def links_of(centre: Centre, email: str) -> dict[str, str]:
    """The addresses in the last mail to somebody, by their names."""
    database = centre.installation.database
    with database.read() as session:
        found = session.exec(select(Mail).order_by(col(Mail.id))).all()
        mine = [m for m in found if letters.opened(database.keys, m.recipient)["email"] == email]
    values = letters.opened(database.keys, mine[-1].content)["values"]
    return {name: value for name, value in values.items() if name.endswith("_url")}


def handed_in(centre: Centre, email: str, **values: str) -> str:
    """Where the author of a new review confirms it."""
    sent = {"mark_service": "2", "email": email, "comment": "Slow.", "name": "Eve", **values}
    answer = post(centre, write_path(centre), sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{write_path(centre)}/sent")
    return links_of(centre, email)["confirm_url"]


def reviews(centre: Centre) -> list[Review]:
    with centre.installation.database.read() as session:
        return list(session.exec(select(Review).order_by(col(Review.id))).all())


def test_a_review_is_written_confirmed_changed_and_taken_back(centre: Centre) -> None:
    email = new_address()
    page = read(get(centre, write_path(centre)))
    assert len(page.xpath("//fieldset[@class='stars']")) == 3
    own = handed_in(centre, email)
    row = reviews(centre)[-1]
    assert (row.state, row.is_public) == ("SUBMITTED", False)
    asked = read(get(centre, own))
    assert "Is this review yours?" in words(asked)
    assert "Slow." in words(asked)
    assert post(centre, own, {"step": "confirm"}).headers["location"] == own
    row = reviews(centre)[-1]
    assert (row.state, row.stars, row.level, row.comment) == ("APPROVED", 2, 1, "Slow.")
    shown = read(get(centre, own))
    assert "not verified" in words(shown)
    assert shown.xpath("//textarea")[0].text_content().strip() == "Slow."
    post(centre, own, {"comment": "Slow, but good.", "mark_service": "4"})
    row = reviews(centre)[-1]
    assert (row.comment, row.stars) == ("Slow, but good.", 4)
    assert row.edited_at is not None
    receipt = get(centre, shown.xpath("//a[@download]/@href")[0])
    assert receipt.status_code == 200
    withdraw = links_of(centre, email)["withdraw_url"]
    assert read(get(centre, withdraw)).xpath("//form/@action") == [withdraw]
    post(centre, withdraw, {})
    assert reviews(centre)[-1].state == "DISCARDED"
    assert get(centre, own).status_code == 410
    assert get(centre, withdraw).status_code == 410


def test_opening_the_link_confirms_nothing(centre: Centre) -> None:
    own = handed_in(centre, new_address())
    for _ in range(3):
        get(centre, own)
    assert reviews(centre)[-1].state == "SUBMITTED"


def test_whoever_wrote_nothing_can_delete_it(centre: Centre) -> None:
    own = handed_in(centre, new_address())
    [delete] = [
        each for each in read(get(centre, own)).xpath("//form/@action") if "withdraw" in each
    ]
    post(centre, delete, {})
    assert reviews(centre)[-1].state == "DISCARDED"
    assert get(centre, own).status_code == 410


def test_the_answer_is_the_same_for_buyers_and_for_strangers(centre: Centre) -> None:
    pages = []
    for email in ("erin@buyer.example", new_address()):
        handed_in(centre, email, reference="F-1")
        pages.append(words(read(get(centre, f"{write_path(centre)}/sent"))))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "mark_"),
        ({"mark_service": "9"}, "mark_"),
        ({"mark_service": "4", "email": "eve"}, "email"),
        ({"mark_service": "4", "name": "call 0151 2345678"}, "name"),
        ({"mark_service": "4", "comment": "x" * 5_001}, "comment"),
        ({"mark_service": "4", "reference": "1" * 256}, "reference"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    centre: Centre, values: dict[str, str], field: str
) -> None:
    before = len(reviews(centre))
    sent = {"email": "kept@open.example", "title": "A title", **values}
    answer = post(centre, write_path(centre), sent)
    page = read(answer, status=422)
    assert problem(page)
    assert page.xpath("//input[@name='title']/@value") == ["A title"]
    assert len(reviews(centre)) == before
    assert field


def test_unknown_shops_languages_and_links_are_pages_that_say_so(centre: Centre) -> None:
    stranger = "X" + "0" * 32
    for path, status in (
        (f"/en/write/{stranger}", 404),
        ("/en/write/nonsense", 400),
        (f"/xx/write/{centre.annas}", 404),
        ("/o/nonsense", 404),
        (f"/o/{'A' * 64}", 404),
        (f"/o/{'A' * 64}/withdraw", 404),
        (f"/o/{'A' * 64}/receipt", 404),
    ):
        answer = get(centre, path)
        assert answer.status_code == status, path
        assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl", "pl"])
def test_the_form_speaks_seven_languages_and_no_search_engine_lists_it(
    centre: Centre, language: str
) -> None:
    answer = get(centre, write_path(centre, language))
    assert read(answer).xpath("/html/@lang") == [language]
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    other = read(get(centre, f"{write_path(centre, language)}?lang=fr"))
    assert other.xpath("/html/@lang") == ["fr"]
