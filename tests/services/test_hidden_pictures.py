"""Pictures alone go out of view, by a person with reasons, or for as long as their text waits."""

import orjson
import pytest
from sqlmodel import select

from domain.cases import CaseStepForbidden, Outcome
from domain.decisions import Scope
from domain.holds import HoldState
from domain.pictures import PictureNotFound
from services import complaints, holds, pictures
from services.installation import Installation
from services.rulings import Reasons, Step
from store.decisions import Decision
from store.holds import Hold
from store.reviews import Review
from tests.services import reported, steps
from tests.services.pictured import add
from tests.services.reported import MONA, NINA, WHY, Reported
from tests.services.steps import NOON

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


def test_a_picture_of_a_hidden_review_is_gone_at_once(
    installation: Installation, made: Reported
) -> None:
    public_id = add(installation, made.written.token, "It came late.")
    reported.step(installation.database, made.case_id, Step.TAKE)
    reported.step(installation.database, made.case_id, Step.REMOVE_OBVIOUS)
    assert not is_served(installation, public_id)
