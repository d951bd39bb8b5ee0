"""Letters about the law: off by default, once to each who agreed, and ended by one click (§31)."""

import json
from datetime import timedelta
from typing import Final

import pytest
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.law_letters import (
    TEXT_VERSION,
    LawLetterInvalid,
    LawLetterNotFound,
    LawLetterSent,
    NewLetter,
    Text,
)
from domain.mails import MailKey
from domain.rights import Right
from domain.shops import NewShop
from jobs import law_letters as job
from jobs import worker
from services import law_letters, letters, mails, shops, users
from services.installation import Installation
from services.sessions import Person
from store.decisions import AuditEntry
from store.law_letters import LawLetter, LawSubscription
from store.mails import Mail
from tests.services import people, statements
from tests.services.asked import count
from tests.services.kills import Killed, killed_after
from tests.services.steps import NOON

OTTO: Final = Actor(Role.OPERATOR, "usr-otto")
MARKET: Final = "DE"
SAID: Final = {
    "de": Text("Neues Widerrufsrecht", "Ab Juni gilt ein Knopf."),
    "en": Text("New right of withdrawal", "From June on there is a button."),
}


def open_shop(installation: Installation, domain: str = "shop.example") -> str:
    """The key of a shop in Germany whose pages speak English."""
    with installation.database.write() as work:
        account = shops.open_account(work, domain, now=NOON)
        new = NewShop("Töne", f"https://{domain}", MARKET, "en", "EUR")
        return shops.register(work, account, new, actor=OTTO, now=NOON)


def administrator(
    installation: Installation,
    shop_key: str,
    name: str = "anna",
    right: Right = Right.ADMINISTRATOR,
) -> Person:
    """Somebody with a right on a shop, signed in."""
    people.hire(installation, shop_key, name, right, factor=True)
    return people.entered(installation, name)


def turn_on(installation: Installation, person: Person, shop_key: str) -> None:
    with installation.database.write() as work:
        law_letters.turn_on(work, person, shop_key, now=NOON)


def written(installation: Installation, market: str = MARKET, **said: Text) -> str:
    with installation.database.write() as work:
        return law_letters.write(work, NewLetter(market, said or SAID), actor=OTTO, now=NOON)


def sent(installation: Installation) -> str:
    """The id of a letter that has gone out."""
    letter_id = written(installation)
    send(installation, letter_id)
    return letter_id


def send(installation: Installation, letter_id: str) -> list[str]:
    """Have a letter sent; the ids of the jobs that this asks for."""
    with installation.database.write() as work:
        law_letters.send(work, letter_id, actor=OTTO, now=NOON)
        return [each.id for each in work.jobs]


def mailed(installation: Installation) -> list[tuple[str, str, dict[str, str]]]:
    """Address, language and values of each letter in the queue of mails."""
    keys = installation.database.keys
    with installation.database.read() as session:
        query = select(Mail).where(col(Mail.key) == MailKey.LAW_LETTER).order_by(col(Mail.id))
        return [
            (
                letters.opened(keys, row.recipient)["email"],
                row.language,
                letters.opened(keys, row.content)["values"],
            )
            for row in session.exec(query)
        ]


def subscription(installation: Installation) -> LawSubscription:
    with installation.database.read() as session:
        return session.exec(select(LawSubscription)).one()


def test_nobody_gets_a_letter_who_has_not_asked_for_it(installation: Installation) -> None:
    shop_key = open_shop(installation)
    anna = administrator(installation, shop_key)
    with installation.database.read() as session:
        assert law_letters.agreed_at(session, anna, shop_key) is None
    letter_id = sent(installation)
    assert job.send(installation, letter_id=letter_id) == 0
    assert mailed(installation) == []


def test_the_consent_keeps_its_time_and_the_version_of_its_words(
    installation: Installation,
) -> None:
    shop_key = open_shop(installation)
    anna = administrator(installation, shop_key)
    turn_on(installation, anna, shop_key)
    turn_on(installation, anna, shop_key)
    row = subscription(installation)
    assert (row.market, row.text_version, row.agreed_at, row.ended_at) == (
        MARKET,
        TEXT_VERSION,
        NOON,
        None,
    )
    with installation.database.read() as session:
        assert law_letters.agreed_at(session, anna, shop_key) == NOON
        query = select(AuditEntry).where(col(AuditEntry.action) == "law_letters.on")
        (entry,) = session.exec(query).all()
    assert entry.actor == anna.user_id
    assert json.loads(entry.after) == {"market": MARKET, "text": TEXT_VERSION}


def test_a_letter_goes_once_to_each_in_their_language_with_one_click_to_end_it(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = open_shop(installation)
    second = open_shop(installation, "second.example")
    anna = administrator(installation, shop_key)
    people.hire(installation, second, "anna", Right.ADMINISTRATOR)
    turn_on(installation, anna, shop_key)
    turn_on(installation, anna, second)
    letter_id = sent(installation)
    for _ in range(3):
        assert job.send(installation, letter_id=letter_id) == 1
    ((email, language, values),) = mailed(installation)
    assert (email, language) == (people.new("anna").email, "en")
    assert (values["subject"], values["text"]) == (SAID["en"].subject, SAID["en"].text)
    assert values["letters_url"] in {law_letters.shop_path(key) for key in (shop_key, second)}
    seal = values["unsubscribe_url"].rpartition("/")[2]
    with database.read() as session:
        mail_id = session.exec(select(Mail.public_id)).one()
    due = mails.due(installation, mail_id)
    assert due is not None
    base = installation.settings.base_url
    assert f"List-Unsubscribe: <{base}/en/law-letters/{seal}>".encode() in due.message
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in due.message
    later = NOON + timedelta(hours=1)
    with database.write() as work:
        law_letters.leave(work, seal, now=later)
    with database.write() as work:
        law_letters.leave(work, seal, now=later + timedelta(days=1))
    assert (subscription(installation).agreed_at, subscription(installation).ended_at) == (
        NOON,
        later,
    )
    assert job.send(installation, letter_id=sent(installation)) == 0
    assert len(mailed(installation)) == 1
    turn_on(installation, anna, shop_key)
    assert job.send(installation, letter_id=sent(installation)) == 1


def test_who_speaks_no_language_of_the_letter_gets_that_of_the_market(
    installation: Installation,
) -> None:
    shop_key = open_shop(installation)
    turn_on(installation, administrator(installation, shop_key), shop_key)
    letter_id = written(installation, de=SAID["de"])
    send(installation, letter_id)
    job.send(installation, letter_id=letter_id)
    ((_, language, values),) = mailed(installation)
    assert (language, values["subject"]) == ("de", SAID["de"].subject)


def test_who_administers_no_shop_of_the_market_any_more_gets_none(
    installation: Installation,
) -> None:
    shop_key = open_shop(installation)
    anna, ben = (administrator(installation, shop_key, name) for name in ("anna", "ben"))
    cleo = administrator(installation, shop_key, "cleo")
    for person in (anna, ben, cleo):
        turn_on(installation, person, shop_key)
    people.hire(installation, shop_key, "ben", Right.REVIEWS)
    with installation.database.write() as work:
        users.remove(work, shop_key, cleo.user_id, actor=OTTO, now=NOON)
    letter_id = sent(installation)
    job.send(installation, letter_id=letter_id)
    assert [email for email, _, _ in mailed(installation)] == [people.new("anna").email]


def test_a_letter_of_another_market_stays_there(installation: Installation) -> None:
    shop_key = open_shop(installation)
    turn_on(installation, administrator(installation, shop_key), shop_key)
    letter_id = written(installation, "FR", fr=Text("Nouveau", "Dès juin."))
    send(installation, letter_id)
    assert job.send(installation, letter_id=letter_id) == 0
    with installation.database.read() as session:
        assert law_letters.archive(session, shop_key, "en") == []


def test_the_archive_shows_what_went_out_and_no_draft(installation: Installation) -> None:
    shop_key = open_shop(installation)
    first, draft = sent(installation), written(installation)
    with installation.database.read() as session:
        (letter,) = law_letters.archive(session, shop_key, "en")
        assert (letter.letter_id, letter.text, letter.language) == (first, SAID["en"], "en")
        assert law_letters.archive(session, shop_key, "pl")[0].text == SAID["de"]
        assert [each.letter_id for each in law_letters.listed(session, "en")] == [draft, first]
        assert law_letters.one(session, draft, "en").sent_at is None


def test_the_lists_ask_no_more_for_many_letters_than_for_few(installation: Installation) -> None:
    shop_key, asked = open_shop(installation), []
    for number in (1, 8):
        for _ in range(number):
            sent(installation)
        with (
            installation.database.read() as session,
            statements.counted(installation.database) as said,
        ):
            found = law_letters.archive(session, shop_key, "en")
            assert len(found) == len(law_letters.listed(session, "en")) >= number
        assert {each.texts == SAID for each in found} == {True}
        asked.append(len(said))
    assert asked[0] == asked[1] > 0


def test_a_letter_goes_out_once_and_only_one_that_there_is(installation: Installation) -> None:
    letter_id = written(installation)
    assert send(installation, letter_id) == [f"{law_letters.SEND}:{letter_id}"]
    assert worker.JOBS[law_letters.SEND] is job.send
    with pytest.raises(LawLetterSent):
        send(installation, letter_id)
    with pytest.raises(LawLetterNotFound):
        send(installation, "law-none")
    with pytest.raises(LawLetterNotFound), installation.database.read() as session:
        law_letters.one(session, "law-none", "en")
    assert job.send(installation, letter_id="law-none") == 0


def test_a_refused_letter_leaves_nothing(installation: Installation) -> None:
    with pytest.raises(LawLetterInvalid):
        written(installation, en=SAID["en"])
    assert count(installation, LawLetter) == 0


def test_a_forged_link_ends_nothing(installation: Installation) -> None:
    shop_key = open_shop(installation)
    anna = administrator(installation, shop_key)
    turn_on(installation, anna, shop_key)
    keys = installation.database.keys
    good = law_letters.seal_of(keys, anna.user_id, MARKET)
    other = law_letters.seal_of(keys, "usr-other", MARKET).rpartition(".")[2]
    for seal in (
        "",
        "x",
        good[:-1],
        f"{anna.user_id}.{MARKET}.{other}",
        good.replace(f".{MARKET}.", ".AT."),
    ):
        with pytest.raises(LawLetterNotFound), installation.database.write() as work:
            law_letters.leave(work, seal, now=NOON)
    assert subscription(installation).ended_at is None


@pytest.mark.parametrize("commits", range(3))
def test_a_kill_in_the_middle_of_the_sending_loses_and_doubles_no_letter(
    installation: Installation, commits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law_letters, "_BATCH", 1)
    shop_key = open_shop(installation)
    names = ("anna", "ben", "cleo")
    for name in names:
        turn_on(installation, administrator(installation, shop_key, name), shop_key)
    letter_id = sent(installation)
    with killed_after(commits), pytest.raises(Killed):
        job.send(installation, letter_id=letter_id)
    assert len(mailed(installation)) == commits
    assert job.send(installation, letter_id=letter_id) == len(names)
    assert sorted(email for email, _, _ in mailed(installation)) == [
        people.new(name).email for name in names
    ]
