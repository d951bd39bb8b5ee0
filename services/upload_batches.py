"""Takes the lines of a confirmed upload in, some orders at a time, and tells who confirmed it.

Lines and orders change in one transaction: wherever the worker dies, the next one goes on with
the first line that is still READY, and none is taken twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import orjson

from domain import upload_lines
from domain.actors import SYSTEM
from domain.errors import TrustwrightError
from domain.invitations import WAITING, ReviewKind
from domain.mails import MailKey, Recipient
from domain.orders import LegalBasis, LegalBasisKind, NewOrder
from domain.upload_lines import PLACES, SOURCE, Line
from domain.uploads import POLICY, STATEMENTS, Outcome, Row, UploadState
from services import audit, intake, mails
from services.intake import Plan, Taken
from store import shops as shop_rows
from store import uploads as rows
from store import users
from store.database import Work
from store.keys import Keyring
from store.shops import Shop
from store.uploads import Upload, UploadLine
from widgets import texts

_KINDS: Final = frozenset({ReviewKind.SERVICE_REVIEW})
"""The form behind it offers the products of the order as well."""


def take(work: Work, upload_id: int, *, now: datetime) -> bool:
    """Take the next orders of an upload in; False once there is nothing more to do."""
    shop_id = rows.shop_id(work.session, upload_id)
    # The shop's row first, as every writer does: those who cancel come the same way.
    shop = None if shop_id is None else shop_rows.by_id(work.session, shop_id, lock=True)
    upload = rows.by_id(work.session, upload_id)
    if upload is None or upload.state != UploadState.CONFIRMED:
        return False
    found = rows.next_orders(work.session, upload.id, outcome=Outcome.READY, most=POLICY.batch)
    if shop is None or not found:
        _finish(work, upload, shop, now)
        return False
    _take(work, shop, upload, found, now)
    return True


def _take(
    work: Work, shop: Shop, upload: Upload, found: Sequence[UploadLine], now: datetime
) -> None:
    by_order = sorted(found, key=lambda line: (line.leader, line.number))
    groups = [
        (leader, [_line(work.keys, line, upload.uploaded_at) for line in lines])
        for leader, lines in groupby(by_order, key=lambda line: line.leader)
    ]
    whole = [(leader, [line for line in lines if line]) for leader, lines in groups]
    asked = _asked(work, shop, [lines[0].reference for _, lines in whole if lines])
    wanted = [
        (leader, _order(upload, lines, now), _plan(upload, lines[0], now))
        for leader, lines in whole
        if lines and lines[0].reference not in asked
    ]
    results = intake.take_many(
        work, shop.shop_key, [(order, plan) for _, order, plan in wanted], now=now
    )
    sent = {
        leader
        for (leader, _, _), result in zip(wanted, results, strict=True)
        if _is_waiting(result)
    }
    for outcome, leaders in (
        (Outcome.TAKEN, sorted(sent)),
        (Outcome.NOT_SENT, sorted({leader for leader, _ in groups} - sent)),
    ):
        if leaders:
            rows.settle(work.session, upload.id, outcome, was=Outcome.READY, leaders=leaders)


def _asked(work: Work, shop: Shop, references: Sequence[str]) -> set[str]:
    """Orders that somebody was invited for since the file was read."""
    found = rows.reached(work.session, shop.id, references)
    return {each.reference for each in found if each.is_invited}


def _line(keys: Keyring, row: UploadLine, read_at: datetime) -> Line | None:
    """The line as it was read; None where what it said is gone."""
    if row.cipher is None:
        return None
    cells = tuple(orjson.loads(keys.decrypt(row.cipher)))
    line = upload_lines.read(Row(row.number, cells), dict(PLACES), now=read_at)
    return line if line.outcome is Outcome.READY else None


def _order(upload: Upload, lines: Sequence[Line], now: datetime) -> NewOrder:
    given_at = upload.confirmed_at or now
    basis = LegalBasis(LegalBasisKind.CONSENT, upload.text_version or STATEMENTS, given_at)
    return upload_lines.order_of(lines, basis)


def _plan(upload: Upload, leader: Line, now: datetime) -> Plan:
    send_at = (upload.send_at or now) + timedelta(days=leader.days)
    plan = Plan(SOURCE, kinds=_KINDS, send_at=send_at, upload_id=upload.id, is_manual=True)
    return replace(plan, language=leader.language, asked_by=upload.confirmed_by or "")


def _is_waiting(result: Taken | TrustwrightError) -> bool:
    """Whether a mail will leave: the order is fine, and its buyer may be asked."""
    if isinstance(result, TrustwrightError):
        return False
    return any(planned.state in WAITING for planned in result.invitations)


def _finish(work: Work, upload: Upload, shop: Shop | None, now: datetime) -> None:
    upload.state, upload.ended_at = UploadState.DONE, now
    work.session.add(upload)
    counts = rows.counts(work.session, [upload.id])[upload.id]
    after = {outcome.lower(): number for outcome, number in sorted(counts.items())}
    audit.log(work, SYSTEM, "upload.done", upload.public_id, now=now, after=after)
    user = users.by_public_id(work.session, upload.confirmed_by or "")
    if shop is None or user is None or user.removed_at is not None:
        return
    words = texts.of(user.language)
    taken, left = counts.get(Outcome.TAKEN, 0), counts.get(Outcome.NOT_SENT, 0)
    values = {
        "file": upload.file_name,
        "lines": words.number(upload.rows),
        "taken": words.number(taken),
        "left": words.number(left),
        "refused": words.number(upload.rows - upload.ready),
        "send_on": words.day((upload.send_at or now).date()),
        "upload_url": f"/control/shops/{shop.shop_key}/uploads/{upload.public_id}",
    }
    to = Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)
    once = f"{MailKey.BOOSTER_DONE}:{upload.public_id}"
    mails.send(work, MailKey.BOOSTER_DONE, to, values, shop=shop, now=now, once=once)
