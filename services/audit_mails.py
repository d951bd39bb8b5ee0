"""Mails about audits, to everybody of the shop who may answer findings (systems.md §31)."""

from collections.abc import Mapping
from datetime import datetime

from domain import certificates
from domain.audits import AuditState
from domain.findings import Progress
from domain.mails import MailKey, Recipient
from domain.rights import Right
from services import case_mails, mails
from store import users
from store.audits import Audit, AuditDecision
from store.database import Work
from store.shops import Shop
from store.users import User
from widgets import texts
from widgets.texts import Texts


def ordered(work: Work, shop: Shop, audit: Audit, *, now: datetime) -> None:
    """The order has arrived; until when somebody gets in touch."""
    for user in _people(work, shop):
        contact = case_mails.last_day(audit.due_at, shop.market, texts.of(user.language))
        _send(work, shop, audit, user, MailKey.AUDIT_ORDERED, {"contact_by": contact}, now)


def stopped(work: Work, shop: Shop, audit: Audit, why: str, *, now: datetime) -> None:
    """The pre-check failed and will be done again, or the audit was ended, and why."""
    is_over = AuditState(audit.state).is_end
    key = MailKey.AUDIT_ENDED if is_over else MailKey.PRECHECK_FAILED
    for user in _people(work, shop):
        _send(work, shop, audit, user, key, {"explanation": why}, now)


def reported(work: Work, shop: Shop, audit: Audit, found: Progress, *, now: datetime) -> None:
    """The report is there, with what is fulfilled and until when the rest is to be fixed."""
    for user in _people(work, shop):
        words = texts.of(user.language)
        due = case_mails.last_day(audit.due_at, shop.market, words)
        values = {**_counted(found), "until": due}
        _send(work, shop, audit, user, MailKey.REPORT_READY, values, now)


def rechecked(work: Work, shop: Shop, audit: Audit, found: Progress, *, now: datetime) -> None:
    """What a recheck came to."""
    for user in _people(work, shop):
        words = texts.of(user.language)
        values = {**_counted(found), "outcome": words.say(f"audit.outcome.{audit.state}")}
        _send(work, shop, audit, user, MailKey.RECHECK_RESULT, values, now)


def certified(work: Work, shop: Shop, audit: Audit, *, now: datetime) -> None:
    """The certificate was issued."""
    for user in _people(work, shop):
        words = texts.of(user.language)
        values = {"until": _last_day(audit, words)}
        _send(work, shop, audit, user, MailKey.CERTIFIED, values, now)


def re_audit_due(work: Work, shop: Shop, audit: Audit, *, now: datetime) -> None:
    """The certificate ends soon."""
    for user in _people(work, shop):
        words = texts.of(user.language)
        values = {
            "until": _last_day(audit, words),
            "days": words.number(audit.told_days),
        }
        _send(work, shop, audit, user, MailKey.RE_AUDIT_DUE, values, now)


def decided(
    work: Work, shop: Shop, audit: Audit, decision: AuditDecision, *, now: datetime
) -> None:
    """The certificate is or will be suspended or withdrawn, with the statement of reasons."""
    for user in _people(work, shop):
        words = texts.of(user.language)
        values = {
            "outcome": words.say(f"audit.decision.{decision.kind}"),
            "from": words.day(decision.effective_at.date()),
            "ground": words.say(f"audit.ground.{decision.ground}"),
            "facts": decision.facts,
            "explanation": decision.explanation,
            "redress": decision.redress,
        }
        once = decision.public_id
        _send(work, shop, audit, user, MailKey.SUSPENDED, values, now, once=once)


def _last_day(audit: Audit, words: Texts) -> str:
    """The day that the certificate's page names, a UTC day; ``audit`` ends with its certificate."""
    return "–" if audit.valid_until is None else words.day(certificates.last_day(audit.valid_until))


def _people(work: Work, shop: Shop) -> list[User]:
    found = {
        user.id: user
        for right in (Right.ADMINISTRATOR, Right.AUDITS)
        for user in users.with_right(work.session, shop.id, right)
    }
    return list(found.values())


def _counted(found: Progress) -> dict[str, str]:
    return {"fulfilled": str(found.fulfilled), "total": str(found.total)}


def _send(
    work: Work,
    shop: Shop,
    audit: Audit,
    user: User,
    key: MailKey,
    values: Mapping[str, str],
    now: datetime,
    *,
    once: str = "",
) -> None:
    recipient = Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)
    occasion = once or f"{audit.public_id}:{audit.version}"
    url = f"/control/shops/{shop.shop_key}/audits/{audit.public_id}"
    said = {"shop": shop.name, **values, "audit_url": url}
    mails.send(
        work, key, recipient, said, shop=None, now=now, once=f"{key}:{user.public_id}:{occasion}"
    )
