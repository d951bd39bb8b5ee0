"""Audits as people meet them: the shop orders and answers, the auditor judges, staff has tasks."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from lxml import html
from lxml.html import HtmlElement
from PIL import Image
from sqlmodel import col, delete, select

from domain.people import NewPerson
from domain.rights import OperatorRole
from domain.staff_tasks import TaskKind
from schemas import criteria_sets
from services import sessions, staff_tasks
from services import users as use_cases
from store import shops, users
from store.audit_documents import AuditDocument
from store.audits import Audit, AuditDecision, AuditStep
from store.findings import Finding, FindingFile, FindingMessage
from store.staff_tasks import StaffTask
from tests.control.centre.conftest import COOKIE, Centre, Visitor, words

OWN = "/control/shops/{}/audits"
STAFF = "/control/operator/audits"
TASKS = "/control/operator/tasks"
DECLARED = {"web_orders": "1", "no_portal": "1", "nothing_excluded": "1"}


@pytest.fixture(autouse=True)
def nothing_before(centre: Centre) -> None:
    """Cleo's shop has no audit before a test, and nobody a task."""
    with centre.installation.database.write() as work:
        shop = shops.by_key(work.session, centre.cleos)
        assert shop is not None
        ids = select(Audit.id).where(col(Audit.shop_id) == shop.id)
        own = select(Finding.id).where(col(Finding.audit_id).in_(ids))
        work.session.exec(delete(FindingFile).where(col(FindingFile.finding_id).in_(own)))
        work.session.exec(delete(FindingMessage).where(col(FindingMessage.finding_id).in_(own)))
        work.session.exec(delete(Finding).where(col(Finding.audit_id).in_(ids)))
        work.session.exec(delete(AuditStep).where(col(AuditStep.audit_id).in_(ids)))
        work.session.exec(delete(AuditDecision).where(col(AuditDecision.audit_id).in_(ids)))
        work.session.exec(delete(AuditDocument).where(col(AuditDocument.audit_id).in_(ids)))
        work.session.exec(delete(Audit).where(col(Audit.shop_id) == shop.id))
        work.session.exec(delete(StaffTask))


def staff(centre: Centre, name: str, *roles: OperatorRole) -> Visitor:
    """Somebody on the operator's side with these roles."""
    now, database = datetime.now(UTC), centre.installation.database
    with database.write() as work:
        new = NewPerson(f"{name}@staff.example", name.capitalize(), "Staff", "en")
        user = users.by_email_hash(work.session, use_cases.email_hash(work.keys, new.email))
        user = user or use_cases.add(work, new, now=now)
        users.set_roles(work.session, user.id, roles, now)
        token = sessions.open_(work, user, now=now, with_factor=True)
        user.totp_cipher, user.totp_confirmed_at = work.keys.encrypt("A" * 16), now
        work.session.add(user)
    person = sessions.signed_in(centre.installation, token, now=now)
    assert person is not None
    client = centre.client()
    client.cookies.set(COOKIE, token)
    return Visitor(client, person.csrf)


@pytest.fixture
def otto(centre: Centre) -> Visitor:
    """Otto, an auditor who holds no right on a shop."""
    return staff(centre, "otto", OperatorRole.AUDITOR)


@pytest.fixture
def audit_id(centre: Centre, cleo: Visitor) -> str:
    """An audit that Cleo has ordered on her shop's page."""
    sent = cleo.post(f"/control/shops/{centre.cleos}/audit-order", DECLARED)
    assert sent.status_code == 303, sent.text[:500]
    return sent.headers["location"].partition("?")[0].rpartition("/")[2]


def at(element: HtmlElement, name: str) -> str:
    """Where a link or a form leads."""
    return str(element.get(name))


def row(centre: Centre, audit_id: str) -> Audit:
    with centre.installation.database.read() as session:
        return session.exec(select(Audit).where(col(Audit.public_id) == audit_id)).one()


def step(centre: Centre, otto: Visitor, audit_id: str, name: str, **more: str) -> int:
    seen = str(row(centre, audit_id).version)
    values = {"step": name, "seen": seen, **more}
    return otto.post(f"{STAFF}/{audit_id}", values).status_code


def begin(centre: Centre, otto: Visitor, audit_id: str) -> None:
    for name in ("TAKE", "CONTACT", "START"):
        assert step(centre, otto, audit_id, name) == 303


def judge(otto: Visitor, audit_id: str, criterion: str, **values: str) -> int:
    given = {"verdict": "OK", "evidence_url": "", "explanation": "", "advice": "", **values}
    return otto.post(f"{STAFF}/{audit_id}/points/{criterion}", given).status_code


def test_an_order_needs_all_that_is_declared(centre: Centre, cleo: Visitor) -> None:
    url = f"/control/shops/{centre.cleos}/audit-order"
    refused = cleo.post(url, {"web_orders": "1", "no_portal": "1"})
    assert refused.status_code == 422
    assert "nothing_excluded" in refused.text
    assert not cleo.page(OWN.format(centre.cleos)).cssselect("tbody tr")


def test_a_shop_orders_once_and_follows_the_audit(
    centre: Centre, cleo: Visitor, audit_id: str
) -> None:
    page = cleo.page(OWN.format(centre.cleos))
    assert page.cssselect(f"tbody a[href$='{audit_id}']")
    assert not page.cssselect("form[action$='audit-order']")
    shown = cleo.page(f"{OWN.format(centre.cleos)}/{audit_id}")
    assert "commandé" in words(shown.cssselect("main")[0])
    again = cleo.post(f"/control/shops/{centre.cleos}/audit-order", DECLARED)
    assert again.status_code == 409


def test_an_audit_from_the_queue_to_the_answer_of_the_shop(
    centre: Centre, cleo: Visitor, otto: Visitor, audit_id: str
) -> None:
    assert otto.page(STAFF).cssselect(f"a[href$='{audit_id}']")
    assert not otto.page(f"{STAFF}?words=nosuchshop").cssselect("tbody a")
    begin(centre, otto, audit_id)
    assert otto.page(f"{STAFF}?mine=1&state=IN_AUDIT").cssselect(f"a[href$='{audit_id}']")
    assert step(centre, otto, audit_id, "REPORT") == 422
    found = row(centre, audit_id)
    for criterion in criteria_sets.of(found.market, found.criteria_version).criteria:
        assert judge(otto, audit_id, criterion.code) == 303
    words_of = {"explanation": "<b>No number</b> & no hours", "advice": "Add one"}
    for verdict, name in (("NOT_OK", "advice"), ("HINT", "explanation")):
        lacking = {**words_of, "verdict": verdict, name: " "}
        assert judge(otto, audit_id, "ID-PHONE", **lacking) == 303
        assert step(centre, otto, audit_id, "REPORT") == 422
        assert row(centre, audit_id).state == "IN_AUDIT"
    assert judge(otto, audit_id, "ID-PHONE", verdict="NOT_OK", **words_of) == 303
    assert judge(otto, audit_id, "ID-PHONE", verdict="FINE") == 422
    assert judge(otto, audit_id, "ID-PHONE", evidence_url="javascript:1") == 422
    assert step(centre, otto, audit_id, "REPORT") == 303
    url = f"{OWN.format(centre.cleos)}/{audit_id}"
    point = cleo.page(f"{url}/points/ID-PHONE")
    assert "<b>No number</b>" in words(point.cssselect("main")[0])
    target = BytesIO()
    Image.new("RGB", (8, 8), "blue").save(target, "PNG")
    file = {"file": ("shot.png", target.getvalue(), "image/png")}
    sent = cleo.post(f"{url}/points/ID-PHONE/answer", {"text": "It is there now."}, files=file)
    assert sent.status_code == 303
    (link,) = cleo.page(f"{url}/points/ID-PHONE").cssselect("a[href*='/files/']")
    assert cleo.get(at(link, "href")).content[1:4] == b"PNG"
    assert otto.get(f"{STAFF}/{audit_id}/files/{at(link, 'href').rpartition('/')[2]}").is_success
    assert cleo.post(f"{url}/hand-in").status_code == 303
    thread = f"{STAFF}/{audit_id}/points/ID-PHONE/thread"
    assert otto.post(thread, {"do": "RETURNED", "text": ""}).status_code == 422
    assert otto.post(thread, {"do": "ACCEPTED", "text": ""}).status_code == 303
    assert step(centre, otto, audit_id, "PASS") == 303
    assert "réussi" in words(cleo.page(url).cssselect(".facts")[0])
    assert "accepté" in words(cleo.page(f"{url}/points/ID-PHONE").cssselect("main")[0])


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(
    centre: Centre, otto: Visitor, audit_id: str
) -> None:
    begin(centre, otto, audit_id)
    file = {"screenshot": ("x.png", b"<script>alert(1)</script>", "image/png")}
    url = f"{STAFF}/{audit_id}/points/ID-NAME"
    assert otto.post(url, {"verdict": "OK"}, files=file).status_code == 422
    assert "not fulfilled" not in words(otto.page(url).cssselect(".lead")[0])
    with centre.installation.database.read() as session:
        found = session.exec(select(Finding).where(Finding.audit_id == row(centre, audit_id).id))
        assert not found.all()


def test_nobody_else_reads_or_changes_an_audit(
    centre: Centre, anna: Visitor, cleo: Visitor, otto: Visitor, audit_id: str
) -> None:
    begin(centre, otto, audit_id)
    for path in (
        f"{OWN.format(centre.cleos)}/{audit_id}",
        f"{OWN.format(centre.annas)}/{audit_id}",
        f"{OWN.format(centre.annas)}/{audit_id}/points/ID-NAME",
        f"{STAFF}/{audit_id}",
    ):
        assert anna.get(path).status_code == 404, path
    assert cleo.get(f"{STAFF}/{audit_id}").status_code == 404
    finance = staff(centre, "fina", OperatorRole.FINANCE)
    assert finance.get(f"{STAFF}/{audit_id}").status_code == 404
    other = staff(centre, "odo", OperatorRole.AUDITOR)
    assert judge(other, audit_id, "ID-NAME") == 403
    assert step(centre, other, audit_id, "REPORT") == 403


def test_what_somebody_else_has_changed_has_to_be_looked_at_again(
    centre: Centre, otto: Visitor, audit_id: str
) -> None:
    assert otto.post(f"{STAFF}/{audit_id}", {"step": "TAKE", "seen": "99"}).status_code == 409
    assert otto.post(f"{STAFF}/{audit_id}", {"step": "NOTHING", "seen": "1"}).status_code == 422
    assert step(centre, otto, audit_id, "TAKE") == 303
    assert step(centre, otto, audit_id, "GIVE_BACK") == 303
    assert row(centre, audit_id).auditor == ""


def test_staff_notes_what_it_found_about_the_seller(
    centre: Centre, otto: Visitor, cleo: Visitor, audit_id: str
) -> None:
    url = f"{STAFF}/{audit_id}"
    given = {"check": "credit", "result": "OK", "credit_note": "Seen in the books."}
    assert otto.post(f"{url}/checks", given).status_code == 303
    assert otto.post(f"{url}/checks", {"check": "mood", "result": "OK"}).status_code == 422
    assert "Seen in the books." in words(otto.page(url).cssselect("main")[0])
    own = cleo.page(f"{OWN.format(centre.cleos)}/{audit_id}")
    assert "Seen in the books." not in words(own.cssselect("main")[0])


def test_a_decision_and_a_complaint_go_to_and_fro(
    centre: Centre, otto: Visitor, cleo: Visitor, audit_id: str
) -> None:
    begin(centre, otto, audit_id)
    with centre.installation.database.write() as work:
        found = work.session.get_one(Audit, row(centre, audit_id).id)
        found.state, found.is_running = "CERTIFIED", False
        work.session.add(found)
    (shown,) = cleo.page(f"{OWN.format(centre.cleos)}/{audit_id}").cssselect("pre")
    code = html.fromstring(words(shown))
    assert at(code, "href").endswith(f"/fr/certificate/{centre.cleos}")
    given = {
        "kind": "SUSPEND",
        "ground": "BUYERS_IN_DANGER",
        "facts": "Nothing was delivered.",
        "explanation": "Buyers would lose their money otherwise.",
        "seen": str(row(centre, audit_id).version),
    }
    url, own = f"{STAFF}/{audit_id}", f"{OWN.format(centre.cleos)}/{audit_id}"
    assert otto.post(f"{url}/decisions", {**given, "kind": "FINE"}).status_code == 422
    assert otto.post(f"{url}/decisions", {**given, "facts": ""}).status_code == 422
    assert otto.post(f"{url}/decisions", given).status_code == 303
    assert not cleo.page(own).cssselect("pre"), "no code for a mark that is not there"
    (form,) = cleo.page(own).cssselect("form[action*='/decisions/']")
    assert cleo.post(at(form, "action"), {"complaint": "All was delivered."}).status_code == 303
    decision = at(form, "action").rpartition("/")[2]
    answer = {"outcome": "REVERSED", "answer": "The parcels had arrived, as tracking shows."}
    assert otto.post(f"{url}/decisions/{decision}", answer).status_code == 403
    other = staff(centre, "odo", OperatorRole.AUDITOR)
    complaint = f"form[action$='{decision}']"
    for visitor, forms in ((otto, 0), (other, 1)):
        page = visitor.page(url)
        assert len(page.cssselect(complaint)) == forms, "who has decided is not asked again"
        assert "had no part in this audit" in words(page.cssselect("main")[0])
    task = f"main a[href='{url}']"
    assert other.page(TASKS).cssselect(task), "a task leads to what it is about"
    assert "Complaint" in words(other.page(TASKS).cssselect("main")[0])
    assert other.post(f"{url}/decisions/{decision}", answer).status_code == 303
    assert "certifié" in words(cleo.page(own).cssselect(".facts")[0])


def test_a_reported_change_is_a_task_of_auditors_that_is_closed_with_a_note(
    centre: Centre, cleo: Visitor, otto: Visitor
) -> None:
    url = f"/control/shops/{centre.cleos}/audit-change"
    assert cleo.post(url, {"change": " "}).status_code == 422
    assert cleo.post(url, {"change": "<i>A new shop system</i>"}).status_code == 303
    assert cleo.post(url, {"change": "New terms as well."}).status_code == 303
    page = otto.page(TASKS)
    for told in ("<i>A new shop system</i>", "New terms as well."):
        assert told in words(page.cssselect("main")[0])
    (form,) = page.cssselect(f"form[action^='{TASKS}/']")
    assert otto.post(at(form, "action"), {"note": ""}).status_code == 422
    assert otto.post(at(form, "action"), {"note": "Looked at."}).status_code == 303
    assert otto.post(at(form, "action"), {"note": "Again."}).status_code == 409
    assert "Looked at." in words(otto.page(f"{TASKS}?closed=1").cssselect("main")[0])


def test_auditors_see_no_task_that_touches_solvency(centre: Centre, otto: Visitor) -> None:
    with centre.installation.database.write() as work:
        kind, now = TaskKind.FRAME_REVIEW, datetime.now(UTC)
        task_id = staff_tasks.open(work, kind, "frv-1", now=now).public_id
    assert "frv-1" not in otto.get(TASKS).text
    assert otto.post(f"{TASKS}/{task_id}", {"note": "Done."}).status_code == 404
    finance = staff(centre, "fina", OperatorRole.FINANCE)
    assert "frv-1" in finance.get(TASKS).text


@pytest.mark.parametrize("language", ["de", "pl", "it"])
def test_pages_of_audits_are_there_in_the_language_of_the_reader(
    otto: Visitor, audit_id: str, language: str
) -> None:
    for path in (STAFF, f"{STAFF}/{audit_id}", f"{STAFF}/{audit_id}/points/WR-INFO", TASKS):
        assert otto.page(f"{path}?lang={language}").cssselect("h1")
