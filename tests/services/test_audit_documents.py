"""Audit documents: sent with each report, drawn once, never changed, for the shop alone."""

import io
from hashlib import sha256
from typing import Any

import orjson
import pytest
from pypdf import PdfReader
from sqlmodel import select

from domain import languages
from domain.audit_documents import AuditDocumentNotDrawn, AuditDocumentNotFound
from domain.audits import AuditStep, Declared
from domain.criteria_sets import CriterionGroup
from domain.duties import Officer
from domain.findings import FindingIncomplete, MessageKind, Verdict
from domain.markets import MARKETS
from domain.rights import Right
from jobs import audit_documents as jobs
from schemas import criteria_sets
from services import audit_documents, audit_drawings, audit_steps, audits, findings
from services.findings import Given
from services.installation import Installation
from store import audits as audit_rows
from store import users
from store.audit_documents import AuditDocument
from store.audits import Audit
from store.database import Database, Work
from store.decisions import AuditEntry
from store.users import User
from tests.services import people, steps
from tests.services.steps import ANNA, NOON
from widgets import texts

OTTO = Officer("otto")
WHY = "#panic() $x$ @shop [a] *not* \\ the price"
ADVICE = "Show the price & shipping <before> ordering."


def version_of(work: Work, audit_id: str) -> int:
    row = audit_rows.by_public_id(work.session, audit_id)
    assert row is not None
    return row.version


def an_audit(installation: Installation, shop_key: str) -> str:
    """An audit with a verdict about every criterion: one is not fulfilled, one is a hint."""
    database = installation.database
    with database.write() as work:
        audit_id = audits.order(work, shop_key, list(Declared), "", actor=ANNA, now=NOON)
        audits.take(work, audit_id, OTTO, seen=version_of(work, audit_id), actor=ANNA, now=NOON)
        for step in (AuditStep.CONTACT, AuditStep.START):
            seen = version_of(work, audit_id)
            audit_steps.begin(work, audit_id, step, OTTO, seen=seen, actor=ANNA, now=NOON)
        codes = [each.code for each in criteria_sets.latest("EUO").criteria]
        for index, code in enumerate(codes):
            verdict = {0: Verdict.NOT_OK, 1: Verdict.HINT}.get(index, Verdict.OK)
            needs = verdict.needs_words
            given = Given(verdict, "", WHY if needs else "", ADVICE if needs else "")
            home = installation.settings.home
            findings.judge(work, home, audit_id, code, given, OTTO, actor=ANNA, now=NOON)
    return audit_id


def report(database: Database, audit_id: str) -> None:
    with database.write() as work:
        seen = version_of(work, audit_id)
        audit_steps.report(work, audit_id, OTTO, seen=seen, actor=ANNA, now=NOON)


def documents(database: Database) -> list[AuditDocument]:
    with database.read() as session:
        return list(session.exec(select(AuditDocument)).all())


def download(database: Database, shop_key: str, audit_id: str, version: int = 1) -> bytes:
    with database.write() as work:
        return audit_documents.download(work, shop_key, audit_id, version, actor=ANNA, now=NOON)[1]


@pytest.fixture
def reported(installation: Installation) -> tuple[Installation, str, str]:
    """An installation, a shop's key, and the id of its audit whose report was sent."""
    shop_key = steps.open_shop(installation.database)
    audit_id = an_audit(installation, shop_key)
    report(installation.database, audit_id)
    return installation, shop_key, audit_id


def test_a_report_sends_a_numbered_document_whose_pdf_a_job_draws(
    reported: tuple[Installation, str, str],
) -> None:
    installation, shop_key, audit_id = reported
    database = installation.database
    (sent,) = documents(database)
    assert (sent.version, sent.language, sent.pdf) == (1, "en", None)
    assert sent.number == f"AUD-{audit_id[-12:].upper()}-1"
    with pytest.raises(AuditDocumentNotDrawn):
        download(database, shop_key, audit_id)
    assert jobs.draw(installation, audit_id=audit_id, version=1) is True
    assert jobs.draw(installation, audit_id=audit_id, version=1) is False
    (drawn,) = documents(database)
    pdf = download(database, shop_key, audit_id)
    assert sha256(pdf).hexdigest() == drawn.pdf_sha256
    assert sha256(drawn.content.encode()).hexdigest() == drawn.content_sha256
    with database.read() as session:
        (line,) = audit_documents.listed(session, shop_key)
        log = session.exec(
            select(AuditEntry).where(AuditEntry.action == "audit_document.downloaded")
        ).one()
    assert (line.number, line.is_drawn) == (drawn.number, True)
    assert (log.actor, log.object) == (ANNA.name, audit_id)


def test_the_pdf_says_what_was_found_in_the_shops_language_and_word_for_word(
    reported: tuple[Installation, str, str],
) -> None:
    installation, shop_key, audit_id = reported
    jobs.draw(installation, audit_id=audit_id, version=1)
    reader = PdfReader(io.BytesIO(download(installation.database, shop_key, audit_id)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Audit document: Anna's shop"
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert said.count(WHY) == 2
    assert said.count(ADVICE) == 2
    criteria = criteria_sets.latest("EUO")
    for criterion in criteria.criteria:
        assert f"{criterion.code}: {' '.join(criterion.text('en').split())}"[:40] in said
    total = len(criteria.criteria)
    assert f"{total - 2} of {total} criteria fulfilled" in said
    (document,) = documents(installation.database)
    assert document.content_sha256[:30] in said
    assert document.number in said
    assert criteria.version in said


def test_each_report_is_a_version_and_the_earlier_one_stays_as_it_was(
    reported: tuple[Installation, str, str],
) -> None:
    installation, shop_key, audit_id = reported
    database = installation.database
    jobs.draw(installation, audit_id=audit_id, version=1)
    before = download(database, shop_key, audit_id)
    with database.write() as work:
        home, criteria = installation.settings.home, criteria_sets.latest("EUO").criteria
        said = "We have changed it."
        for each in criteria[:2]:
            findings.answer(
                work, home, shop_key, audit_id, each.code, said, [], actor=ANNA, now=NOON
            )
        audit_steps.hand_in(work, shop_key, audit_id, actor=ANNA, now=NOON)
        kind, code = MessageKind.ACCEPTED, criteria[0].code
        findings.reply(work, audit_id, code, kind, "", OTTO, actor=ANNA, now=NOON)
        seen = version_of(work, audit_id)
        audit_steps.send_back(work, audit_id, OTTO, seen=seen, actor=ANNA, now=NOON)
    jobs.draw(installation, audit_id=audit_id, version=2)
    jobs.draw(installation, audit_id=audit_id, version=1)
    assert download(database, shop_key, audit_id) == before
    reader = PdfReader(io.BytesIO(download(database, shop_key, audit_id, 2)))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert text.count(said) == 2
    with database.read() as session:
        assert [each.version for each in audit_documents.listed(session, shop_key)] == [2, 1]


def test_a_document_belongs_to_its_shop_alone(reported: tuple[Installation, str, str]) -> None:
    installation, shop_key, audit_id = reported
    database = installation.database
    jobs.draw(installation, audit_id=audit_id, version=1)
    other = steps.open_shop(database, domain="other.example")
    for shop, audit, version in (
        (other, audit_id, 1),
        (shop_key, audit_id, 2),
        (shop_key, "aud-unknown", 1),
    ):
        with pytest.raises(AuditDocumentNotFound):
            download(database, shop, audit, version)
    with pytest.raises(AuditDocumentNotFound):
        jobs.draw(installation, audit_id=audit_id, version=9)
    with database.read() as session:
        assert audit_documents.listed(session, other) == []
        assert not audit_documents.listed(session, "unknown")


def test_a_report_that_is_refused_sends_nothing(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    audit_id = an_audit(installation, shop_key)
    with installation.database.write() as work:
        code = criteria_sets.latest("EUO").criteria[0].code
        given = Given(Verdict.NOT_OK)
        home = installation.settings.home
        findings.judge(work, home, audit_id, code, given, OTTO, actor=ANNA, now=NOON)
    with pytest.raises(FindingIncomplete):
        report(installation.database, audit_id)
    assert documents(installation.database) == []


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a_document_speaks_the_language_of_the_shop_and_says_all_that_it_has_to(
    installation: Installation, language: str
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "anna", Right.ADMINISTRATOR)
    audit_id = an_audit(installation, shop_key)
    with database.write() as work:
        row = work.session.exec(select(Audit)).one()
        row.language = language
        row.auditor = work.session.exec(select(User.public_id)).one()
        work.session.add(row)
        auditor = Officer(row.auditor)
    with database.write() as work:
        seen = version_of(work, audit_id)
        audit_steps.report(work, audit_id, auditor, seen=seen, actor=ANNA, now=NOON)
    (document,) = documents(database)
    content, words = orjson.loads(document.content), texts.of(language)
    criteria, zone = criteria_sets.latest("EUO"), MARKETS["EUO"].zone
    summary = dict(content["summary"]["rows"])
    with database.read() as session:
        assert summary[words.say("auditDocument.auditor")] == users.name_of(session, auditor.name)
    assert summary[words.say("auditDocument.ordered")] == words.moment(NOON, zone)
    assert summary[words.say("auditDocument.sent")] == words.moment(NOON, zone)
    assert summary[words.say("auditDocument.number")] == document.number
    assert criteria.version in summary[words.say("auditDocument.criteria")]
    assert [each["name"] for each in content["groups"]] == [
        words.say(f"certificate.group.{group:d}") for group in CriterionGroup
    ]
    counted = [(int(each["fulfilled"]), int(each["open"])) for each in content["groups"]]
    assert sum(map(sum, counted)) == len(criteria.criteria)
    assert counted[0][1] == 2
    assert all(still == 0 for _, still in counted[1:])
    said = [point["title"] for group in content["groups"] for point in group["points"]]
    assert sorted(said) == sorted(
        f"{each.code}: {each.text(language)}" for each in criteria.criteria
    )
    first = dict(content["groups"][0]["points"][0]["rows"])
    assert first[words.say("auditDocument.explanation")] == WHY
    assert first[words.say("auditDocument.advice")] == ADVICE
    assert first[words.say("auditDocument.seen")] == words.moment(NOON, zone)


def test_a_self_audit_says_so_in_the_document(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    audit_id = an_audit(installation, shop_key)
    with database.write() as work:
        row = work.session.exec(select(Audit)).one()
        row.is_self_audit = True
        work.session.add(row)
    report(database, audit_id)
    (document,) = documents(database)
    assert "Self-audit" in orjson.loads(document.content)["lead"]


def test_what_no_worker_has_drawn_can_be_drawn_at_once(
    reported: tuple[Installation, str, str],
) -> None:
    installation, shop_key, audit_id = reported
    assert audit_drawings.draw_missing(installation) == 1
    assert audit_drawings.draw_missing(installation) == 0
    assert download(installation.database, shop_key, audit_id).startswith(b"%PDF")
