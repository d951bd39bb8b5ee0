"""Screens of a shop about the claims of its buyers: list, answer, write (systems.md §36)."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from control.centre import review_filters
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit, Words
from domain import claim_documents as document_rules
from domain import currencies, rights
from domain.claim_documents import FILES, ClaimDocumentInvalid
from domain.claim_states import Event
from domain.claims import CLAIMS, Amounts, ClaimInvalid, ClaimParty
from domain.claims import Answer as ShopAnswer
from domain.fields import minor
from domain.markets import MARKETS
from domain.policies import NOTICES
from domain.rights import Action
from services import (
    calendars,
    case_mails,
    claim_answers,
    claim_documents,
    claim_files,
    claim_views,
)
from services.claim_views import Shown

ZONES: Final = {market.code: market.zone for market in MARKETS.values()}
_ROOT: Final = "/control/shops/{shop_key}/claims"
_ONE: Final = f"{_ROOT}/{{claim_id}}"
_NUMBER_CHARACTERS: Final = 9
_INSTANT: Final = timedelta(seconds=1)
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:[.,]([0-9]{1,2}))?")
AMOUNTS: Final = ("paid", "refunds", "chargeback", "kept")
"""The fields in which a loss is told."""


def facts(claim: Shown, words: Words) -> list[tuple[str, str]]:
    """Terms and values of a claim, for all sides."""
    row, head = claim.row, claim.head
    money = words.money
    found = [
        (words.say("claim.number"), head.claim_id),
        (words.say("claim.protection"), claim.protection),
        (words.say("claim.order"), head.order),
        (words.say("case.shop"), head.shop_name),
        (words.say("claim.problem"), words.say(f"claim.problem.{head.problem}")),
        (words.say("claim.state"), words.say(f"claim.state.{head.state}")),
        (
            words.say("claim.due"),
            case_mails.last_day(head.due_at, head.market, words) if head.due_at else "",
        ),
        (words.say("claim.paid"), money(claim.amount_minor, row.currency)),
        (words.say("claim.cover"), money(row.cover_minor, row.currency)),
        (words.say("claim.coveredUntil"), words.day((row.covered_until - _INSTANT).date())),
        (words.say("claim.guarantor"), claim.guarantor),
        (words.say("claim.handler"), claim.handler),
    ]
    if row.answer:
        said = words.say(f"claim.answer.{row.answer}")
        if row.answer_on:
            said = f"{said.removesuffix('.')} ({words.day(row.answer_on)})"
        found.append((words.say("claim.answer"), said))
    if row.shop_refunded_minor is not None:
        found.append(
            (words.say("claim.shopRefunded"), money(row.shop_refunded_minor, row.currency))
        )
    if row.approved_minor is not None:
        found.append((words.say("claim.approved"), money(row.approved_minor, row.currency)))
    return [(term, value) for term, value in found if value]


def common(claim: Shown, words: Words) -> dict[str, object]:
    """What the pages of all sides show alike."""
    row, money = claim.row, words.money
    proposed, part = row.settlement_minor, claim.part_refund
    return {
        "claim": claim,
        "facts": facts(claim, words),
        "zone": ZONES[claim.head.market],
        "most": CLAIMS.text_characters,
        "kinds": [(kind, words.say(f"claim.document.{kind}")) for kind in FILES],
        "settlement": words.say("claim.settlementRefund", amount=money(proposed, row.currency))
        if proposed
        else "",
        "missing": words.say(
            "claim.missing",
            refunded=money(part, row.currency),
            missing=money(claim.amount_minor - part, row.currency),
        )
        if part is not None
        else "",
    }


def seen(form: Form) -> int:
    """The version of the claim on which a form was filled in."""
    text = form.text("seen")
    return int(text) if text.isdecimal() and len(text) <= _NUMBER_CHARACTERS else 0


def day(form: Form, name: str) -> date | None:
    """A day of a form, None where there is none; raises ClaimInvalid."""
    text = form.text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ClaimInvalid("That is no day.", field=name) from None


def amount(form: Form, name: str, currency: str) -> int:
    """An amount of a form in minor units, 0 where there is none; raises ClaimInvalid.

    Nothing is rounded or guessed: ``1,000`` is a thousand to some and one to others.
    """
    text = form.text(name)
    if not text:
        return 0
    written = _AMOUNT.fullmatch(text)
    if written is None or len(written[1] or "") > currencies.decimals(currency):
        raise ClaimInvalid("That is no amount.", field=name)
    found = minor(text.replace(",", "."), currency)
    if found is None:
        raise ClaimInvalid("That is no amount.", field=name)
    return found


def amounts_of(form: Form, currency: str) -> Amounts:
    """The four amounts of a form; raises ClaimInvalid."""
    named = (amount(form, name, currency) for name in AMOUNTS)
    return Amounts(*named)


def amounts(claim: Shown, words: Words) -> list[tuple[str, str, str]]:
    """Name, label and value of the four fields, in the currency of the order.

    Until the buyer has named a refund, the part is proposed that the shop says it has refunded.
    """
    row = claim.row
    refunds = claim.part_refund if row.refunds_minor is None else row.refunds_minor
    told = (row.paid_minor, refunds, row.chargeback_minor, row.kept_minor)
    digits = currencies.decimals(row.currency)
    values = [
        "" if minor_units is None else words.fixed(Decimal(minor_units).scaleb(-digits), digits)
        for minor_units in told
    ]
    return [
        (name, words.say(f"claim.amount.{name}", currency=row.currency), value)
        for name, value in zip(AMOUNTS, values, strict=True)
    ]


def _listed(visit: Visit) -> Answer:
    text, url = visit.query.get("q", ""), f"/control/shops/{visit.shop_key}/claims"
    with visit.installation.database.read() as session:
        after = visit.query.get("after", "")
        found = claim_views.of_shop(session, visit.shop_key, text=text, after=after, now=visit.now)
    values = {
        "found": found.items,
        "next": review_filters.kept(visit.query, ("q",), after=found.after) if found.after else "",
        "url": url,
        "text": text,
        "states": [],
        "zones": ZONES,
        "lead": visit.words.say("claim.shopLead"),
    }
    return Page("centre/claims.html", visit.words.say("menu.claims"), values, active="claims")


def _shown(visit: Visit) -> Answer:
    database, url = visit.installation.database, _url(visit)
    with database.read() as session:
        claim = claim_views.by_shop(
            session, database.keys, visit.shop_key, visit.path["claim_id"], now=visit.now
        )
    may_act = rights.may(visit.person.grants, Action.CLAIMS_ANSWER, visit.shop_key)
    values = {
        **common(claim, visit.words),
        "url": url,
        "may_answer": may_act and Event.ANSWER in claim.may,
        "answers": [(each, visit.words.say(f"claim.answer.{each}")) for each in ShopAnswer],
        "refunded": visit.words.say("claim.amount.refunds", currency=claim.row.currency),
        "settlement_url": f"{url}/settlement" if may_act else "",
        "messages_url": f"{url}/messages" if may_act else "",
        "documents_url": f"{url}/documents",
        "may_upload": may_act,
    }
    return Page("centre/claim_shop.html", _title(visit, claim), values, active="claims")


def _title(visit: Visit, claim: Shown) -> str:
    return visit.words.say("claim.title", order=claim.head.order)


def _answer(visit: Visit, form: Form) -> Answer:
    try:
        what = ShopAnswer(form.text("what"))
    except ValueError:
        raise ClaimInvalid(field="what") from None
    claim_id = visit.path["claim_id"]
    with visit.installation.database.write() as work:
        currency = claim_files.of_shop(work, visit.shop_key, claim_id).row.currency
        claim_answers.answer(
            work,
            visit.shop_key,
            claim_id,
            what,
            day(form, "day"),
            form.text("text"),
            refunded=amount(form, "refunded", currency) if form.text("refunded") else None,
            actor=visit.actor,
            seen=seen(form),
            now=visit.now,
        )
    return See(_url(visit), "claim.sent")


def _comment(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        claim_answers.comment(
            work,
            visit.shop_key,
            visit.path["claim_id"],
            form.text("comment"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "claim.sent")


def _settle(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        claim_answers.answer_settlement(
            work,
            visit.shop_key,
            visit.path["claim_id"],
            accepts=accepts(form),
            actor=visit.actor,
            seen=seen(form),
            now=visit.now,
        )
    return See(_url(visit), "claim.sent")


def accepts(form: Form) -> bool:
    """Whether a side agrees; raises ClaimInvalid where it says neither."""
    if form.text("accepts") not in ("0", "1"):
        raise ClaimInvalid(field="accepts")
    return form.text("accepts") == "1"


def _upload(visit: Visit, form: Form) -> Answer:
    installation, claim_id = visit.installation, visit.path["claim_id"]
    with installation.database.read() as session:
        keys = installation.database.keys
        claim = claim_views.by_shop(session, keys, visit.shop_key, claim_id, now=visit.now)
    told = told_of(form, claim, visit.now)
    file = claim_documents.checked(installation, form.files["proof"].body)
    with installation.database.write() as work:
        held = claim_files.of_shop(work, visit.shop_key, claim_id)
        claim_documents.keep(
            work,
            installation.settings.home,
            held.row,
            ClaimParty.SHOP,
            file,
            told,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "claim.uploaded")


def told_of(form: Form, claim: Shown, now: datetime) -> document_rules.Told:
    """What a form says with its file; days are those of the claim's market.

    Raises ClaimDocumentInvalid, also where there is no file.
    """
    if "proof" not in form.files or not form.files["proof"].body:
        raise ClaimDocumentInvalid("Choose a file.", field="proof")
    texts = (form.text("kind"), form.text("day"), form.text("tracking"))
    today = calendars.of_market(claim.head.market).day_of(now)
    return document_rules.told(*texts, today=today)


def _document(visit: Visit) -> Answer:
    database, claim_id = visit.installation.database, visit.path["claim_id"]
    with database.read() as session:
        claim_views.by_shop(session, database.keys, visit.shop_key, claim_id, now=visit.now)
    name, kind, body = claim_documents.read(
        visit.installation,
        claim_id,
        visit.path["document_id"],
        actor=visit.actor,
        now=visit.now,
    )
    return File(name, kind, body)


def _url(visit: Visit) -> str:
    return f"/control/shops/{visit.shop_key}/claims/{visit.path['claim_id']}"


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.CLAIMS_SEE, read=_listed, menu="claims"),
    Screen(_ONE, Action.CLAIMS_SEE, read=_shown),
    Screen(f"{_ONE}/answer", Action.CLAIMS_ANSWER, write=_answer, again=_shown),
    Screen(f"{_ONE}/messages", Action.CLAIMS_ANSWER, write=_comment, again=_shown),
    Screen(f"{_ONE}/settlement", Action.CLAIMS_ANSWER, write=_settle, again=_shown),
    Screen(
        f"{_ONE}/documents",
        Action.CLAIMS_ANSWER,
        write=_upload,
        again=_shown,
        upload_bytes=NOTICES.proof_bytes,
    ),
    Screen(f"{_ONE}/documents/{{document_id}}", Action.CLAIMS_SEE, read=_document),
)
