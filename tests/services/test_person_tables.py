"""Every table has an answer to what becomes of a buyer's data, and an erasure keeps its word."""

import base64
import contextlib
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from cryptography.fernet import InvalidToken
from sqlalchemy import select as rows_of
from sqlalchemy import update
from sqlmodel import col, select

from domain.criteria import Criterion
from domain.mails import MailKey, MailState
from domain.notifications import Delivery, Wishes
from domain.open_reviews import Sender, sign
from domain.reviews import Submission
from domain.rights import Right
from services import (
    hearings,
    invitation_mails,
    mails,
    notifications,
    open_reviews,
    pictures,
    proofs,
    protection_members,
    protections,
    refresh,
    replies,
    review_forms,
    reviews,
    social_proofs,
)
from services.installation import Installation
from services.rulings import Step
from services.signals import Sent
from store.database import Database
from store.events import Event
from store.hand_overs import HandOver
from store.invitations import Invitation
from store.mails import Mail
from store.orders import Order
from store.schema import METADATA
from store.shops import Shop
from tests.services import collected, people, pictured, protected, reported, steps
from tests.services.own_data import LATER, copy_of, erase, token
from tests.services.steps import ANNA, marks

EMAIL: Final = "dario@example.org"
SIGN: Final = "zebedee"
"""Stands in everything that the person wrote or that was said about them."""
DUE: Final = collected.DUE


class Answer(Enum):
    """What becomes of a person's data in a table."""

    ERASED = "goes with an erasure, or is emptied by it"
    HASHED = "keeps a keyed hash and nothing else of a person"
    DATED = "goes by itself, on a day that docs/privacy.md names"
    CASES = "belongs to moderation: goes a year after the case (docs/moderation.md)"
    STAFF = "tells of people with a login, who are removed under People"
    NOBODY = "names no buyer"


ANSWERS: Final = {
    Answer.ERASED: """
        buyer_links buyer_logins
        evidence events hand_overs invitations mails order_lines orders person_requests pictures
        protection_members protections
        replies review_contacts review_drafts review_holds review_prints review_receipts
        review_traces reviews revisions snapshots social_proofs
    """,
    Answer.HASHED: "suppressions reporter_measures login_failures order_confirmations",
    Answer.DATED: """
        claim_documents claim_messages claim_steps claims payout_returns payout_runs payouts
        ticket_messages tickets upload_lines uploads
    """,
    Answer.CASES: "case_messages cases complaints notices proofs",
    Answer.STAFF: """
        accepted_documents audit_decisions audit_log audit_steps audits finding_files
        finding_messages staff_tasks companies frame_changes frame_reviews frames grants
        law_subscriptions moderator_languages notification_choices
        offers one_time_secrets operator_roles passkeys push_subscriptions recovery_codes
        refused_attempts sessions sign_ups test_orders users
        audit_documents
    """,
    Answer.NOBODY: """
        accounts activity_days api_clients audit_findings bookings checked_pages
        collection_settings day_buckets
        decisions event_types evidence_losses group_members group_requests imports inbox
        exchange_rates frame_cover frame_days frame_moves frame_seasons guarantors
        indicator_alerts indicator_days certificate_changes certificates mark_reports
        independent_sources integrity_cases invite_rules law_letter_texts law_letters lint_runs
        mail_looks mail_templates
        order_consents order_hook_calls order_hooks own_shop_ids products
        profile_groups recourses reply_templates review_feeds review_signals send_slots shop_logos
        shop_secrets shops shown_texts signing_keys token_keys webhook_deliveries webhooks
        widgets window_tallies
    """,
}


def test_a_new_table_says_what_becomes_of_a_person_in_it() -> None:
    answered = [table for named in ANSWERS.values() for table in named.split()]
    assert len(answered) == len(set(answered))
    assert set(answered) == {table.name for table in METADATA.sorted_tables}


def told_in(database: Database, needles: set[str]) -> set[str]:
    """The tables in which one of these words stands, sealed, packed or plain."""
    found = set()
    with database.read() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(rows_of(table)):
                said = "\n".join(text.lower() for value in row for text in _texts(database, value))
                if any(needle in said for needle in needles):
                    found.add(table.name)
    return found


def _texts(database: Database, value: Any) -> Iterator[str]:
    if not isinstance(value, bytes):
        yield str(value)
        return
    with contextlib.suppress(InvalidToken):
        yield database.keys.decrypt(value)
    with contextlib.suppress(OSError):
        yield gzip.decompress(value).decode()
    yield value.decode(errors="replace")


def sends(database: Database) -> None:
    """The server has taken every mail so far."""
    with database.write() as work:
        work.session.execute(update(Mail).values(state=MailState.SENT, sent_at=LATER))


def a_case(installation: Installation, shop_key: str, review_id: str) -> None:
    """Somebody has reported the review, its author has answered with a proof, and it is kept."""
    database = installation.database
    made = reported.Reported(
        shop_key,
        steps.Written(review_id, ""),
        reported.file(database, reported.new_notice(review_id), at=DUE),
    )
    for step in (Step.TAKE, Step.HEAR):
        reported.step(database, made.case_id, step, at=DUE)
    author = reported.author_token(database, made.case_id)
    with database.write() as work:
        home = installation.settings.home
        proof = proofs.checked(pictured.a_picture())
        hearings.answer(work, home, author, f"I am {SIGN}.", [proof], now=DUE)
    with database.write() as work:
        said = "It was as they say."
        hearings.comment(
            work, installation.settings.home, shop_key, made.case_id, said, actor=ANNA, now=DUE
        )
    reported.step(database, made.case_id, Step.KEEP, at=DUE)


def an_order(installation: Installation, shop_key: str) -> str:
    """An order with all that comes before its review; returns the token of its invitation."""
    database = installation.database
    collected.take(database, shop_key, email=EMAIL, buyer_name=f"Dario {SIGN}")
    # A page has told the same order, another one, and one that belongs to somebody else's order.
    other = steps.order(database, shop_key, reference="B-1", email="other@example.org")
    with database.write() as work:
        shop = work.session.exec(select(Shop)).one()
        found = {row.reference: row.id for row in work.session.exec(select(Order))}
        for order_id, reference in ((found["A-1"], "A-1"), (None, "H-2"), (found[other], "H-3")):
            work.session.add(_hand_over(database, shop.id, order_id, reference))
        work.session.add(
            Event(
                public_id="evt-1",
                shop_id=shop.id,
                order_id=found["A-1"],
                event_type="checkout",
                reference="A-1",
                client="api",
                told=work.keys.encrypt(f'{{"said": "{SIGN}"}}'),
                received_at=DUE,
            )
        )
    invitation_mails.send_due(installation, DUE, now=DUE)
    return steps.invite(database, shop_key, "A-1", at=DUE)


def _hand_over(database: Database, shop_id: int, order_id: int | None, name: str) -> HandOver:
    return HandOver(
        public_id=f"hov-{name}",
        shop_id=shop_id,
        order_id=order_id,
        reference=name,
        email_cipher=database.keys.encrypt(EMAIL),
        email_hash=database.keys.hash_email(EMAIL),
        amount_minor=100,
        currency="EUR",
        payment_type="CARD",
        payment_text=f"card of {SIGN}",
        lines="[]",
        language="en",
        wants_review=True,
        legal_basis="CONSENT",
        legal_basis_version="1",
        legal_basis_at=DUE,
        is_signed=False,
        received_at=DUE,
    )


def a_review(installation: Installation, own: str) -> str:
    """A review with everything that may stand around it; returns its id."""
    database = installation.database
    with database.write() as work:
        sent = Sent("network", 60)
        review_forms.submit(work, own, Submission(marks(service=4)), sent=sent, now=DUE)
        review_id = reviews.written_with(work, own)[1].public_id
    drawn = pictured.a_picture()
    pictures.add(installation, own, drawn, f"A lamp, {SIGN}", now=DUE)
    texts = [f"What {SIGN} says.", f"What {SIGN} says after a month of use of the lamp."]
    with database.write() as work:
        said = Submission(marks(service=4), comment=texts[0], author_name="Zebedee")
        review_forms.finish(work, own, said, now=DUE)
    with database.write() as work:
        said = Submission(marks(service=3), comment=texts[1], author_name="Zebedee")
        reviews.edit(work, own, said, now=DUE)
    with database.write() as work:
        told = {"town": "Zebedeeville"}
        social_proofs.save(work, own, told, frozenset({"town"}), now=DUE)
    with database.write() as work:
        product = review_forms.open_product(work, own, "S1", now=DUE)
        review_forms.keep_draft(work, product, {"comment": f"So {SIGN} began."}, now=DUE)
        other = review_forms.open_product(work, own, "S2", now=DUE)
    with database.write() as work:
        held = Submission({Criterion.TOTAL: 4}, comment=f"Look at https://{SIGN}.example/lamp")
        reviews.submit(work, other, held, now=DUE)
    return review_id


def an_open_review(installation: Installation, shop_key: str, *, is_confirmed: bool) -> None:
    """A review without an invitation, by the same address."""
    with installation.database.write() as work:
        reference = f"{SIGN}-{is_confirmed}"
        said = Submission(marks(service=5), comment=f"Open {SIGN} {is_confirmed}, good service.")
        review_id = open_reviews.submit(
            work, shop_key, said, Sender(EMAIL, reference), address="203.0.113.9", now=DUE
        )
    if is_confirmed:
        with installation.database.write() as work:
            own = sign(review_id, work.keys.invitations)
            open_reviews.confirm(work, own, now=DUE)


def protected_purchase(database: Database, shop_key: str) -> None:
    """A purchase that was protected and has ended, of somebody who agreed to more of them."""
    protected.guarantor(database, now=DUE)
    with database.write() as work:
        protected.certify(work, protected.shop_of(work, shop_key), now=DUE)
        buyer = protection_members.Buyer(EMAIL, "en", "DE")
        protection_members.consent(work, buyer, now=DUE)
    paid = f"card of {SIGN}"
    row = protected.protect(database, shop_key, "P-1", at=DUE, email=EMAIL, payment=paid)
    with database.write() as work:
        protections.cancel(work, row, now=DUE)


def everything(installation: Installation) -> str:
    """All that can belong to an address, told to staff and shown in pages; the shop's key."""
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "anna", Right.REVIEWS)
    ben = people.hire(installation, shop_key, "ben", Right.REVIEWS)
    with database.write() as work:
        daily = Wishes(delivery=Delivery.DAILY)
        notifications.choose(work, ben, shop_key, daily, actor=ANNA, now=DUE)
    review_id = a_review(installation, an_order(installation, shop_key))
    assert notifications.tell(installation, review_id, now=DUE) == 1
    assert notifications.digest(installation, now=DUE + timedelta(days=1)) == 1
    with database.write() as work:
        answer = f"Dear {SIGN}, we are sorry."
        replies.write(work, shop_key, review_id, answer, actor=ANNA, now=DUE, tell_buyer=True)
    a_case(installation, shop_key, review_id)
    for is_confirmed in (True, False):
        an_open_review(installation, shop_key, is_confirmed=is_confirmed)
    protected_purchase(database, shop_key)
    with database.write() as work:
        account = work.session.exec(select(Shop.account_id)).one()
        mails.suppress(work, account, EMAIL, reason="unsubscribed", now=DUE)
    refresh.render(installation, shop_key)
    sends(database)
    return shop_key


def test_log_7_after_an_erasure_no_table_and_no_file_tells_of_the_person(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = everything(installation)
    needles = {SIGN, EMAIL, database.keys.hash_email(EMAIL)}
    told = told_in(database, needles)
    # What is looked for is really there, or the rest of this test would say nothing.
    assert told >= {
        "case_messages",
        "events",
        "hand_overs",
        "mails",
        "orders",
        "pictures",
        "protection_members",
        "protections",
        "replies",
        "review_contacts",
        "review_drafts",
        "review_holds",
        "reviews",
        "revisions",
        "snapshots",
        "social_proofs",
        "suppressions",
    }
    assert erase(installation).deferred == 0
    sends(database)
    mails.purge(installation, now=LATER)
    refresh.render(installation, shop_key)
    assert told_in(database, needles) == {"suppressions"}
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    pictures.purge(installation, now=tomorrow)
    proofs.purge(installation, now=tomorrow)
    home = installation.settings.home
    kept = [path for name in ("pictures", "proofs") for path in (home / name).rglob("*.*")]
    assert kept == []


def test_a_copy_holds_what_an_erasure_would_take(installation: Installation) -> None:
    everything(installation)
    copied = copy_of(installation, token(installation))
    (order,) = [each for each in copied["orders"] if each["reference"] == "A-1"]
    assert order["events"][0]["told"] == {"said": SIGN}
    (draft,) = [each["draft"] for each in order["invitations"] if each["draft"]]
    assert draft == {"comment": f"So {SIGN} began."}
    review, held = order["reviews"]
    assert held["comment"] == f"Look at https://{SIGN}.example/lamp"
    assert held["is_held"]
    assert review["shown_of_author"]["town"] == "Zebedeeville"
    (picture,) = review["pictures"]
    assert picture["alternative"] == f"A lamp, {SIGN}"
    assert picture["address"].endswith("-1600.webp")
    assert review["sent"]["seconds"] == 60
    assert review["reply_of_the_shop"] == f"Dear {SIGN}, we are sorry."
    assert [each["text"] for each in review["said_in_cases"]] == [f"I am {SIGN}."]
    assert len(review["proofs"]) == 1
    told = {each["reference"] for each in copied["unconfirmed_orders"]}
    assert told == {"H-2", "H-3"}
    (protection,) = copied["protections"]
    assert (protection["order_reference"], protection["payment_raw"]) == ("P-1", f"card of {SIGN}")
    assert copied["protection_member"]["residence"] == "DE"
    unconfirmed, confirmed = sorted(
        copied["reviews_without_invitation"], key=lambda each: each["confirmed_at"] or ""
    )
    assert unconfirmed["unconfirmed"]["comment"].startswith(f"Open {SIGN}")
    assert (confirmed["reference"], confirmed["unconfirmed"]) == (f"{SIGN}-True", None)


def test_what_waits_in_the_outbox_does_not_leave_after_an_erasure(
    installation: Installation,
) -> None:
    database = installation.database
    an_order(installation, steps.open_shop(database))
    with database.read() as session:
        assert MailKey.REVIEW_INVITATION in session.exec(select(Mail.key)).all()
    erase(installation)
    with database.read() as session:
        waiting = select(Mail.key).where(col(Mail.state) == MailState.QUEUED)
        assert session.exec(waiting).all() == [MailKey.ERASURE_DONE]
        states = set(session.exec(select(Invitation.state)).all())
    assert states == {"CANCELED"}


def test_gp_6_a_copy_holds_the_picture_itself_that_nobody_can_fetch(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key, email=EMAIL)
    own = steps.invite(database, shop_key, "A-1", at=DUE)
    with database.write() as work:
        reviews.submit(work, own, Submission(marks(service=4)), now=DUE)
    pictures.add(installation, own, pictured.a_picture(), "A lamp", now=DUE)
    (order,) = copy_of(installation, token(installation))["orders"]
    (picture,) = order["reviews"][0]["pictures"]
    assert "address" not in picture
    assert base64.b64decode(picture["image"]).startswith(b"RIFF")
