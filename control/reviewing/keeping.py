"""Later, or never again: put an invitation off, unsubscribe, and the receipt as a file (§6)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from control.centre.screens import Answer, Caller, File, Form, Page, See
from control.reviewing import links
from control.reviewing.form import head, on_own, opened, standing
from domain.errors import PageNotFound, ParameterInvalid
from domain.invite_rules import INVITES
from domain.markets import MARKETS
from domain.windows import day_of
from services import planning, receipts
from services.review_forms import Own, ReviewForm
from services.review_mails import last_day

DAYS: Final = (3, 7, 14, 30)
_HOUR: Final = time(10, tzinfo=UTC)
_RECEIPT: Final = "application/jose"


def _later(caller: Caller) -> Answer:
    form, words = opened(caller), caller.words
    if form.review is not None or form.is_written or not form.is_open:
        return standing(caller, form)
    zone = MARKETS[form.market].zone
    last = last_day(form.ordered_at)
    chosen = form.postponed_to
    values = {
        **head(caller, form),
        "done": words.say("write.later.done", date=words.moment(chosen, zone)) if chosen else "",
        "never": words.say("write.later.never", date=words.day(last))
        if form.postponed >= INVITES.postponements
        else "",
        "days": [
            (days, words.count("write.later.days", days))
            for days in DAYS
            if _moment(caller.now, days) < form.closes_at
        ],
        "first": day_of(caller.now + timedelta(days=1)).isoformat(),
        "last": last.isoformat(),
    }
    return Page("reviewing/later.html", words.say("write.later.title"), values)


def _moment(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


def _postpone(caller: Caller, form: Form) -> Answer:
    shown = opened(caller)
    if shown.review is not None or shown.is_written or not shown.is_open:
        return standing(caller, shown)
    at = _chosen(caller, form)
    with caller.installation.database.write() as work:
        planning.postpone(work, shown.invitation_id, at, now=caller.now)
    return See(links.to(caller, "later"))


def _chosen(caller: Caller, form: Form) -> datetime:
    """The moment that was asked for: in so many days, or at ten o'clock (UTC) of a day."""
    days = form.text("days")
    if days in {str(each) for each in DAYS}:
        return _moment(caller.now, int(days))
    try:
        return datetime.combine(date.fromisoformat(form.text("at")), _HOUR)
    except ValueError:
        raise ParameterInvalid("That is no day.", field="at") from None


def _leaving(caller: Caller) -> Answer:
    return _left(caller, opened(caller), is_done=caller.query.get("said") == "done")


def _left(caller: Caller, form: ReviewForm, *, is_done: bool) -> Page:
    words = caller.words
    values = {
        "lead": words.say("write.unsubscribe.lead", shop=form.shop_name),
        "leave": words.say("write.unsubscribe.title"),
        "done": words.say("write.unsubscribe.done") if is_done else "",
        "action": links.leave(caller),
    }
    return Page("reviewing/unsubscribe.html", words.say("write.unsubscribe.title"), values)


def _leave(caller: Caller, form: Form) -> Answer:
    """One click is enough, whoever makes it: a person here, or a mail program (RFC 8058).

    A mail program gets its answer at once: it need not follow us to another address.
    """
    shown = opened(caller)
    is_one_click = form.text("List-Unsubscribe") == "One-Click"
    reason = "one-click" if is_one_click else "page"
    with caller.installation.database.write() as work:
        planning.unsubscribe(work, shown.invitation_id, reason=reason, now=caller.now)
    if is_one_click:
        return _left(caller, shown, is_done=True)
    return See(links.leave(caller, said="done"))


def _receipt(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    del form
    installation = caller.installation
    database, issuer = installation.database, installation.settings.base_url
    with database.read() as session:
        body = receipts.file_of(session, database.keys, own.review_id, issuer=issuer)
    if body is None:
        raise PageNotFound
    return File(f"{own.review_id}.jws", _RECEIPT, body)


READS: Final = {"later": _later, "receipt": on_own(_receipt)}
WRITES: Final = {"later": _postpone}
LEAVING: Final = (_leaving, _leave)
