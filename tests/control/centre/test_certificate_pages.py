"""Pages around certificates: reports of misuse, and the check of badge tokens."""

import json
from datetime import UTC, datetime, timedelta

from lxml import html
from sqlmodel import select

from domain import languages
from domain.duties import Officer
from domain.marks import MarkStatus
from domain.rights import OperatorRole
from domain.staff_tasks import TaskKind
from rich_snippets import badge_tokens
from schemas import encoding
from schemas.certificates import SignedBadge
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import certificates, signing_keys, snapshots
from store import shops
from store.certificates import MarkReport
from store.staff_tasks import StaffTask
from tests.control.centre.conftest import Centre, words
from tests.control.centre.test_audit_pages import staff
from tests.services import certified

REPORTS = "/control/operator/mark-reports"
SEEN = "https://copy.example/mark"
WRONG = "This shop copies the mark of another one."


def test_anybody_reports_a_misused_mark_and_staff_gets_a_task(centre: Centre) -> None:
    stranger, key = centre.stranger(), centre.shops[0].key
    path = f"/en/certificate/{key}/report"
    page = stranger.page(path)
    assert page.xpath("//input[@name='address']")
    assert not page.xpath("//main//script")
    sent = stranger.post(path, {"address": SEEN, "text": WRONG})
    assert sent.status_code == 303
    with centre.installation.database.read() as session:
        (report,) = session.exec(select(MarkReport)).all()
        tasks = session.exec(select(StaffTask).where(StaffTask.kind == TaskKind.MARK_MISUSE)).all()
    assert (report.address, report.text) == (SEEN, WRONG)
    assert [task.subject for task in tasks] == [report.public_id]
    assert key in tasks[0].note
    assert SEEN in tasks[0].note


def test_auditors_find_every_report_but_those_about_their_own_companies(centre: Centre) -> None:
    key, text = centre.shops[0].key, "<b>It stands on another domain.</b>"
    stranger, otto = centre.stranger(), staff(centre, "otto", OperatorRole.AUDITOR)
    sent = stranger.post(f"/en/certificate/{key}/report", {"address": SEEN, "text": text})
    assert sent.status_code == 303
    page = otto.page(REPORTS)
    assert text in words(page.cssselect("main")[0])
    assert page.cssselect("span.bad")
    assert not page.cssselect(f"a[href='{SEEN}']"), "what a stranger writes is no link of ours"
    assert otto.page("/control/operator/tasks").cssselect(f"a[href='{REPORTS}']")
    finance = staff(centre, "fina", OperatorRole.FINANCE)
    assert finance.get(REPORTS).status_code == 404
    assert not finance.page("/control/operator/tasks").cssselect(f"a[href='{REPORTS}']")
    with centre.installation.database.read() as session:
        shop = shops.by_key(session, key)
        assert shop is not None
        own = certificates.reported(session, Officer("usr-own", frozenset({shop.account_id})))
        others = certificates.reported(session, Officer("usr-other"))
    assert text not in {each.text for each in own}
    assert text in {each.text for each in others}


def test_a_report_without_address_or_words_is_refused_and_nothing_is_kept(centre: Centre) -> None:
    stranger, key = centre.stranger(), centre.shops[0].key
    path = f"/de/certificate/{key}/report"
    with centre.installation.database.read() as session:
        before = len(session.exec(select(MarkReport)).all())
    for values, field in (
        ({"address": "javascript:alert(1)", "text": WRONG}, "address"),
        ({"address": SEEN, "text": "no"}, "text"),
        ({"address": "", "text": ""}, "address"),
    ):
        refused = stranger.post(path, values)
        assert refused.status_code == 422
        assert f'id="e-{field}"' in refused.text
    with centre.installation.database.read() as session:
        assert len(session.exec(select(MarkReport)).all()) == before
    unknown = "X" + "0" * 32
    assert stranger.get(f"/de/certificate/{unknown}/report").status_code == 404
    assert stranger.get("/de/certificate/X/report").status_code == 400


def test_a_pasted_token_is_checked_by_the_server_without_a_script(centre: Centre) -> None:
    stranger = centre.stranger()
    now = datetime.now(UTC)
    key, _ = certified.certify(centre.installation, domain="certified.example", now=now)
    answer = snapshots.answer(centre.installation, Question(Kind.BADGE_TOKEN, key, Media.JSON))
    jws = json.loads(answer.body)["jws"]
    told = stranger.post("/en/verify", {"token": answer.body.decode()}).text
    assert "Genuine: the shop had a valid mark" in told
    assert "certified.example" in told
    flipped = jws[:-9] + ("A" if jws[-9] != "A" else "B") + jws[-8:]
    assert "the signature does not fit" in stranger.post("/en/verify", {"token": flipped}).text
    assert "no badge token" in stranger.post("/en/verify", {"token": "<b>"}).text


def test_an_expired_token_and_one_of_another_installation_are_refused_by_the_page(
    centre: Centre,
) -> None:
    stranger, now = centre.stranger(), datetime.now(UTC)
    key, _ = certified.certify(centre.installation, domain="tokens.example", now=now)
    answer = snapshots.answer(centre.installation, Question(Kind.BADGE_TOKEN, key, Media.JSON))
    token = encoding.from_json(SignedBadge, answer.body).token
    with centre.installation.database.read() as session:
        own = signing_keys.seed_of_present(session, centre.installation.database.keys)
    past = token.model_copy(
        update={"issued_at": now - timedelta(days=8), "expires_at": now - timedelta(days=1)}
    )
    for made, seed, verdict in (
        (token, own, "VALID"),
        (past, own, "EXPIRED"),
        (token, b"7" * 32, "KEY_UNKNOWN"),
        (token.model_copy(update={"issued_at": now + timedelta(days=1)}), own, "NOT_YET"),
        (token.model_copy(update={"status": MarkStatus.INVALID}), own, "NO_MARK"),
    ):
        sent = {"token": badge_tokens.signed(made, seed).jws}
        page = html.fromstring(stranger.post("/en/verify", sent).text)
        (outcome,) = page.cssselect("#outcome strong")
        (said,) = page.cssselect(f"#verdicts [data-verdict='{verdict}']")
        assert outcome.text_content() == said.text_content()


def test_both_pages_speak_every_language(centre: Centre) -> None:
    stranger, key = centre.stranger(), centre.shops[0].key
    for language in languages.SUPPORTED:
        for path in (f"/{language}/verify", f"/{language}/certificate/{key}/report"):
            assert stranger.page(path).get("lang") == language
