"""The form that everybody may open, and the page on which its author confirms and changes (§4)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from control.centre.screens import Answer, Caller, File, Form, Page, PublicScreen, See
from control.reviewing import links, marks
from control.reviewing.form import seconds_open
from domain import languages
from domain.criteria import Criterion
from domain.errors import PageNotFound
from domain.open_reviews import Sender
from domain.policies import ORDERS, REVIEWS
from domain.reviews import ReviewState, Submission
from domain.windows import day_of
from services import open_reviews, receipts
from services.open_reviews import OpenForm, OpenReview
from services.review_mails import OWN

WRITE: Final = "/{language}/write/{shop_key}"
_SENT: Final = f"{WRITE}/sent"
_WITHDRAW: Final = f"{OWN}/withdraw"
_RECEIPT: Final = f"{OWN}/receipt"
_JWS: Final = "application/jose"
_GONE: Final = 410
_TYPED: Final = ("email", "reference", "title", "comment", "name")


def _form(caller: Caller) -> OpenForm:
    if caller.path["language"] not in languages.SUPPORTED:
        raise PageNotFound
    with caller.installation.database.read() as session:
        return open_reviews.form(session, caller.path["shop_key"])


def _write(caller: Caller) -> Answer:
    shop, words = _form(caller), caller.words
    typed = caller.refusal.input if caller.refusal else {}
    values = {
        **_fields(typed, dict.fromkeys(_TYPED, "")),
        "is_incentivised": "incentivised" in typed,
        "groups": marks.groups(shop.criteria, marks.typed(typed, shop.criteria), words),
        "action": WRITE.format(language=caller.language, shop_key=shop.shop_key),
        "opened": int(caller.now.timestamp()),
        "reference_most": ORDERS.reference_characters,
        "email_most": ORDERS.email_characters,
    }
    return Page("reviewing/open.html", words.say("write.open.title", shop=shop.shop_name), values)


def _fields(typed: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, object]:
    """What the fields show: what was typed into a refused form, else what is stored."""
    return {
        "fields": {name: typed.get(name, value) for name, value in stored.items()},
        "limits": REVIEWS,
    }


def _submit(caller: Caller, form: Form) -> Answer:
    shop = _form(caller)
    submission = _submission(caller, form, marks.given(form, shop.criteria))
    sender = Sender(form.text("email"), form.text("reference"))
    with caller.installation.database.write() as work:
        open_reviews.submit(
            work,
            shop.shop_key,
            submission,
            sender,
            address=caller.address,
            seconds=seconds_open(caller, form),
            now=caller.now,
        )
    return See(_SENT.format(language=caller.language, shop_key=shop.shop_key))


def _submission(caller: Caller, form: Form, given: Mapping[Criterion, int]) -> Submission:
    return Submission(
        marks=given,
        title=form.text("title"),
        comment=form.text("comment"),
        language=caller.language,
        author_name=form.text("name"),
        incentivised=form.is_ticked("incentivised"),
    )


def _sent(caller: Caller) -> Answer:
    """The same words for everybody, whether the address is known here or not."""
    shop, words = _form(caller), caller.words
    profile = f"/{caller.language}/profile/{shop.shop_key}"
    values = {
        "why": words.say("write.open.sent.lead"),
        "ordered": "",
        "may_withdraw": False,
        "profile": profile,
    }
    return Page("reviewing/end.html", words.say("write.open.sent.title"), values)


def _opened(caller: Caller) -> OpenReview:
    database, token = caller.installation.database, links.token_of(caller)
    with database.read() as session:
        return open_reviews.read(session, database.keys, token, now=caller.now)


def _own(caller: Caller) -> Answer:
    """To be confirmed, to be changed, or why neither is possible; reading stores nothing."""
    shown, words = _opened(caller), caller.words
    own = shown.review
    title = words.say("write.title", about=shown.shop_name)
    if own.state is ReviewState.SUBMITTED:
        title = words.say("write.open.confirm.title")
        return Page("reviewing/open_confirm.html", title, _shown(caller, shown))
    if own.state is ReviewState.DISCARDED:
        return _end(caller, shown, "withdrawn", status=_GONE)
    if own.state is ReviewState.REJECTED:
        return _end(caller, shown, "hidden", may_withdraw=True)
    if not shown.is_open:
        return _end(caller, shown, "closed", status=_GONE, may_withdraw=True)
    return Page("reviewing/open_own.html", title, _editable(caller, shown))


def _shown(caller: Caller, shown: OpenReview) -> dict[str, object]:
    token = links.token_of(caller)
    return {
        "own": shown.review,
        "about": shown.shop_name,
        "ordered": "",
        "stars": caller.words.count("stars", shown.review.stars),
        "urls": {
            "start": links.at(caller, OWN.format(token=token)),
            "withdraw": links.at(caller, _WITHDRAW.format(token=token)),
            "receipt": links.at(caller, _RECEIPT.format(token=token)),
        },
        "profile": f"/{caller.language}/profile/{shown.shop_key}",
    }


def _editable(caller: Caller, shown: OpenReview) -> dict[str, object]:
    own, words = shown.review, caller.words
    typed = caller.refusal.input if caller.refusal else {}
    chosen = marks.typed(typed, shown.criteria) or own.marks
    stored = {"title": own.title, "comment": own.comment, "name": own.author_name}
    is_saved = caller.query.get("said") == "saved"
    return {
        **_shown(caller, shown),
        **_fields(typed, stored),
        "is_incentivised": "incentivised" in typed if typed else own.incentivised,
        "groups": marks.groups(shown.criteria, chosen, words),
        "until": words.day(day_of(shown.closes_at - timedelta(days=1))),
        "is_verified": shown.is_verified,
        "said": words.say("write.open.saved") if is_saved else "",
    }


def _end(
    caller: Caller, shown: OpenReview, why: str, *, status: int = 200, may_withdraw: bool = False
) -> Page:
    values = {
        **_shown(caller, shown),
        "why": caller.words.say(f"write.end.{why}"),
        "may_withdraw": may_withdraw,
    }
    title = caller.words.say("write.title", about=shown.shop_name)
    return Page("reviewing/end.html", title, values, status=status)


def _change(caller: Caller, form: Form) -> Answer:
    token, database = links.token_of(caller), caller.installation.database
    path = OWN.format(token=token)
    if form.text("step") == "confirm":
        with database.write() as work:
            open_reviews.confirm(work, token, now=caller.now)
        return See(links.at(caller, path))
    shown = _opened(caller)
    given = marks.given(form, shown.criteria) or shown.review.marks
    submission = _submission(caller, form, given)
    with database.write() as work:
        open_reviews.edit(work, token, submission, now=caller.now)
    return See(links.at(caller, path, said="saved"))


def _withdrawal(caller: Caller) -> Answer:
    shown, words = _opened(caller), caller.words
    if shown.review.state is ReviewState.DISCARDED:
        return _end(caller, shown, "withdrawn", status=_GONE)
    return Page("reviewing/withdraw.html", words.say("write.withdraw.title"), _shown(caller, shown))


def _withdraw(caller: Caller, _form: Form) -> Answer:
    token = links.token_of(caller)
    with caller.installation.database.write() as work:
        open_reviews.withdraw(work, token, now=caller.now)
    return See(links.at(caller, OWN.format(token=token)))


def _receipt(caller: Caller) -> Answer:
    own, installation = _opened(caller).review, caller.installation
    database, issuer = installation.database, installation.settings.base_url
    with database.read() as session:
        body = receipts.file_of(session, database.keys, own.review_id, issuer=issuer)
    if body is None:
        raise PageNotFound
    return File(f"{own.review_id}.jws", _JWS, body)


SCREENS: Final = (
    PublicScreen(WRITE, read=_write, write=_submit),
    PublicScreen(_SENT, read=_sent),
    PublicScreen(OWN, read=_own, write=_change),
    PublicScreen(_WITHDRAW, read=_withdrawal, write=_withdraw),
    PublicScreen(_RECEIPT, read=_receipt),
)
