"""Texts that wait, signals, and receipts, as people meet them on their pages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain import invitations as tokens
from domain import languages
from domain.invitations import Claim
from domain.orders import OrderStatus
from domain.reviews import Submission
from services import counting, receipts, signals
from services import reviews as use_cases
from services.signals import Sent
from store import holds, reviews, shops
from store import signals as signal_rows
from store.database import Work
from store.holds import Hold
from store.invitations import Invitation
from store.orders import Order
from store.receipts import Receipt
from store.reviews import Review
from store.shops import Shop
from store.signals import IntegrityCase
from tests.control.centre.conftest import Centre, Visitor, words

HOLDS = "/control/operator/holds"
SIGNALS = "/control/operator/signals"
TEXT = "Gut verpackt. Billiger war es auf www.buecher-anderswo.example, und schneller."
WHY = "The link leads to another shop; please leave it out."


@pytest.fixture
def mona(centre: Centre) -> Visitor:
    """Mona, who reads German."""
    visitor = centre.signed_in("mona")
    assert visitor.post("/control/operator/moderation/languages", {"languages": "de"}).status_code
    return visitor


def stars_alone(work: Work, centre: Centre) -> tuple[Shop, Review]:
    """A review of Anna's shop without a text, of which nothing was stopped or noticed yet."""
    shop = shops.by_key(work.session, centre.annas)
    assert shop is not None
    since = datetime.now(UTC) - timedelta(days=150)
    found = reviews.textless(work.session, shop.id, since=since, limit=40)
    used = {*work.session.exec(select(Hold.review_id)).all()}
    used |= {*work.session.exec(select(IntegrityCase.review_id)).all()}
    return shop, next(each for each in found if each.id not in used)


def stopped(centre: Centre) -> str:
    """The page of a text that waits."""
    now = datetime.now(UTC)
    with centre.installation.database.write() as work:
        _, review = stars_alone(work, centre)
        invitation = work.session.get_one(Invitation, review.invitation_id)
        claim = Claim(invitation.public_id, invitation.expires_at)
        token = tokens.sign(claim, work.keys.invitations)
        given = Submission(counting.marks_of(review), comment=TEXT, language="de")
        use_cases.complete(work, token, given, now=now)
        row = holds.open_of(work.session, review.id)
        assert row is not None
        return f"{HOLDS}/{row.public_id}"


def noticed(centre: Centre) -> str:
    """The page of a review that was written in a hurry about a cancelled order."""
    with centre.installation.database.write() as work:
        shop, review = stars_alone(work, centre)
        order = work.session.get_one(Order, review.order_id)
        order.status = OrderStatus.CANCELLED
        work.session.add(order)
        signals.note(work, shop, review, "", Sent(seconds=2), now=datetime.now(UTC))
        work.session.flush()
        row = signal_rows.case_of(work.session, review.id)
        assert row is not None
        return f"{SIGNALS}/{row.public_id}"


def a_receipt(centre: Centre) -> bytes:
    """The file of an author whose review is public."""
    database = centre.installation.database
    with database.read() as session:
        review = session.exec(
            select(Review)
            .join(Receipt, Receipt.review_id == Review.id)  # type: ignore[arg-type]  # columns
            .where(Review.is_public, Review.comment != "")
        ).first()
        assert review is not None
        found = receipts.file_of(
            session, database.keys, review.public_id, issuer="https://trust.example"
        )
    assert found is not None
    return found


def test_the_list_leads_to_a_text_with_what_was_found_marked(centre: Centre, mona: Visitor) -> None:
    path = stopped(centre)
    (link,) = mona.page(HOLDS).xpath(f"//a[@href='{path}']")
    assert link.text_content() == "a link"
    shown = mona.page(path)
    assert [each.text for each in shown.xpath("//mark")] == ["www.buecher-anderswo.example,"]
    assert "Gut verpackt." in words(shown.xpath("//blockquote")[0])
    assert mona.page(f"{HOLDS}?language=pl").xpath("//table") == []


def test_a_step_needs_its_reasons_and_then_the_author_has_a_week(
    centre: Centre, mona: Visitor
) -> None:
    path = stopped(centre)
    refused = mona.post(path, {"step": "ASK", "seen": "1", "explanation": "no"})
    assert refused.status_code == 422
    assert mona.post(path, {"step": "NONSENSE", "seen": "1"}).status_code == 422
    assert mona.post(path, {"step": "RELEASE", "seen": "seven"}).status_code == 409
    given = {"ground": "VIOLATES_THE_TERMS_OF_USE", "facts": "A link.", "explanation": WHY}
    done = mona.post(path, {"step": "ASK", "seen": "1", **given})
    assert done.status_code == 303
    shown = mona.page(path)
    assert shown.xpath("//input[@name='step']/@value") == ["RELEASE", "CASE"]
    released = mona.post(path, {"step": "RELEASE", "seen": "2"})
    assert released.status_code == 303
    assert "no longer waits" in words(mona.page(path))


def test_a_case_shows_moderators_the_text_that_waits(centre: Centre, mona: Visitor) -> None:
    path = stopped(centre)
    given = {"ground": "VIOLATES_THE_TERMS_OF_USE", "facts": "A link.", "explanation": WHY}
    assert (
        mona.post(path, {"step": "CASE", "seen": "1", "reason": "ADVERTISING", **given}).status_code
        == 303
    )
    page = mona.page("/control/operator/moderation")
    href = page.xpath("//a[contains(., 'dvertis')]/@href")[-1]
    assert "buecher-anderswo" in words(mona.page(href))


def test_a_signal_is_looked_at_and_leaves_the_list(centre: Centre, mona: Visitor) -> None:
    href = noticed(centre)
    assert mona.page(SIGNALS).xpath(f"//a[@href='{href}']")
    shown = words(mona.page(href))
    assert "order cancelled+40" in shown
    assert "sent very quickly+15" in shown
    assert mona.post(href, {"step": "CLOSE", "seen": "1", "note": "ok"}).status_code == 422
    assert mona.post(href, {"step": "X", "seen": "1", "note": WHY}).status_code == 422
    assert mona.post(href, {"step": "CLOSE", "seen": "1", "note": WHY}).status_code == 303
    assert mona.page(SIGNALS).xpath(f"//a[@href='{href}']") == []
    assert WHY in words(mona.page(href))


def test_a_signal_becomes_a_case(centre: Centre, mona: Visitor) -> None:
    href = noticed(centre)
    form = {"step": "CASE", "seen": "1", "note": WHY, "reason": "NO_PURCHASE"}
    assert mona.post(href, form).status_code == 303
    assert mona.page(href).xpath("//a[contains(@href, '/moderation/mod-')]")


def test_log_11_anybody_checks_a_receipt_by_upload_and_by_pasting(centre: Centre) -> None:
    stranger, proof = centre.stranger(), a_receipt(centre)
    page = stranger.page("/en/check")
    assert page.xpath("//input[@type='file']")
    uploaded = stranger.post("/en/check", {}, files={"file": ("r.json", proof, "application/json")})
    pasted = stranger.post("/en/check", {"receipt": proof.decode()})
    for answer in (uploaded, pasted):
        assert answer.status_code == 200
        assert "Published, exactly as you sent it." in answer.text
        assert "The signature fits." in answer.text


def test_a_forged_receipt_and_nonsense_are_told_apart(centre: Centre) -> None:
    stranger, proof = centre.stranger(), a_receipt(centre)
    forged = stranger.post(
        "/en/check", {"receipt": proof.decode().replace('"number":1', '"number":2')}
    )
    assert "not what was signed" in forged.text
    refused = stranger.post("/en/check", {"receipt": "<script>"})
    assert refused.status_code == 422
    assert "That is no receipt" in refused.text
    assert "<script>\n" not in refused.text


def test_every_page_speaks_every_language(centre: Centre, mona: Visitor) -> None:
    path = stopped(centre)
    for language in languages.SUPPORTED:
        assert centre.stranger().page(f"/{language}/check").get("lang") == language
        for shown in (HOLDS, path, SIGNALS):
            assert mona.page(f"{shown}?lang={language}").xpath("//h1")
