"""What is refused for good leaves a line in the log: who, what, where, and nothing secret."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
import pytest
from sqlmodel import col, delete, select

from domain.notice_links import Link, Party, sign
from domain.refusals import Attempt
from services import links
from services.users import email_hash
from store import users
from store.decisions import AuditEntry
from store.refusals import RefusedAttempt
from tests.control.centre.conftest import Centre, Visitor


@pytest.fixture(autouse=True)
def nothing_noted(centre: Centre) -> None:
    """The installation is that of other tests too, whose attempts are not looked at here."""
    with centre.installation.database.write() as work:
        work.session.execute(delete(RefusedAttempt))
        noted = col(AuditEntry.action).startswith("refused.")
        work.session.execute(delete(AuditEntry).where(noted))


def lines(centre: Centre, attempt: Attempt) -> list[AuditEntry]:
    """The lines of the log about this kind of attempt, the oldest first."""
    action = f"refused.{attempt}"
    with centre.installation.database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == action)
        return list(session.exec(query.order_by(col(AuditEntry.id))).all())


def place(line: AuditEntry) -> str:
    told: str = orjson.loads(line.after)["place"]
    return told


def number(centre: Centre, attempt: Attempt) -> int:
    """How many attempts of this kind were counted."""
    with centre.installation.database.read() as session:
        rows = session.exec(select(RefusedAttempt).where(RefusedAttempt.kind == attempt)).all()
        return sum(row.number for row in rows)


def test_somebody_elses_shop_and_cases_are_tried_for_the_record(centre: Centre) -> None:
    cleo = centre.signed_in("Cleo")
    query = urlencode({"q": "secret-word"})
    assert cleo.get(f"/control/shops/{centre.annas}/users?{query}").status_code == 404
    assert cleo.get(f"/control/shops/{centre.cleos}/cases/mod-secret").status_code == 404
    assert cleo.post(f"/control/shops/{centre.annas}/users", {"email": "x"}).status_code == 404
    [line] = lines(centre, Attempt.ID_FOREIGN)
    assert (line.actor.startswith("usr-"), line.role) == (True, "SHOP")
    assert line.object == centre.annas
    assert place(line) == "/control/shops/{shop_key}/users"
    assert "secret" not in line.after
    assert number(centre, Attempt.ID_FOREIGN) == 3


def test_what_strangers_do_not_find_is_nobodys_attempt(stranger: Visitor, centre: Centre) -> None:
    assert stranger.get("/sv/reviews/ledger").status_code == 404
    assert lines(centre, Attempt.ID_FOREIGN) == []


def test_forged_forms_are_logged_for_strangers_and_for_those_who_are_signed_in(
    centre: Centre, stranger: Visitor
) -> None:
    answer = stranger.post("/login", {"email": "anna"}, sec_fetch_site="cross-site")
    assert answer.status_code == 403
    anna = centre.signed_in("Anna")
    path = f"/control/shops/{centre.annas}/reviews/read"
    assert Visitor(anna.client, "forged").post(path, {"deed": "all"}).status_code == 403
    first, second = lines(centre, Attempt.FORM_FORGED)
    assert first.actor.startswith("client-")
    assert len(first.actor) == len("client-") + 6
    assert (first.role, first.object, place(first)) == ("READER", "-", "/login")
    assert (second.actor.startswith("usr-"), second.object) == (True, centre.annas)
    assert "forged" not in second.after.replace("form_forged", "")


def test_forged_and_expired_links_are_logged_without_their_secret(
    centre: Centre, stranger: Visitor
) -> None:
    keys = centre.installation.database.keys
    past = datetime.now(UTC) - timedelta(days=1)
    case_id = "mod-01a2028c-bb62-7534-b3ce-c62141184125"
    old = sign(Link(Party.AUTHOR, case_id, past), keys.notices)
    assert stranger.get(f"/en/notices/{old}").status_code == 410
    assert stranger.get("/en/notices/nonsense").status_code == 403
    assert stranger.post("/en/notices/nonsense", {"text": "let me in"}).status_code == 403
    [expired] = lines(centre, Attempt.LINK_EXPIRED)
    [forged] = lines(centre, Attempt.LINK_FORGED)
    for line in (expired, forged):
        assert place(line) == "/{language}/notices/{token}"
        assert old not in line.after
        assert "nonsense" not in line.after
    assert number(centre, Attempt.LINK_FORGED) == 2


@pytest.mark.parametrize("root", ["/password", "/welcome"])
def test_a_link_to_a_password_that_is_over_is_logged(
    centre: Centre, stranger: Visitor, root: str
) -> None:
    database, now = centre.installation.database, datetime.now(UTC)
    with database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, "ben@demo.example"))
        assert user is not None
        token = links.make(work, user, now=now - timedelta(days=2))
    assert stranger.get(f"{root}/{token}").status_code == 410
    [line] = lines(centre, Attempt.LINK_EXPIRED)
    assert place(line) == f"{root}/{{token}}"
    assert token not in line.after


def test_a_thousand_attempts_over_the_wire_are_a_few_lines(centre: Centre, anna: Visitor) -> None:
    path = f"/control/shops/{centre.cleos}/users"
    # Forms and pages of one login are limited elsewhere; here only the log is looked at.
    tried = sum(anna.get(path).status_code == 404 for _ in range(120))
    assert number(centre, Attempt.ID_FOREIGN) == tried
    told = [orjson.loads(line.after)["number"] for line in lines(centre, Attempt.ID_FOREIGN)]
    assert told == [number for number in (1, 10, 100) if number <= tried]


def test_everyday_mistakes_leave_no_line(centre: Centre, anna: Visitor) -> None:
    path = f"/control/shops/{centre.annas}/reviews/read"
    assert anna.post(path, {"deed": "nonsense"}).status_code == 400
    assert [line for attempt in Attempt for line in lines(centre, attempt)] == []
