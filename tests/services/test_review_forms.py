"""The form's use cases on both databases: stars, text, drafts, products, and what authors show."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain.criteria import Criterion
from domain.errors import EditingClosed, InvitationAlreadyUsed, ProductNotOnOrder
from domain.invitations import InvitationState
from domain.review_forms import FORMS
from domain.reviews import Submission
from services import review_forms, reviews, social_proofs
from services.review_forms import ReviewForm
from store import reviews as rows
from store.database import Database
from store.invitations import Invitation
from store.mails import Mail
from store.review_drafts import ReviewDraft
from store.reviews import Review, Revision
from tests.services import steps
from tests.services.steps import NOON, marks


def invited(database: Database, *, skus: tuple[str, ...] = ()) -> str:
    """The token of a new order's form."""
    shop_key = steps.open_shop(database)
    return steps.invite(database, shop_key, steps.order(database, shop_key, skus=skus), at=NOON)


def shown(database: Database, token: str) -> ReviewForm:
    with database.read() as session:
        return review_forms.read(session, database.keys, token, now=NOON)


def submit(database: Database, token: str, given: dict[Criterion, int]) -> Review:
    with database.write() as work:
        own = review_forms.submit(work, token, Submission(given, language="de"), now=NOON)
        public_id = reviews.written_with(work, own)[1].public_id
    with database.read() as session:
        row = rows.by_public_id(session, public_id)
    assert row is not None
    return row


def finish(database: Database, token: str, comment: str, *, service: int = 5) -> None:
    submission = Submission(marks(service=service), comment=comment, author_name="Eve")
    with database.write() as work:
        review_forms.finish(work, token, submission, now=NOON)


def test_stars_are_the_review_and_the_text_completes_it(database: Database) -> None:
    token = invited(database)
    row = submit(database, token, marks(service=5))
    assert (row.is_public, row.level, row.language) == (True, 2, "de")
    finish(database, token, "It came in a day.")
    own = shown(database, token).review
    assert own is not None
    assert (own.comment, own.author_name, own.edited_at) == ("It came in a day.", "Eve", None)
    finish(database, token, "It broke.", service=1)
    with database.read() as session:
        [kept] = session.exec(select(Revision)).all()
        assert kept.comment == "It came in a day."
        [mail] = session.exec(select(Mail).where(Mail.key == "review_receipt")).all()
        assert mail.language == "de"


def test_stars_that_are_sent_again_change_nothing(database: Database) -> None:
    token = invited(database)
    submit(database, token, marks(service=5))
    with pytest.raises(InvitationAlreadyUsed):
        submit(database, token, marks(service=1))
    with database.write() as work:
        review_forms.again(work, token, Submission(marks(service=1)), now=NOON)
    own = shown(database, token).review
    assert own is not None
    assert own.stars == 5


def test_a_draft_is_encrypted_and_goes_after_thirty_days(database: Database) -> None:
    token = invited(database)
    for comment in ("Half a", "Half a sentence"):
        with database.write() as work:
            review_forms.keep_draft(work, token, {"comment": comment}, now=NOON)
    with database.read() as session:
        [draft] = session.exec(select(ReviewDraft)).all()
        assert b"sentence" not in draft.content
    assert shown(database, token).draft == {"comment": "Half a sentence"}
    kept = timedelta(days=FORMS.draft_days)
    assert review_forms.purge(database, now=NOON + kept) == 0
    assert review_forms.purge(database, now=NOON + kept + timedelta(seconds=1)) == 1
    assert shown(database, token).draft == {}


def test_an_empty_draft_and_a_withdrawal_forget_what_was_typed(database: Database) -> None:
    token = invited(database)
    submit(database, token, marks(service=5))
    for end in ("empty", "withdraw"):
        with database.write() as work:
            review_forms.keep_draft(work, token, {"comment": "Half"}, now=NOON)
        with database.write() as work:
            if end == "empty":
                review_forms.keep_draft(work, token, {"comment": " "}, now=NOON)
            else:
                review_forms.withdraw(work, token, now=NOON)
        assert shown(database, token).draft == {}


def test_each_product_has_one_invitation_however_often_it_is_opened(database: Database) -> None:
    token = invited(database, skus=("P-1", "P-2"))
    found = set()
    for _ in range(2):
        with database.write() as work:
            found.add(review_forms.open_product(work, token, "P-1", now=NOON))
    [own] = found
    form = shown(database, own)
    assert (form.product, form.criteria) == ("Product P-1", (Criterion.TOTAL,))
    submit(database, own, {Criterion.TOTAL: 4})
    offered = {each.sku: each.is_reviewed for each in shown(database, token).products}
    assert offered == {"P-1": True, "P-2": False}
    with pytest.raises(ProductNotOnOrder), database.write() as work:
        review_forms.open_product(work, token, "P-9", now=NOON)


def test_facts_are_shown_while_their_box_is_ticked(database: Database) -> None:
    token = invited(database)
    public_id = submit(database, token, marks(service=5)).public_id
    given = {"town": "Ulm", "age_band": "25-34", "customer_since": "2019"}
    for ticked, expected in (
        ({"town", "customer_since"}, '{"town":"Ulm","customer_since":2019}'),
        ({"age_band"}, '{"age_band":"25-34"}'),
        (set[str](), None),
    ):
        with database.write() as work:
            social_proofs.save(work, token, given, frozenset(ticked), now=NOON)
            assert work.changed or expected is None
        with database.read() as session:
            row = session.exec(select(Review).where(col(Review.public_id) == public_id)).one()
            assert row.shown == expected


def test_nothing_is_completed_after_the_deadline(database: Database) -> None:
    token = invited(database)
    submit(database, token, marks(service=5))
    late = NOON + timedelta(days=200)
    with pytest.raises(EditingClosed), database.write() as work:
        review_forms.finish(work, token, Submission(marks(service=1)), now=late)
    with database.read() as session:
        form = review_forms.read(session, database.keys, token, now=late)
    assert not form.is_open
    assert form.review is not None


def test_typing_marks_a_mailed_invitation_as_clicked(database: Database) -> None:
    token = invited(database)
    with database.write() as work:
        row = work.session.exec(select(Invitation)).one()
        row.state, row.is_mailed, row.sent_at = InvitationState.SENT, True, NOON
        work.session.add(row)
    with database.write() as work:
        review_forms.keep_draft(work, token, {"comment": "Half"}, now=NOON)
    with database.read() as session:
        row = session.exec(select(Invitation)).one()
        assert (row.state, row.clicked_at) == (InvitationState.CLICKED, NOON)
