"""Use cases of audit documents: one is sent with each report, drawn by a job, and downloaded (§33).

What a document says is put together once, in the shop's language, and stored as data with its
SHA-256; the PDF is drawn from that. Neither ever changes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlmodel import Session

from domain import audit_documents as rules
from domain import findings as finding_rules
from domain.actors import Actor
from domain.audit_documents import AuditDocumentNotDrawn, AuditDocumentNotFound
from domain.criteria_sets import Criterion, Severity
from domain.findings import Judged, Verdict
from domain.markets import MARKETS
from schemas import criteria_sets
from services import audit as log
from services import findings
from store import audit_documents as rows
from store import findings as finding_rows
from store import shops, users
from store.audit_documents import AuditDocument
from store.audit_documents import Head as Head
from store.audits import Audit
from store.database import Job, Work
from store.findings import Finding
from store.shops import Shop
from widgets import texts
from widgets.texts import Texts

DRAW: Final = "audit_documents.draw"
_AUTHOR: Final = "Trustwright"

Rows = list[tuple[str, str]]


def send(work: Work, row: Audit, shop: Shop, *, now: datetime) -> str:
    """Store the next version of an audit's document as things stand; returns its number.

    Called with the transaction that sends a report or the result of a recheck. The PDF follows
    from a job.
    """
    version = rows.next_version(work.session, row.id)
    number = rules.number(row.public_id, version)
    content = _content(work.session, row, shop, number, now=now)
    digest = sha256(_bytes(content)).hexdigest()
    document = AuditDocument(
        audit_id=row.id,
        version=version,
        number=number,
        language=row.language,
        content=_bytes(content).decode(),
        content_sha256=digest,
        sent_at=now,
    )
    work.session.add(document)
    arguments = {"audit_id": row.public_id, "version": version}
    work.jobs.append(Job(f"{DRAW}:{number}", DRAW, arguments))
    return number


def listed(session: Session, shop_key: str) -> Sequence[Head]:
    """All versions of the documents of a shop's audits, the latest first."""
    shop = shops.by_key(session, shop_key)
    return rows.of_shop(session, shop.id) if shop else ()


def download(
    work: Work, shop_key: str, audit_id: str, version: int, *, actor: Actor, now: datetime
) -> tuple[str, bytes]:
    """The number and the PDF of a version, for its shop; the log says who took it.

    Raises AuditDocumentNotFound, also for another shop's, or AuditDocumentNotDrawn.
    """
    found = rows.one(work.session, audit_id, version)
    if found is None or found[2].shop_key != shop_key:
        raise AuditDocumentNotFound
    document = found[0]
    if document.pdf is None:
        raise AuditDocumentNotDrawn
    after = {"number": document.number, "sha256": document.pdf_sha256}
    log.log(work, actor, "audit_document.downloaded", audit_id, now=now, after=after)
    return document.number, document.pdf


def _bytes(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _content(
    session: Session, row: Audit, shop: Shop, number: str, *, now: datetime
) -> dict[str, Any]:
    """Everything that the document says, in the shop's language and in its order."""
    words, zone = texts.of(row.language), MARKETS[row.market].zone
    criteria = criteria_sets.of(row.market, row.criteria_version)
    judged = {each.criterion: each for each in findings.judged(session, row)}
    noted = {each.criterion: each for each in finding_rows.of_audit(session, row.id)}
    counted = finding_rules.progress_by_group(criteria, judged.values())
    groups = [
        {
            "name": words.say(f"certificate.group.{group:d}"),
            "fulfilled": words.number(counted[group].fulfilled),
            "open": words.number(counted[group].total - counted[group].fulfilled),
            "points": [
                _point(each, judged[each.code], noted.get(each.code), words, row.language, zone)
                for each in of_group
            ],
        }
        for group, of_group in criteria.by_group().items()
    ]
    say = words.say
    head = ("auditDocument.group", "auditDocument.fulfilled", "auditDocument.open")
    title, lead = say("auditDocument.title"), [say("auditDocument.lead")]
    if row.is_self_audit:
        lead.append(say("auditDocument.selfAudit"))
    about = say("auditDocument.aboutText")
    return {
        "title": f"{title}: {shop.name}",
        "author": _AUTHOR,
        "language": row.language,
        "number": number,
        "lead": " ".join(lead),
        "summary": {
            "title": say("auditDocument.summary"),
            "rows": _summary(session, row, shop, number, judged.values(), words, now=now),
        },
        "groups_head": [say(key) for key in head],
        "groups": groups,
        "closing": {"title": say("auditDocument.about"), "text": about, "rows": []},
    }


def _summary(
    session: Session,
    row: Audit,
    shop: Shop,
    number: str,
    judged: Iterable[Judged],
    words: Texts,
    *,
    now: datetime,
) -> Rows:
    found, say, zone = finding_rules.progress(judged), words.say, MARKETS[row.market].zone
    return [
        (say("auditDocument.shop"), f"{shop.name}, {shop.domain}"),
        (
            say("auditDocument.result"),
            say(
                "auditDocument.progress",
                fulfilled=words.number(found.fulfilled),
                total=words.number(found.total),
            ),
        ),
        (
            say("auditDocument.criteria"),
            say(
                "auditDocument.version",
                market=words.market_name(row.market),
                version=row.criteria_version,
            ),
        ),
        (say("auditDocument.auditor"), users.name_of(session, row.auditor)),
        (say("auditDocument.ordered"), words.moment(row.ordered_at, zone)),
        (say("auditDocument.sent"), words.moment(now, zone)),
        (say("auditDocument.number"), number),
    ]


def _point(
    criterion: Criterion,
    judged: Judged,
    noted: Finding | None,
    words: Texts,
    language: str,
    zone: str,
) -> dict[str, Any]:
    """One criterion: what was found, what to do about it, and what both sides said."""
    is_must = criterion.severity is Severity.MUST
    weight = words.say("auditDocument.must" if is_must else "auditDocument.should")
    verdict = words.say(f"auditDocument.verdict.{judged.verdict}") if judged.verdict else "–"
    return {
        "title": f"{criterion.code}: {criterion.text(language)}",
        "verdict": f"{verdict} ({weight})",
        "rows": _said(judged, noted, words, zone) if noted else [],
    }


def _said(judged: Judged, noted: Finding, words: Texts, zone: str) -> Rows:
    seen = words.moment(noted.seen_at, zone) if noted.seen_at else ""
    is_open = judged.verdict in (Verdict.NOT_OK, Verdict.HINT)
    said = (
        ("auditDocument.explanation", noted.explanation),
        ("auditDocument.advice", noted.advice if is_open else ""),
        ("auditDocument.evidence", noted.evidence_url),
        ("auditDocument.seen", seen),
        ("auditDocument.shopAnswer", noted.shop_answer),
        ("auditDocument.auditorAnswer", noted.auditor_answer),
    )
    return [(words.say(key), text) for key, text in said if text]
