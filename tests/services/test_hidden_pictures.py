"""Pictures alone go out of view, by a person with reasons, or for as long as their text waits."""

import orjson
import pytest
from sqlmodel import col, select

from domain.cases import CaseStepForbidden, Outcome
from domain.checks import Check
from domain.decisions import Scope
from domain.holds import HoldState
from domain.moderators import Decider
from domain.pictures import PictureNotFound
from domain.reviews import Submission
from services import complaints, holds, pictures, review_forms
from services.installation import Installation
from services.rulings import Reasons, Step
from store.decisions import AuditEntry, Decision
from store.holds import Hold
from store.reviews import Review
from tests.services import reported, steps
from tests.services.pictured import a_picture, add
from tests.services.reported import MONA, NINA, WHY, Reported
from tests.services.steps import ANNA, NOON, marks

SENT = Submission(marks(service=1), comment="It came late.")
IMAGES = Reasons(WHY.explanation, "INAPPROPRIATE_IMAGE", "It shows a stranger.", Scope.IMAGES)


def is_served(installation: Installation, public_id: str) -> bool:
    try:
        return bool(pictures.public_file(installation, public_id, "240.webp"))
    except PictureNotFound:
        return False


def told(installation: Installation) -> dict[str, object]:
    """What lists tell of the one review besides its text."""
    with installation.database.read() as session:
        shown = session.exec(select(Review)).one().shown
    return dict(orjson.loads(shown)) if shown else {}


@pytest.fixture
def made(installation: Installation) -> Reported:
    return reported.reported(installation.database)


def test_a_moderator_hides_pictures_and_leaves_text_and_stars(
    installation: Installation, made: Reported
) -> None:
    database = installation.database
    public_id = add(installation, made.written.token, "It came late.")
    assert is_served(installation, public_id)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE, reasons=IMAGES)
    assert not is_served(installation, public_id)
    assert "pictures" not in told(installation)
    row = reported.review(database, made.written.review_id)
    assert (row.state, row.is_public, row.comment) == ("APPROVED", True, "It came late.")
    assert steps.grade(database, made.shop_key).count == 1
    assert reported.case(database, made.case_id).outcome == Outcome.IMAGE_REMOVED
    assert "decision_author" in reported.mails(database)
    with database.read() as session:
        decision = session.exec(select(Decision)).one()
    assert (decision.kind, decision.scope) == ("IMAGES_REMOVED", "IMAGES")


def test_a_complaint_that_is_upheld_shows_them_again(
    installation: Installation, made: Reported
) -> None:
    database = installation.database
    public_id = add(installation, made.written.token, "It came late.")
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REMOVE_OBVIOUS, reasons=IMAGES)
    assert reported.case(database, made.case_id).outcome == Outcome.IMAGE_REMOVED
    assert not is_served(installation, public_id)
    token = reported.author_token(database, made.case_id)
    with database.write() as work:
        filed = complaints.complain(work, token, "It is my own dog, not a stranger.", now=NOON)
    seen = reported.case(database, made.case_id).version
    upheld = Reasons("It is the author's own dog, as the second picture shows.")
    with database.write() as work:
        complaints.decide(work, filed, upheld, NINA, is_upheld=True, seen=seen, now=NOON)
    assert is_served(installation, public_id)
    assert "pictures" in told(installation)
    assert reported.review(database, made.written.review_id).state == "APPROVED"


def test_a_review_without_pictures_has_none_to_hide(
    installation: Installation, made: Reported
) -> None:
    reported.step(installation.database, made.case_id, Step.TAKE)
    with pytest.raises(CaseStepForbidden):
        reported.step(installation.database, made.case_id, Step.REMOVE_OBVIOUS, reasons=IMAGES)
    assert reported.review(installation.database, made.written.review_id).state == "MODERATION"


def test_pictures_wait_with_a_text_that_waits_and_come_with_it(
    installation: Installation, made: Reported
) -> None:
    database = installation.database
    face = add(installation, made.written.token, "", is_avatar=True)
    public_id = add(installation, made.written.token, "Ask anna.miller@example.org about it.")
    assert not is_served(installation, public_id)
    assert is_served(installation, face)
    assert set(told(installation)) == {"avatar"}
    with database.read() as session:
        hold = session.exec(select(Hold)).one()
    with database.write() as work:
        holds.release(work, hold.public_id, MONA, seen=hold.version, now=NOON)
    assert is_served(installation, public_id)
    assert set(told(installation)) == {"avatar", "pictures"}
    with database.read() as session:
        assert session.exec(select(Hold)).one().state == HoldState.RELEASED


def holds_of(installation: Installation) -> list[Hold]:
    with installation.database.read() as session:
        return list(session.exec(select(Hold).order_by(col(Hold.id))).all())


def test_what_is_said_of_a_picture_is_looked_through_like_a_text(
    installation: Installation, made: Reported
) -> None:
    database, token = installation.database, made.written.token
    named = add(installation, token, "It came late.", alternative="Ask anna.miller@example.org.")
    assert not is_served(installation, named)
    assert reported.review(database, made.written.review_id).comment == ""
    [hold] = holds_of(installation)
    text = holds.text_of(database.keys, hold)
    assert (text.described, set(text.kinds)) == ("Ask anna.miller@example.org.", {Check.EMAIL})
    # The same once more waits on; without the picture there is nothing to wait for.
    with database.write() as work:
        review_forms.finish(work, token, SENT, now=NOON)
    assert [each.state for each in holds_of(installation)] == [HoldState.WAITING]
    with database.write() as work:
        pictures.remove(work, token, named, now=NOON)
        review_forms.finish(work, token, SENT, now=NOON)
    assert [each.state for each in holds_of(installation)] == [HoldState.REPLACED]
    assert reported.review(database, made.written.review_id).comment == "It came late."


def test_a_picture_that_comes_later_holds_a_text_only_for_what_is_said_of_it(
    installation: Installation, made: Reported
) -> None:
    database, token = installation.database, made.written.token
    text = "Ask anna.miller@example.org about it."
    add(installation, token, text)
    [hold] = holds_of(installation)
    with database.write() as work:
        holds.release(work, hold.public_id, MONA, seen=hold.version, now=NOON)
    add(installation, token, text, alternative="A green box")
    assert [each.state for each in holds_of(installation)] == [HoldState.RELEASED]
    late = add(installation, token, text, alternative="Call www.elsewhere.example")
    assert [each.state for each in holds_of(installation)] == [HoldState.RELEASED, "WAITING"]
    assert not is_served(installation, late)


def test_moderators_look_at_what_nobody_else_sees_and_each_look_is_logged(
    installation: Installation, made: Reported
) -> None:
    database, token = installation.database, made.written.token
    waiting = add(installation, token, "Ask anna.miller@example.org about it.")
    body = pictures.looked_at(installation, waiting, MONA, actor=ANNA, now=NOON)
    assert body.startswith(b"RIFF")
    with database.read() as session:
        sent = pictures.sent_of(session, made.written.review_id)
        assert [(each.public_id, each.is_hidden) for each in sent] == [(waiting, False)]
        entries = session.exec(select(AuditEntry).where(AuditEntry.object == waiting)).all()
    assert [entry.action for entry in entries] == ["picture.seen"]
    partial = Decider(MONA.moderator, frozenset({made.shop_key}), MONA.languages)
    drafted = pictures.add(installation, token, a_picture(), "", now=NOON)
    for public_id, decider in ((waiting, partial), (drafted, MONA), ("pic-nothing", MONA)):
        with pytest.raises(PictureNotFound):
            pictures.looked_at(installation, public_id, decider, actor=ANNA, now=NOON)


def test_iso_12_a_hidden_picture_is_kept_for_a_second_look(
    installation: Installation, made: Reported
) -> None:
    database, token = installation.database, made.written.token
    public_id = add(installation, token, "It came late.")
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REMOVE_OBVIOUS, reasons=IMAGES)
    with pytest.raises(PictureNotFound), database.write() as work:
        pictures.remove(work, token, public_id, now=NOON)
    pictures.purge(installation, now=NOON)
    assert pictures.looked_at(installation, public_id, NINA, actor=ANNA, now=NOON)
    with database.read() as session:
        [sent] = pictures.sent_of(session, made.written.review_id)
    assert sent.is_hidden


def test_a_picture_of_a_hidden_review_is_gone_at_once(
    installation: Installation, made: Reported
) -> None:
    public_id = add(installation, made.written.token, "It came late.")
    reported.step(installation.database, made.case_id, Step.TAKE)
    reported.step(installation.database, made.case_id, Step.REMOVE_OBVIOUS)
    assert not is_served(installation, public_id)
