"""The consumer service's pages: everybody asks, the person follows, case handlers answer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain import languages
from domain.actors import OPERATOR
from domain.tickets import Channel, NewTicket, TicketState
from services import ticket_mails, tickets
from store.decisions import AuditEntry
from store.tickets import Ticket
from tests.control.centre.conftest import Centre, Visitor, read, served, words
from tests.services import protected

DESK = "/control/operator/tickets"
ASKED = {
    "market": "DE",
    "subject": "No <b>parcel</b>",
    "text": "It never came.",
    "email": "dario@example.org",
}


def ask(centre: Centre, **told: str) -> str:
    """The address under which somebody follows what they have asked."""
    answer = centre.stranger().post("/en/help", {**ASKED, **told})
    assert answer.status_code == 303, answer.text[:2_000]
    path: str = answer.headers["location"].partition("?")[0]
    return path


def ticket_of(centre: Centre, path: str) -> Ticket:
    ticket_id = path.rpartition("/")[2].partition(".")[0]
    with centre.installation.database.read() as session:
        return session.exec(select(Ticket).where(col(Ticket.public_id) == ticket_id)).one()


def do(clara: Visitor, centre: Centre, path: str, step: str, **told: str) -> int:
    ticket = ticket_of(centre, path)
    values = {"seen": str(ticket.version), "step": step, **told}
    return clara.post(f"{DESK}/{ticket.public_id}", values).status_code


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_everybody_can_ask_in_every_language(centre: Centre, language: str) -> None:
    page = centre.stranger().page(f"/{language}/help")
    assert page.get("lang") == language
    assert {each.get("name") for each in page.xpath("//form//*[@name]")} >= set(ASKED)
    assert not page.xpath("//h2[@id='desks']")


def test_a_question_is_answered_solved_and_rated(centre: Centre) -> None:
    path, clara, person = ask(centre), centre.signed_in("Clara"), centre.stranger()
    assert "No <b>parcel</b>" in words(person.page(path))
    assert "No <b>parcel</b>" in words(clara.page(DESK))
    desk = f"{DESK}/{ticket_of(centre, path).public_id}"
    assert "never come" not in words(clara.page(f"{desk}?template=SHOP_FIRST"))
    prepared = clara.page(f"{desk}?template=SHOP_FIRST").xpath("//textarea[@name='text']")[0].text
    assert "write to the shop first" in (prepared or "")
    assert clara.get(f"{desk}?template=../x").status_code == 200
    assert do(clara, centre, path, "TAKE") == 303
    assert do(clara, centre, path, "NOTE", text="Called them: nobody answers.") == 303
    assert do(clara, centre, path, "ANSWER", text="Which shop?") == 303
    page = words(person.page(path))
    assert "Which shop?" in page
    assert "nobody answers" not in page
    assert person.post(path, {"text": "The one in Bonn."}).status_code == 303
    assert person.post(path, {"text": " "}).status_code == 422
    assert do(clara, centre, path, "SOLVE", text="It is on its way.") == 303
    assert person.post(f"{path}/satisfaction", {"satisfaction": "9"}).status_code == 422
    assert person.post(f"{path}/satisfaction", {"satisfaction": "5"}).status_code == 303
    assert ticket_of(centre, path).satisfaction == 5
    assert "very content" in words(clara.page(desk))
    assert desk in clara.get(f"{DESK}?state=done").text


def test_what_is_missing_is_named_and_kept(centre: Centre) -> None:
    answer = centre.stranger().post("/en/help", {**ASKED, "email": "nobody", "name": "Zoë"})
    page = read(answer, status=422)
    assert page.xpath("//*[@id='e-email']")
    assert page.xpath("//input[@name='name']/@value") == ["Zoë"]
    assert centre.stranger().post("/en/help", {**ASKED, "shop": "x"}).status_code == 400
    assert centre.stranger().post("/en/help", {**ASKED, "shop": "X" + "0" * 32}).status_code == 404
    assert centre.stranger().get("/xx/help").status_code == 404


def test_a_forged_link_shows_nothing(centre: Centre) -> None:
    path = ask(centre)
    ticket_id = ticket_of(centre, path).public_id
    for token in (ticket_id, f"{ticket_id}.{'0' * 32}", "ü", "tkt-1."):
        assert centre.stranger().get(f"/en/help/{token}").status_code == 404
        assert centre.stranger().post(f"/en/help/{token}", {"text": "Hello"}).status_code == 404


def test_staff_takes_in_a_call(centre: Centre) -> None:
    clara = centre.signed_in("Clara")
    values = {**ASKED, "email": "", "channel": "PHONE", "language": "fr"}
    assert clara.page(f"{DESK}/new") is not None
    answer = clara.post(f"{DESK}/new", values)
    assert answer.status_code == 303
    url = answer.headers["location"].partition("?")[0]
    assert "Phone" in words(clara.page(url))
    assert clara.post(f"{DESK}/new", {**values, "channel": "FAX"}).status_code == 422
    assert clara.post(f"{DESK}/new", {**values, "language": "xx"}).status_code == 422


@pytest.mark.parametrize(
    ("step", "told", "status"),
    [
        ("CLAIM", {"protection": "ptn-none", "problem": "NOT_DELIVERED"}, 404),
        ("CLAIM", {"protection": "ptn-none", "problem": "BAD_MOOD"}, 422),
        ("REPORT", {"review": "rev-none", "reason": "PRIVACY", "good_faith": "1"}, 404),
        ("REPORT", {"review": "rev-none", "reason": "?"}, 422),
        ("FLY", {}, 422),
    ],
)
def test_a_step_that_is_not_possible_changes_nothing(
    centre: Centre, step: str, told: dict[str, str], status: int
) -> None:
    path = ask(centre, email=f"{step}-{status}@example.org")
    clara = centre.signed_in("Clara")
    assert do(clara, centre, path, step, **told) in {status, 422}
    assert (ticket_of(centre, path).version, ticket_of(centre, path).became) == (1, "")


def test_goods_that_were_not_withdrawn_from_are_refused_with_what_to_do(centre: Centre) -> None:
    path, clara = ask(centre), centre.signed_in("Clara")
    ticket, protection = ticket_of(centre, path), a_protection(centre)
    desk = f"{DESK}/{ticket.public_id}"
    page = clara.page(desk)
    for name in ("received_on", "withdrawn_on"):
        assert page.xpath(f"//input[@name='{name}']/@type") == ["date"]
    told = {"step": "CLAIM", "seen": "1", "protection": protection, "problem": "DAMAGED_GOODS"}
    days = {"received_on": "2026-01-02", "withdrawn_on": "2026-01-17"}
    refused = read(clara.post(desk, {**told, **days}), status=422)
    assert "declare it, then report both days" in words(refused)
    assert refused.xpath("//input[@name='received_on']/@value") == ["2026-01-02"]
    assert clara.post(desk, {**told, **days, "received_on": "2.1.26"}).status_code == 422
    assert ticket_of(centre, path).became == ""
    late = {"received_on": "2026-01-02", "withdrawn_on": "2026-01-16"}
    assert clara.post(desk, {**told, **late}).status_code == 303
    assert ticket_of(centre, path).became.startswith("clm-")
    assert "clm-" in words(centre.stranger().page(path))


def test_a_template_fills_the_form_in_the_persons_language_and_is_sent_as_it_was_changed(
    centre: Centre,
) -> None:
    clara, asked = centre.signed_in("Clara"), {**ASKED, "email": "fr@example.org"}
    answer = centre.stranger().post("/fr/help", asked)
    path = answer.headers["location"].partition("?")[0]
    ticket = ticket_of(centre, path)
    page = clara.page(f"{DESK}/{ticket.public_id}?template=WITHDRAWAL")
    (area,) = page.xpath("//textarea[@name='text']")
    assert area.get("lang") == "fr"
    assert "rétractation" in area.text
    assert "14 jours" in area.text
    (name,) = page.xpath("//input[@name='template']/@value")
    links = {each.partition("template=")[2] for each in page.xpath("//a/@href") if "?t" in each}
    assert "SHOP_FIRST#answer" in links
    assert "BOTH_SIDES#answer" not in links
    assert do(clara, centre, path, "ANSWER", text="Bonjour, autrement.", template=name) == 303
    thread = words(centre.stranger().page(path))
    assert "Bonjour, autrement." in thread
    assert "rétractation" not in thread
    with centre.installation.database.read() as session:
        logged = AuditEntry.object == ticket.public_id, AuditEntry.action == "ticket.answer"
        (entry,) = session.exec(select(AuditEntry).where(*logged)).all()
    assert '"template":"WITHDRAWAL@2026-11"' in entry.after


def test_what_is_late_is_red_until_it_is_answered(centre: Centre) -> None:
    new = NewTicket(Channel.PHONE, "en", "DE", "Called twice", "Nobody answers.")
    with centre.installation.database.write() as work:
        long_ago = datetime.now(UTC) - timedelta(days=9)
        ticket_id = tickets.open_(work, new, actor=OPERATOR, now=long_ago).ticket_id
    clara, url = centre.signed_in("Clara"), f"{DESK}/{ticket_id}"
    row = "//tr[contains(., 'Called twice')]//*[contains(@class, 'bad')]"
    assert words(clara.page(DESK).xpath(row)[0]) == "overdue"
    assert clara.page(url).xpath("//dd//*[@class='tag bad']")
    assert clara.post(url, {"seen": "1", "step": "ANSWER", "text": "Sorry."}).status_code == 303
    assert not clara.page(DESK).xpath(row)
    assert not clara.page(url).xpath("//dd//*[@class='tag bad']")


def a_protection(centre: Centre) -> str:
    """The number of a purchase that Dario has protected."""
    database, now = centre.installation.database, datetime.now(UTC)
    shop_key = protected.open_shop(database, now=now, domain="goods.example")
    return protected.protect(database, shop_key, at=now).public_id


@pytest.mark.parametrize("name", ["Anna", "Mona", "Olga"])
def test_nobody_else_sees_tickets(centre: Centre, name: str) -> None:
    ticket_id = ticket_of(centre, ask(centre)).public_id
    visitor = centre.signed_in(name)
    for path in (DESK, f"{DESK}/new", f"{DESK}/{ticket_id}"):
        assert visitor.get(path).status_code == 404
    assert visitor.post(f"{DESK}/{ticket_id}", {"step": "TAKE", "seen": "1"}).status_code == 404
    assert ticket_of(centre, f"/{ticket_id}.").state == TicketState.NEW


def test_numbers_and_hours_are_shown_where_they_are_set(
    seeded_sqlite: Path, tmp_path: Path
) -> None:
    desks = "DE=+49 30 1234567|Mo–Fr 9–17"
    with served(seeded_sqlite, tmp_path, HELP_DESKS=desks) as centre:
        page = words(centre.stranger().page("/de/help"))
        keys = centre.installation.database.keys
        assert ticket_mails.token_of(keys, "tkt-1") != ticket_mails.token_of(keys, "tkt-2")
    assert "Deutschland: +49 30 1234567, Mo–Fr 9–17" in page
    assert "Österreich:" not in page
