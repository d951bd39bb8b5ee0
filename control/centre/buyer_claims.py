"""A buyer's own pages of a claim, in the account of the protections (systems.md §36)."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from control.centre.claims import accepts, amounts, amounts_of, common, day, seen, told_of
from control.centre.screens import Answer, Caller, File, Form, Page, PublicScreen, See, Words
from domain import ibans, languages
from domain.actors import BUYER
from domain.claim_states import Event
from domain.claims import CLAIMS, BuyerRef, ClaimInvalid, ClaimParty, ClaimState, Problem, Report
from domain.errors import PageNotFound
from domain.policies import NOTICES
from schemas.buyer_accounts import account_path
from services import buyer_accounts, claim_documents, claim_files, claim_views, claims

_ACCOUNT: Final = "/{language}/protection/account"
_REPORT: Final = f"{_ACCOUNT}/{{number}}/report"
_ONE: Final = f"{_ACCOUNT}/claims/{{claim_id}}"
_TAKES_ACCOUNT: Final = (
    ClaimState.REFUND_CLAIM,
    ClaimState.DOCUMENTS,
    ClaimState.ASSESSMENT,
    ClaimState.APPEALED,
    ClaimState.APPROVED,
)


class Step(StrEnum):
    """What a buyer may do with one click; each is shown where the claim allows it."""

    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    REOPEN = "REOPEN"
    HAND_IN = "HAND_IN"
    APPEAL = "APPEAL"
    WITHDRAW = "WITHDRAW"


_YOURS: Final = frozenset(
    {
        ClaimState.SHOP_ANSWERED,
        ClaimState.BUYER_CHECK,
        ClaimState.RESOLVED,
        ClaimState.REFUND_CLAIM,
        ClaimState.DOCUMENTS,
        ClaimState.WITHDRAWN,
    }
)
"""States whose sentence speaks of the buyer, who is addressed here."""

Do = Callable[[Caller, BuyerRef, str, Form], None]


def _buyer(caller: Caller) -> BuyerRef | None:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    database = caller.installation.database
    with database.read() as session:
        buyer = buyer_accounts.of_cookie(session, database.keys, caller.buyer, now=caller.now)
    return BuyerRef(buyer.email_hash, language) if buyer else None


def _ended(caller: Caller) -> Answer:
    """Who is not let in, or no longer, asks for a link first."""
    return See(account_path(caller.path["language"]), "buyer.ended", buyer="")


def _show_report(caller: Caller) -> Answer:
    buyer, number, words = _buyer(caller), caller.path["number"], caller.words
    if buyer is None:
        return _ended(caller)
    with caller.installation.database.read() as session:
        claim_id, shop, order = claim_views.of_protection(session, buyer, number)
    if claim_id:
        return See(_url(caller, claim_id))
    account = account_path(buyer.language)
    values = {
        "lead": words.say("buyer.order", shop=shop, reference=order),
        "url": f"{account}/{number}/report",
        "problems": [
            ("", words.say("help.choose")),
            *((each, words.say(f"claim.problem.{each}")) for each in Problem),
        ],
        "most": CLAIMS.text_characters,
        "account_url": account,
    }
    return Page("centre/claim_report.html", words.say("claim.report"), values)


def _report(caller: Caller, form: Form) -> Answer:
    buyer = _buyer(caller)
    if buyer is None:
        return _ended(caller)
    try:
        problem = Problem(form.text("problem"))
    except ValueError:
        raise ClaimInvalid(field="problem") from None
    said = Report(problem, form.text("text"), day(form, "received_on"), day(form, "withdrawn_on"))
    with caller.installation.database.write() as work:
        row = claims.report(work, buyer, caller.path["number"], said, now=caller.now)
        claim_id = row.public_id
    return See(_url(caller, claim_id), "claim.reported")


def _shown(caller: Caller) -> Answer:
    buyer, words, database = _buyer(caller), caller.words, caller.installation.database
    if buyer is None:
        return _ended(caller)
    claim_id = caller.path["claim_id"]
    with database.read() as session:
        claim = claim_views.by_buyer(session, database.keys, buyer, claim_id, now=caller.now)
    url, state = _url(caller, claim_id), claim.head.state
    steps = [step for step in Step if Event(step) in claim.may]
    opens = claim.refund_opens_at
    values = {
        **common(claim, words),
        "lead": lead(state, words),
        "url": url,
        "steps": [(each, words.say(f"claim.do.{each}")) for each in steps],
        "opens": words.say("claim.opens", day=words.day(opens.date())) if opens else "",
        "may_claim": Event.CLAIM in claim.may,
        "amounts": amounts(claim, words),
        "settlement_url": f"{url}/settlement",
        "messages_url": f"{url}/messages",
        "documents_url": f"{url}/documents",
        "may_upload": True,
        "may_name_account": state in _TAKES_ACCOUNT and claim.takes_account,
        "account_url": account_path(buyer.language),
    }
    return Page("centre/claim_buyer.html", words.say("claim.title", order=claim.head.order), values)


def lead(state: ClaimState, words: Words) -> str:
    """What the state means, said to the buyer."""
    return words.say(f"claim.{'yours' if state in _YOURS else 'told'}.{state}")


def _url(caller: Caller, claim_id: str) -> str:
    return f"{account_path(caller.path['language'])}/claims/{claim_id}"


def _step(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    text = form.text("text")
    try:
        step = Step(form.text("step"))
    except ValueError:
        raise ClaimInvalid(field="step") from None
    now, version = caller.now, seen(form)
    with caller.installation.database.write() as work:
        if step in (Step.REFUSE, Step.REOPEN):
            claims.refuse(work, buyer, claim_id, text, seen=version, now=now)
        elif step is Step.APPEAL:
            claims.appeal(work, buyer, claim_id, text, seen=version, now=now)
        else:
            plain = {
                Step.CONFIRM: claims.confirm,
                Step.HAND_IN: claims.hand_in,
                Step.WITHDRAW: claims.withdraw,
            }
            plain[step](work, buyer, claim_id, seen=version, now=now)


def _refund(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    with caller.installation.database.write() as work:
        currency = claim_files.of_buyer(work, buyer, claim_id).row.currency
        claims.claim_refund(
            work,
            buyer,
            claim_id,
            amounts_of(form, currency),
            is_assigned=form.is_ticked("assigned"),
            seen=seen(form),
            now=caller.now,
        )


def _settle(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    with caller.installation.database.write() as work:
        claims.answer_settlement(
            work, buyer, claim_id, accepts=accepts(form), seen=seen(form), now=caller.now
        )


def _comment(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    with caller.installation.database.write() as work:
        claims.comment(work, buyer, claim_id, form.text("comment"), now=caller.now)


def _upload(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    installation = caller.installation
    # Files take time to look at: only of those whose claim it is.
    with installation.database.read() as session:
        keys = installation.database.keys
        claim = claim_views.by_buyer(session, keys, buyer, claim_id, now=caller.now)
    told = told_of(form, claim, caller.now)
    file = claim_documents.checked(installation, form.files["proof"].body)
    home = installation.settings.home
    with installation.database.write() as work:
        row = claim_files.of_buyer(work, buyer, claim_id).row
        claim_documents.keep(
            work, home, row, ClaimParty.BUYER, file, told, actor=BUYER, now=caller.now
        )


def _name_account(caller: Caller, buyer: BuyerRef, claim_id: str, form: Form) -> None:
    account = ibans.account(form.text("iban"), form.text("holder"))
    with caller.installation.database.write() as work:
        row = claim_files.of_buyer(work, buyer, claim_id).row
        claim_documents.keep_account(work, row, account, actor=BUYER, now=caller.now)


def _document(caller: Caller) -> Answer:
    buyer, database = _buyer(caller), caller.installation.database
    if buyer is None:
        return _ended(caller)
    claim_id = caller.path["claim_id"]
    with database.read() as session:
        claim_views.by_buyer(session, database.keys, buyer, claim_id, now=caller.now)
    name, kind, body = claim_documents.read(
        caller.installation,
        claim_id,
        caller.path["document_id"],
        actor=BUYER,
        now=caller.now,
    )
    return File(name, kind, body)


def _form(part: str, do: Do, notice: str, *, upload_bytes: int = 0) -> PublicScreen:
    def write(caller: Caller, form: Form) -> Answer:
        buyer = _buyer(caller)
        if buyer is None:
            return _ended(caller)
        claim_id = caller.path["claim_id"]
        do(caller, buyer, claim_id, form)
        return See(_url(caller, claim_id), notice)

    return PublicScreen(
        f"{_ONE}{part}", write=write, again=_shown, is_guarded=True, upload_bytes=upload_bytes
    )


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(_REPORT, _show_report, _report, is_guarded=True),
    PublicScreen(_ONE, _shown),
    _form("/step", _step, "claim.done"),
    _form("/refund", _refund, "claim.refundClaimed"),
    _form("/settlement", _settle, "claim.sent"),
    _form("/messages", _comment, "claim.sent"),
    _form("/documents", _upload, "claim.uploaded", upload_bytes=NOTICES.proof_bytes),
    _form("/account", _name_account, "claim.accountSaved"),
    PublicScreen(f"{_ONE}/documents/{{document_id}}", _document),
)
