"""Public pages of moderation: report a review, follow a case by its link, the public ledger."""

from typing import Final

from control.centre.screens import Answer, Caller, Form, Page, PublicScreen, See
from domain import languages, notices, shop_keys
from domain.actors import READER
from domain.cases import Outcome
from domain.criteria import BEST, WORST, Criterion
from domain.errors import PageNotFound, ShopNotFound
from domain.markets import MARKETS
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from domain.policies import NOTICES, REVIEWS
from domain.review_forms import Said
from schemas.profiles import how_path
from services import (
    case_mails,
    case_views,
    complaints,
    corrections,
    hearings,
    ledgers,
    proofs,
    shop_heads,
)
from services import notices as use_cases
from services.cases import Speaker
from services.proofs import Checked

PROOFS: Final = ("proof", "proof2", "proof3")
"""The file inputs of a form; one form brings three, a side five in all."""
UPLOAD_BYTES: Final = len(PROOFS) * NOTICES.proof_bytes
_MARKS: Final = tuple(str(mark) for mark in range(WORST, BEST + 1))
_LIMITS: Final = {"most": NOTICES.text_characters}


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _report(caller: Caller) -> Answer:
    language, key = _language(caller), shop_keys.parse(caller.path["shop_key"])
    with caller.installation.database.read() as session:
        shop = shop_heads.find(session, key)
        if shop is None:
            raise ShopNotFound
        review_id = caller.query.get("review", "")
        review = case_views.reportable(session, key, review_id) if review_id else None
    values = {
        "shop": shop,
        "review": review,
        "action": f"/{language}/report/{key}?review={review_id}",
        "reasons": [
            (reason, caller.words.say(f"notice.reason.{reason}")) for reason in NoticeReason
        ],
        "how_url": f"{how_path(language)}#refuse",
        "profile": f"/{language}/profile/{key}",
        "contact": caller.installation.settings.contact_email,
        **_LIMITS,
    }
    return Page("centre/notice.html", caller.words.say("report.title"), values)


def _file(caller: Caller, form: Form) -> Answer:
    language = _language(caller)
    by = Reporter(ReporterKind.READER, form.text("name"), form.text("email"), language)
    new = NewNotice(
        review_id=caller.query.get("review", ""),
        reporter=by,
        reason=notices.reason_of(form.text("reason")),
        explanation=form.text("explanation"),
        good_faith=form.is_ticked("good_faith"),
    )
    with caller.installation.database.write() as work:
        filed = use_cases.file(work, new, actor=READER, now=caller.now)
    return See(f"/{language}/notices/{filed.token}", "notice.form.sent")


def _follow(caller: Caller) -> Answer:
    language, token = _language(caller), caller.path["token"]
    database = caller.installation.database
    with database.read() as session:
        case = case_views.by_link(session, database.keys, token, now=caller.now)
        criteria: tuple[Criterion, ...] = ()
        if case.party is Speaker.AUTHOR and case.head.outcome is Outcome.EDIT_REQUESTED:
            criteria = corrections.criteria(session, case.review.review_id, now=caller.now)
    values = {
        "case": case,
        "answer_url": f"/{language}/notices/{token}",
        "complain_url": f"/{language}/notices/{token}/complaint",
        "correct_url": f"/{language}/notices/{token}/review",
        "zone": MARKETS[case.head.market].zone,
        "redress": case_mails.redress(case.complaints_until, case.head.market, caller.words)
        if case.may_complain
        else "",
        "criteria": criteria,
        "marks": {str(criterion): mark for criterion, mark in case.review.marks},
        "proofs": PROOFS,
        "mark_options": [
            ("", caller.words.say("follow.noMark")),
            *((mark, mark) for mark in _MARKS),
        ],
        "title_most": REVIEWS.title_characters,
        **_LIMITS,
    }
    return Page("centre/notice_followed.html", caller.words.say("follow.title"), values)


def handed_in(form: Form) -> list[Checked]:
    """The files of a form, checked before a transaction is opened; raises ProofRefused."""
    bodies = [form.files[name].body for name in PROOFS if name in form.files]
    return [proofs.checked(body) for body in bodies if body]


def _answer(caller: Caller, form: Form) -> Answer:
    language, token = _language(caller), caller.path["token"]
    installation, database = caller.installation, caller.installation.database
    # Files take time to look at: only of those who have a good link.
    with database.read() as session:
        case_views.by_link(session, database.keys, token, now=caller.now)
    files = handed_in(form)
    with installation.database.write() as work:
        hearings.answer(
            work, installation.settings.home, token, form.text("text"), files, now=caller.now
        )
    return See(f"/{language}/notices/{token}", "follow.thanks")


def _complain(caller: Caller, form: Form) -> Answer:
    language, token = _language(caller), caller.path["token"]
    with caller.installation.database.write() as work:
        complaints.complain(work, token, form.text("complaint"), now=caller.now)
    return See(f"/{language}/notices/{token}", "follow.complained")


def _correct(caller: Caller, form: Form) -> Answer:
    """The author's own correction, which is an edit like any other (ISO-8)."""
    language, token = _language(caller), caller.path["token"]
    said = Said(_marks(form), form.text("title"), form.text("comment"))
    with caller.installation.database.write() as work:
        corrections.correct(work, token, said, now=caller.now)
    return See(f"/{language}/notices/{token}", "follow.edited")


def _marks(form: Form) -> dict[Criterion, int]:
    """The marks that were chosen; the rules look at them once more."""
    given = {criterion: form.text(f"mark_{criterion}") for criterion in Criterion}
    return {c: int(text) if text in _MARKS else 0 for c, text in given.items() if text}


def _ledger(caller: Caller) -> Answer:
    language = _language(caller)
    with caller.installation.database.read() as session:
        ledger = ledgers.read(session, now=caller.now)
    values = {
        "ledger": ledger,
        "period": caller.words.period(ledger.period),
        "how_url": how_path(language),
    }
    return Page("centre/ledger.html", caller.words.say("ledger.title"), values)


_LINK: Final = "/{language}/notices/{token}"
PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen("/{language}/reviews/ledger", read=_ledger),
    PublicScreen("/{language}/report/{shop_key}", read=_report, write=_file, is_guarded=True),
    PublicScreen(_LINK, read=_follow, write=_answer, upload_bytes=UPLOAD_BYTES, is_guarded=True),
    PublicScreen(f"{_LINK}/complaint", write=_complain, again=_follow, is_guarded=True),
    PublicScreen(f"{_LINK}/review", write=_correct, again=_follow, is_guarded=True),
)
