"""Letters about the law as people meet them: members, auditors, and mail programs."""

from typing import Final

import pytest
from sqlmodel import select

from domain import languages
from services import law_letters
from services.users import email_hash
from store import users
from store.law_letters import LawLetter, LawSubscription
from tests.control.centre.conftest import Centre, read, words

DESK: Final = "/control/operator/law-letters"
SAID: Final = {
    "market": "DE",
    "subject_de": "Neues <b>Widerrufsrecht</b>",
    "text_de": "Ab Juni gilt ein Knopf.",
    "subject_en": "New right of withdrawal",
    "text_en": "From June on there is a button.",
}


def letters(centre: Centre) -> str:
    return law_letters.shop_path(centre.annas)


def ended(centre: Centre) -> bool:
    with centre.installation.database.read() as session:
        return session.exec(select(LawSubscription)).one().ended_at is not None


def seal(centre: Centre, name: str = "anna") -> str:
    database = centre.installation.database
    with database.read() as session:
        user = users.by_email_hash(session, email_hash(database.keys, f"{name}@demo.example"))
        assert user is not None
        return law_letters.seal_of(database.keys, user.public_id, "DE")


def test_an_auditor_writes_a_letter_reads_it_and_sends_it(centre: Centre) -> None:
    otto, anna = centre.signed_in("Otto"), centre.signed_in("Anna")
    assert otto.page(DESK) is not None
    answer = otto.post(DESK, SAID)
    assert answer.status_code == 303, answer.text[:2_000]
    url = answer.headers["location"].partition("?")[0]
    preview = words(otto.page(url))
    assert "Neues <b>Widerrufsrecht</b>" in preview
    assert "From June on" in preview
    assert "Widerrufsrecht" not in words(anna.page(letters(centre)))
    assert otto.post(url).status_code == 303
    assert otto.post(url).status_code == 409
    archive = words(anna.page(letters(centre)))
    assert "Neues <b>Widerrufsrecht</b>" in archive
    assert "Ab Juni gilt ein Knopf." in archive
    assert SAID["subject_en"] in words(otto.page(DESK))


def test_what_is_missing_is_named_and_kept(centre: Centre) -> None:
    otto = centre.signed_in("Otto")
    page = read(otto.post(DESK, {**SAID, "subject_de": ""}), status=422)
    assert page.xpath("//*[@id='e-subject_de']")
    assert page.xpath("//input[@name='subject_en']/@value") == [SAID["subject_en"]]
    assert otto.get(f"{DESK}/law-none").status_code == 404


def test_an_administrator_turns_letters_on_and_off(centre: Centre) -> None:
    anna, path = centre.signed_in("Anna"), letters(centre)
    page = anna.page(path)
    assert "Ausgeschaltet." in words(page)
    assert page.xpath("//form[contains(@action, '/wanted')]//input[@name='wanted']/@value") == ["1"]
    assert anna.post(f"{path}/wanted", {"wanted": "1"}).status_code == 303
    assert "Eingeschaltet am" in words(anna.page(path))
    assert not ended(centre)
    assert anna.post(f"{path}/wanted").status_code == 303
    assert ended(centre)
    assert "Ausgeschaltet." in words(anna.page(path))


def test_who_is_no_administrator_chooses_nothing(centre: Centre) -> None:
    path = letters(centre)
    for name in ("Ben", "Cleo", "Otto"):
        visitor = centre.signed_in(name)
        assert visitor.post(f"{path}/wanted", {"wanted": "1"}).status_code in (403, 404)
    for name in ("Anna", "Mona", "Clara"):
        visitor = centre.signed_in(name)
        assert visitor.get(DESK).status_code == 404
        assert visitor.post(DESK, SAID).status_code == 404


def test_a_mail_program_ends_them_with_one_click_and_without_an_origin(centre: Centre) -> None:
    anna, path = centre.signed_in("Anna"), letters(centre)
    anna.post(f"{path}/wanted", {"wanted": "1"})
    link = f"/en/law-letters/{seal(centre)}"
    client = centre.client()
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert answer.status_code == 200
    assert "no more letters will come" in answer.text
    assert ended(centre)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_link_asks_first_in_every_language_and_ends_them_with_a_button(
    centre: Centre, language: str
) -> None:
    anna, path = centre.signed_in("Anna"), letters(centre)
    anna.post(f"{path}/wanted", {"wanted": "1"})
    link = f"/{language}/law-letters/{seal(centre)}"
    page = centre.stranger().page(link)
    assert page.get("lang") == language
    assert page.xpath("//form/@action") == [link]
    assert not ended(centre)
    answer = centre.stranger().post(link)
    assert answer.status_code == 303
    assert ended(centre)
    done = centre.stranger().page(answer.headers["location"])
    assert done.xpath("//*[@role='status']")


def test_a_forged_link_ends_nothing(centre: Centre) -> None:
    anna, path, stranger = centre.signed_in("Anna"), letters(centre), centre.stranger()
    anna.post(f"{path}/wanted", {"wanted": "1"})
    good = seal(centre)
    for each in ("x", good[:-1], good.replace(".DE.", ".AT."), "usr-1.DE."):
        assert stranger.get(f"/en/law-letters/{each}").status_code == 404
        assert stranger.post(f"/en/law-letters/{each}").status_code == 404
    assert stranger.get(f"/xx/law-letters/{good}").status_code == 404
    assert not ended(centre)
    with centre.installation.database.read() as session:
        assert all(letter.market == "DE" for letter in session.exec(select(LawLetter)))
