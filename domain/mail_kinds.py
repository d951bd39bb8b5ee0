"""The mails that there are, and what the texts of each may name (systems.md §6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MailKey(StrEnum):
    """What a mail is about; each has its texts in ``widgets/mails/``."""

    TEST = "test"
    BOOSTER_DONE = "booster_done"
    REVIEW_INVITATION = "review_invitation"
    REVIEW_RECEIPT = "review_receipt"
    OPEN_REVIEW_CONFIRM = "open_review_confirm"
    OPEN_REVIEW_RECEIPT = "open_review_receipt"
    REVIEW_HELD = "review_held"
    REVIEW_TEXT_KEPT = "review_text_kept"
    EVIDENCE_LOST = "evidence_lost"
    SHOP_REPLIED = "shop_replied"
    NEW_REVIEW = "new_review"
    DIGEST = "digest"
    REVIEW_SYSTEM_SWITCHED = "review_system_switched"
    USER_INVITED = "user_invited"
    SIGNED_UP = "signed_up"
    SIGN_UP_KNOWN = "sign_up_known"
    PASSWORD_RESET = "password_reset"  # noqa: S105 the name of a mail
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 the name of a mail
    LOGIN_ALERT = "login_alert"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ACCESS_OFFERED = "access_offered"
    ACCESS_CHANGED = "access_changed"
    ACCESS_REMOVED = "access_removed"
    MEMBERSHIP_ACCEPTED = "membership_accepted"
    MEMBERSHIP_CANCELLED = "membership_cancelled"
    MEMBERSHIP_ENDED = "membership_ended"
    MEMBERSHIP_SUSPENDED = "membership_suspended"
    PACK_BOOKED = "pack_booked"
    PACK_SUSPENDED = "pack_suspended"
    PACK_ENDS = "pack_ends"
    GROUP_ASKED = "group_asked"
    INDICATOR_WORSE = "indicator_worse"
    INDICATOR_JUMP = "indicator_jump"
    PROTECTION_CONFIRMED = "protection_confirmed"
    PROTECTION_EXPIRING = "protection_expiring"
    FRAME_GRANTED = "frame_granted"
    FRAME_CHANGED = "frame_changed"
    FRAME_INFO_NEEDED = "frame_info_needed"
    REPORT_RECEIPT = "report_receipt"
    HEARING = "hearing"
    HEARING_REMINDER = "hearing_reminder"
    SHOP_COMMENT = "shop_comment"
    EDIT_REQUESTED = "edit_requested"
    DECISION_AUTHOR = "decision_author"
    DECISION_REPORTER = "decision_reporter"
    DECISION_SHOP = "decision_shop"
    COMPLAINT_RECEIPT = "complaint_receipt"
    COMPLAINT_DECISION = "complaint_decision"
    ABUSE_WARNING = "abuse_warning"
    ABUSE_SUSPENDED = "abuse_suspended"
    PERSON_DATA = "person_data"
    BUYER_ACCOUNT = "buyer_account"
    PAID = "paid"
    RECOURSE_INVOICE = "recourse_invoice"
    TICKET_RECEIVED = "ticket_received"
    TICKET_ANSWERED = "ticket_answered"
    TICKET_SOLVED = "ticket_solved"
    TICKET_REMINDER = "ticket_reminder"
    TICKET_MESSAGE = "ticket_message"
    LAW_LETTER = "law_letter"
    AUDIT_ORDERED = "audit_ordered"
    PRECHECK_FAILED = "precheck_failed"
    AUDIT_ENDED = "audit_ended"
    REPORT_READY = "report_ready"
    RECHECK_RESULT = "recheck_result"
    CERTIFIED = "certified"
    RE_AUDIT_DUE = "re_audit_due"
    SUSPENDED = "suspended"
    ERASURE_DONE = "erasure_done"
    ERASURE_DEFERRED = "erasure_deferred"
    CASE_OPENED = "case_opened"
    SHOP_ASKED = "shop_asked"
    SHOP_REMINDER = "shop_reminder"
    SHOP_ANSWERED = "shop_answered"
    SETTLEMENT = "settlement"
    CLAIM_INVITE = "claim_invite"
    DOCUMENTS_MISSING = "documents_missing"
    CLAIM_APPROVED = "claim_approved"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_ENDED = "claim_ended"
    ACCOUNT_NEEDED = "account_needed"


@dataclass(frozen=True, slots=True)
class Kind:
    """What the texts of a mail may name, and what is special about it.

    ``link`` is the placeholder that the button leads to, empty for a mail without button.
    ``needs`` must stand in the body. A shop may write its own texts where ``is_editable``.
    Where it is unknown whether a server took the mail, one ``is_at_most_once`` is not sent again:
    a second copy would be worse than none. Of all others a second copy is better than none.
    """

    values: frozenset[str]
    link: str = ""
    needs: frozenset[str] = frozenset()
    is_editable: bool = False
    is_invitation: bool = False
    is_at_most_once: bool = False


UNSUBSCRIBE: Final = "unsubscribe_url"


def _kind(values: str, link: str = "", *, is_at_most_once: bool = False) -> Kind:
    named = frozenset(values.split()) | ({link} if link else set())
    return Kind(named, link, is_at_most_once=is_at_most_once)


_REVIEW: Final = "review review_url"
_PROTECTION: Final = "number reference cover uncovered until guarantor"
_CLAIM: Final = "claim order guarantor"
DISCREET: Final = frozenset({MailKey.FRAME_INFO_NEEDED})
"""Mails that the outbox does not show: they tell of a member's solvency (systems.md §39)."""
_DECISION: Final = f"{_REVIEW} outcome ground facts explanation redress"

KINDS: Final[Mapping[MailKey, Kind]] = {
    MailKey.TEST: _kind("", "control_url", is_at_most_once=True),
    MailKey.REVIEW_INVITATION: Kind(
        frozenset(
            {"about", "reference", "ordered_on", "until", "rate_url", UNSUBSCRIBE}
            | {"profile_url", "rules_url"}
        ),
        link="rate_url",
        needs=frozenset({"rate_url", UNSUBSCRIBE}),
        is_editable=True,
        is_invitation=True,
        is_at_most_once=True,
    ),
    MailKey.REVIEW_RECEIPT: _kind("about reference stars received until withdraw_url", "edit_url"),
    MailKey.OPEN_REVIEW_CONFIRM: _kind("stars received until", "confirm_url"),
    MailKey.OPEN_REVIEW_RECEIPT: _kind("stars until withdraw_url", "edit_url"),
    MailKey.REVIEW_HELD: _kind("facts explanation redress", "edit_url"),
    MailKey.REVIEW_TEXT_KEPT: _kind("facts explanation redress due", "edit_url"),
    MailKey.EVIDENCE_LOST: _kind("facts explanation redress", "review_url"),
    MailKey.BOOSTER_DONE: _kind(
        "file lines taken left refused send_on", "upload_url", is_at_most_once=True
    ),
    MailKey.SHOP_REPLIED: Kind(
        frozenset({"review", "reply", "review_url"}),
        link="review_url",
        needs=frozenset({"reply"}),
        is_editable=True,
        is_at_most_once=True,
    ),
    MailKey.NEW_REVIEW: _kind(
        "kind stars title text reference ordered_on reviewed_on customer",
        "review_url",
        is_at_most_once=True,
    ),
    MailKey.DIGEST: _kind("count period lines", "reviews_url", is_at_most_once=True),
    MailKey.REVIEW_SYSTEM_SWITCHED: _kind("system reviews by at", "control_url"),
    MailKey.USER_INVITED: _kind("inviter where hours", "link"),
    MailKey.SIGNED_UP: _kind("shop hours", "link"),
    MailKey.SIGN_UP_KNOWN: _kind("", "link"),
    MailKey.PASSWORD_RESET: _kind("hours", "link"),
    MailKey.PASSWORD_CHANGED: _kind("", "link"),
    MailKey.LOGIN_ALERT: _kind("failures minutes", "link"),
    MailKey.SECOND_FACTOR_CHANGED: _kind("", "link"),
    MailKey.ACCESS_OFFERED: _kind("where rights inviter", "link"),
    MailKey.ACCESS_CHANGED: _kind("where rights inviter"),
    MailKey.ACCESS_REMOVED: _kind("where"),
    MailKey.MEMBERSHIP_ACCEPTED: _kind("shop"),
    MailKey.MEMBERSHIP_CANCELLED: _kind("shop ends"),
    MailKey.MEMBERSHIP_ENDED: _kind("shop"),
    MailKey.MEMBERSHIP_SUSPENDED: _kind("shop reason"),
    MailKey.PACK_BOOKED: _kind("shop pack price"),
    MailKey.PACK_SUSPENDED: _kind("shop pack reason"),
    MailKey.PACK_ENDS: _kind("shop pack ends"),
    MailKey.PROTECTION_CONFIRMED: _kind(_PROTECTION, "account_url"),
    MailKey.PROTECTION_EXPIRING: _kind(_PROTECTION, "account_url"),
    MailKey.GROUP_ASKED: _kind("other company domain", "control_url"),
    MailKey.INDICATOR_WORSE: _kind("shop lines", "control_url"),
    MailKey.INDICATOR_JUMP: _kind("shop lines", "control_url"),
    MailKey.FRAME_GRANTED: _kind("company amount starts", "frame_url"),
    MailKey.FRAME_CHANGED: _kind("company amount state starts", "frame_url"),
    MailKey.FRAME_INFO_NEEDED: _kind("company", "frame_url"),
    MailKey.REPORT_RECEIPT: _kind(f"{_REVIEW} reason case due", "status_url"),
    MailKey.HEARING: _kind(f"{_REVIEW} reason explanation due", "answer_url"),
    MailKey.HEARING_REMINDER: _kind(f"{_REVIEW} reason explanation due", "answer_url"),
    MailKey.SHOP_COMMENT: _kind(f"{_REVIEW} answer due", "case_url"),
    MailKey.EDIT_REQUESTED: _kind(f"{_REVIEW} explanation due", "edit_url"),
    MailKey.DECISION_AUTHOR: _kind(_DECISION, "status_url"),
    MailKey.DECISION_REPORTER: _kind(f"{_DECISION} automation", "status_url"),
    MailKey.DECISION_SHOP: _kind(f"{_DECISION} automation", "case_url"),
    MailKey.COMPLAINT_RECEIPT: _kind(f"{_REVIEW} case due", "status_url"),
    MailKey.COMPLAINT_DECISION: _kind(f"{_REVIEW} outcome explanation", "status_url"),
    MailKey.ABUSE_WARNING: _kind("notices unfounded days"),
    MailKey.ABUSE_SUSPENDED: _kind("notices unfounded days until"),
    MailKey.PERSON_DATA: _kind("hours", "mydata_url"),
    MailKey.BUYER_ACCOUNT: _kind("minutes guarantor", "account_url"),
    MailKey.PAID: _kind("claim reference amount guarantor", "claim_url"),
    MailKey.RECOURSE_INVOICE: _kind("number claim reference amount due guarantor", "claim_url"),
    MailKey.TICKET_RECEIVED: _kind("subject due", "ticket_url"),
    MailKey.TICKET_ANSWERED: _kind("subject text", "ticket_url"),
    MailKey.TICKET_SOLVED: _kind("subject until", "ticket_url"),
    MailKey.TICKET_REMINDER: _kind("subject until", "ticket_url"),
    MailKey.TICKET_MESSAGE: _kind("subject text", "ticket_url"),
    MailKey.LAW_LETTER: Kind(
        frozenset({"subject", "text", "letters_url", UNSUBSCRIBE}),
        link="letters_url",
        needs=frozenset({UNSUBSCRIBE}),
        is_at_most_once=True,
    ),
    MailKey.AUDIT_ORDERED: _kind("shop contact_by", "audit_url"),
    MailKey.PRECHECK_FAILED: _kind("shop explanation", "audit_url"),
    MailKey.AUDIT_ENDED: _kind("shop explanation", "audit_url"),
    MailKey.REPORT_READY: _kind("shop fulfilled total until", "audit_url"),
    MailKey.RECHECK_RESULT: _kind("shop outcome fulfilled total", "audit_url"),
    MailKey.CERTIFIED: _kind("shop until", "audit_url"),
    MailKey.RE_AUDIT_DUE: _kind("shop days until", "audit_url"),
    MailKey.SUSPENDED: _kind("shop outcome from ground facts explanation redress", "audit_url"),
    MailKey.ERASURE_DONE: _kind("asked", "mydata_url"),
    MailKey.ERASURE_DEFERRED: _kind("asked", "mydata_url"),
    MailKey.CASE_OPENED: _kind(f"{_CLAIM} problem until due", "claim_url"),
    MailKey.SHOP_ASKED: _kind(f"{_CLAIM} problem text due", "claim_url"),
    MailKey.SHOP_REMINDER: _kind(f"{_CLAIM} problem due", "claim_url"),
    MailKey.SHOP_ANSWERED: _kind(f"{_CLAIM} answer day refunded text due", "claim_url"),
    MailKey.SETTLEMENT: _kind(f"{_CLAIM} amount text due", "claim_url"),
    MailKey.CLAIM_INVITE: _kind(f"{_CLAIM} due", "claim_url"),
    MailKey.DOCUMENTS_MISSING: _kind(f"{_CLAIM} text due", "claim_url"),
    MailKey.CLAIM_APPROVED: _kind(f"{_CLAIM} amount text", "claim_url"),
    MailKey.CLAIM_REJECTED: _kind(f"{_CLAIM} text due", "claim_url"),
    MailKey.CLAIM_ENDED: _kind(f"{_CLAIM} outcome", "claim_url"),
    MailKey.ACCOUNT_NEEDED: _kind("claim reference amount guarantor", "claim_url"),
}
