"""Use case of the seed: what lies on the desks of auditors and case handlers (§§ 31, 33, 36, 37).

Anna's second shop is being audited: some points are not fulfilled, and one is answered. People
have asked for help, and a claim that waits for Clara has the buyer's documents.
"""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from domain.actors import BUYER, Actor, Role
from domain.audits import CheckResult, Declared
from domain.claim_documents import DocumentKind, Told
from domain.claims import ClaimParty
from domain.duties import Officer
from domain.findings import Verdict
from domain.tickets import Channel, NewTicket
from schemas import criteria_sets
from services import (
    audit_steps,
    audits,
    claim_documents,
    findings,
    proofs,
    seed_people,
    seed_stories,
    tickets,
)
from services.findings import Given
from store import audits as rows
from store import claims, protections, shops
from store.database import Work
from store.shops import Shop
from store.users import User

_ANNA: Final = Actor(Role.SHOP, "anna")
_AUDITED: Final = 7
_ORDERED: Final = timedelta(days=12)
_BEGUN: Final = timedelta(days=10)
_REPORTED: Final = timedelta(days=5)
_ANSWERED: Final = timedelta(days=1)
_FOUND: Final = {
    "ID-PHONE": Given(
        Verdict.NOT_OK,
        "/impressum",
        "Im Impressum steht keine Telefonnummer.",
        "Nennen Sie eine Nummer zum Grundtarif, unter der tagsüber jemand abnimmt.",
    ),
    "WR-FORM": Given(
        Verdict.NOT_OK,
        "/widerruf",
        "Das Muster-Widerrufsformular fehlt.",
        "Stellen Sie es auf die Seite und hängen Sie es an die Bestellbestätigung.",
    ),
    "DL-TIME": Given(
        Verdict.NOT_OK,
        "/p/1",
        "Bei vorbestellten Büchern steht keine Lieferzeit.",
        "Schreiben Sie zu jedem Buch, wann es ankommt, auch zu vorbestellten.",
    ),
    "DL-TRACK": Given(
        Verdict.HINT,
        "/versand",
        "Die Versandbestätigung enthält keine Sendungsnummer.",
        "Schicken Sie den Link des Paketdienstes mit.",
    ),
    "PR-AGE": Given(Verdict.NOT_APPLICABLE),
}
_FIXED: Final = "WR-FORM"
_ANSWER: Final = "Das Formular steht jetzt auf der Seite „Widerruf“."
_ASKED: Final = (
    NewTicket(
        Channel.PHONE,
        "de",
        "DE",
        "Was deckt der Käuferschutz?",
        "Eine Käuferin fragt, ob auch zerkratzte Ware abgedeckt ist.",
        "Lea Sommer",
    ),
    NewTicket(
        Channel.WEB,
        "de",
        "AT",
        "Keine Antwort vom Shop",
        "Ich habe zweimal geschrieben und keine Antwort bekommen. An wen wende ich mich?",
        "Theo Huber",
        "theo@buyer.example",
    ),
)
_DOCUMENTED: Final = "DEMO-P8"
_PAPER: Final = (480, 320)


def sow(work: Work, home: Path, *, now: datetime) -> bool:
    """Bring the work, unless it is there; False then, and where shop or auditor are missing.

    People and protections are there before.
    """
    found = seed_stories.load()
    shop = shops.by_key(work.session, found[_AUDITED].shop.key)
    otto = seed_people.find(work, "Otto")
    if shop is None or otto is None or rows.of_shop(work.session, shop.id):
        return False
    _audit(work, home, shop, otto, now)
    for days, asked in enumerate(_ASKED):
        tickets.open_(work, asked, actor=BUYER, now=now - timedelta(days=days, hours=2))
    _document(work, home, found[0].shop.key, now)
    return True


def _audit(work: Work, home: Path, shop: Shop, otto: User, now: datetime) -> None:
    """Ordered, begun, reported; the shop has answered one point and fixes the others."""
    at, key, officer = now - _BEGUN, shop.shop_key, Officer(otto.public_id)
    actor = Actor(Role.OPERATOR, otto.public_id)
    number = audits.order(work, key, list(Declared), "", actor=_ANNA, now=now - _ORDERED)
    row = audits.held_for_shop(work, key, number).row
    audits.take(work, number, officer, seen=row.version, actor=actor, now=at)
    for step in audit_steps.PLAIN:
        audit_steps.begin(work, number, step, officer, seen=row.version, actor=actor, now=at)
    for check in audits.Check:
        note = "Stimmt mit dem Firmenbuch überein."
        audits.record(work, number, check, CheckResult.OK, note, officer, actor=actor, now=at)
    for criterion in criteria_sets.of(row.market, row.criteria_version).criteria:
        given = _FOUND.get(criterion.code, Given(Verdict.OK, "/"))
        page = f"{shop.url}{given.evidence_url}" if given.evidence_url else ""
        seen = replace(given, evidence_url=page)
        findings.judge(work, home, number, criterion.code, seen, officer, actor=actor, now=at)
    at = now - _REPORTED
    audit_steps.report(work, number, officer, seen=row.version, actor=actor, now=at)
    at = now - _ANSWERED
    findings.answer(work, home, key, number, _FIXED, _ANSWER, [], actor=_ANNA, now=at)


def _document(work: Work, home: Path, shop_key: str, now: datetime) -> None:
    """What the buyer of the claim in assessment has handed in."""
    shop = shops.by_key(work.session, shop_key)
    bought = shop and protections.by_order(work.session, shop.id, _DOCUMENTED)
    claim = bought and claims.of_protection(work.session, bought.id)
    if not claim:
        return
    for kind, title in (
        (DocumentKind.ORDER, "Bestellung DEMO-P8: 249,00 EUR"),
        (DocumentKind.RETURN, "Einlieferungsbeleg 00340434161094"),
    ):
        told = Told(kind, tracking="00340434161094" if kind is DocumentKind.RETURN else "")
        file = proofs.checked(_paper(title))
        at = now - timedelta(days=2)
        claim_documents.keep(work, home, claim, ClaimParty.BUYER, file, told, actor=BUYER, now=at)


def _paper(title: str) -> bytes:
    picture, target = Image.new("RGB", _PAPER, "white"), io.BytesIO()
    ImageDraw.Draw(picture).text((24, 24), title, fill="black")
    picture.save(target, "PNG")
    return target.getvalue()
