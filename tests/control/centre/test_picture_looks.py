"""Moderators see the pictures of a text that waits, with what was found in their descriptions."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from domain import invitations as tokens
from domain.invitations import Claim
from domain.reviews import Submission
from services import counting, pictures, review_forms
from store import holds
from store.decisions import AuditEntry
from store.invitations import Invitation
from tests.control.centre.conftest import Centre, Visitor
from tests.control.centre.test_integrity_pages import HOLDS, stars_alone
from tests.services.pictured import a_picture


@pytest.fixture
def mona(centre: Centre) -> Visitor:
    """Mona, who reads German."""
    visitor = centre.signed_in("mona")
    assert visitor.post("/control/operator/moderation/languages", {"languages": "de"}).status_code
    return visitor


@pytest.fixture
def waiting(centre: Centre) -> tuple[str, str]:
    """The page of a text that waits for what is said of its picture, and the picture's id."""
    installation, now = centre.installation, datetime.now(UTC)
    with installation.database.write() as work:
        _, review = stars_alone(work, centre)
        invitation = work.session.get_one(Invitation, review.invitation_id)
        claim = Claim(invitation.public_id, invitation.expires_at)
        token = tokens.sign(claim, work.keys.invitations)
    described = "Our box, ask anna.miller@example.org"
    picture_id = pictures.add(installation, token, a_picture(), described, now=now)
    with installation.database.write() as work:
        said = Submission(counting.marks_of(review), comment="Gut verpackt.", language="de")
        review_forms.finish(work, token, said, now=now)
        row = holds.open_of(work.session, review.id)
        assert row is not None
        return f"{HOLDS}/{row.public_id}", picture_id


def test_a_text_that_waits_is_shown_with_its_pictures(
    centre: Centre, mona: Visitor, waiting: tuple[str, str]
) -> None:
    path, picture_id = waiting
    assert centre.client().get(f"/pictures/{picture_id}-600.webp").status_code == 404
    page = mona.page(path)
    assert [each.text for each in page.xpath("//mark")] == ["anna.miller@example.org"]
    (image,) = page.xpath("//ul[@class='looks']//img")
    assert image.get("alt") == "Our box, ask anna.miller@example.org"
    answer = mona.get(image.get("src"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    with centre.installation.database.read() as session:
        looks = session.exec(select(AuditEntry).where(AuditEntry.object == picture_id)).all()
    assert [entry.action for entry in looks] == ["picture.seen"]


def test_a_case_shows_the_pictures_and_whoever_is_no_moderator_sees_none(
    centre: Centre, mona: Visitor, waiting: tuple[str, str]
) -> None:
    path, picture_id = waiting
    given = {"ground": "VIOLATES_THE_TERMS_OF_USE", "facts": "An address."}
    why = "The description of the picture holds the address of somebody else."
    step = {"step": "CASE", "seen": "1", "reason": "PRIVACY", "explanation": why, **given}
    assert mona.post(path, step).status_code == 303
    queue = mona.page("/control/operator/moderation")
    urls = dict.fromkeys(queue.xpath("//table//a/@href"))
    cases = [mona.page(url) for url in urls if url.startswith("/control/operator/moderation/")]
    (shown,) = [page for page in cases if page.xpath(f"//img[contains(@src, '{picture_id}')]")]
    assert shown.xpath("//ul[@class='looks']//img/@alt") == ["Our box, ask anna.miller@example.org"]
    look = f"/control/operator/pictures/{picture_id}"
    assert centre.signed_in("anna").get(look).status_code == 404
    assert mona.get("/control/operator/pictures/nothing").status_code == 404
