"""Later, or never again; and what the public sees of a review."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.invitations import InvitationState
from store import mails
from store.invitations import Invitation
from store.orders import Order
from tests.conditions import eventually
from tests.control.centre.conftest import read, words
from tests.control.reviewing.conftest import Buyer, NewBuyer
from tests.control.reviewing.test_pictures import finish, picture, rated, send, shown


def invitation(dario: Buyer) -> Invitation:
    query = (
        select(Invitation)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .where(Order.reference == dario.reference, Invitation.subject_id == 0)
    )
    with dario.installation.database.read() as session:
        return session.exec(query).one()


@pytest.mark.parametrize("days", [3, 7, 14, 30])
def test_a_buyer_is_reminded_when_the_buyer_wants(buyer: NewBuyer, days: int) -> None:
    dario = buyer()
    assert dario.post("later", {"days": str(days)}).headers["location"] == dario.path("later")
    row = invitation(dario)
    assert row.state == InvitationState.POSTPONED
    assert row.send_at is not None
    assert abs(row.send_at - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=2)
    assert "Wir erinnern Sie am" in words(dario.page("later"))


def test_a_buyer_puts_it_off_three_times_and_the_link_stays(buyer: NewBuyer) -> None:
    dario = buyer()
    assert [dario.post("later", {"days": "3"}).status_code for _ in range(3)] == [303] * 3
    assert dario.post("later", {"days": "3"}).status_code == 409
    page = dario.page("later")
    assert page.xpath("//form") == []
    assert "gilt bis" in words(page)
    assert dario.post("", {"mark_service": "5"}).status_code == 303


def test_a_day_of_choice_lies_before_the_end(buyer: NewBuyer) -> None:
    dario, today = buyer(), datetime.now(UTC).date()
    for day in (today - timedelta(days=1), today + timedelta(days=300)):
        assert dario.post("later", {"at": day.isoformat()}).status_code == 422
    for text in ("", "soon", "2026-13-01", "x" * 1_000):
        assert dario.post("later", {"at": text}).status_code in (400, 422)
    chosen = today + timedelta(days=20)
    assert dario.post("later", {"at": chosen.isoformat()}).status_code == 303
    row = invitation(dario)
    assert row.send_at is not None
    assert row.send_at.date() == chosen


def test_whoever_has_written_is_not_reminded(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    assert dario.post("later", {"days": "3"}).headers["location"] == dario.path("text")
    assert invitation(dario).state == InvitationState.REVIEWED


def is_suppressed(dario: Buyer) -> bool:
    database = dario.installation.database
    with database.read() as session:
        shop = session.exec(
            select(mails.Suppression).where(
                mails.Suppression.recipient_hash == database.keys.hash_email("erin@buyer.example")
            )
        ).first()
        return shop is not None


def test_opening_the_page_unsubscribes_nobody_and_one_click_does(buyer: NewBuyer) -> None:
    dario = buyer()
    client = dario.centre.client()
    path = f"/u/{dario.token}"
    assert read(client.get(path)).xpath("//form[@method='post']")
    assert not is_suppressed(dario)
    # A mail program sends this and nothing else: no origin, no cookie (RFC 8058).
    sent = client.post(path, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert sent.status_code == 200
    assert "keine Einladungen mehr" in words(read(sent))
    assert is_suppressed(dario)
    again = client.post(path, data={"step": "leave"}, follow_redirects=True)
    assert "keine Einladungen mehr" in words(read(again))


def test_a_forged_link_unsubscribes_nobody(buyer: NewBuyer) -> None:
    client = buyer().centre.client()
    assert client.post(f"/u/{'A' * 76}", data={"step": "leave"}).status_code in (400, 403)


def test_the_author_gets_a_signed_receipt(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    answer = dario.get("receipt")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]


def test_pictures_and_facts_are_in_public_answers_and_leave_them(buyer: NewBuyer) -> None:
    dario = rated(buyer)
    send(dario, picture(), alternative="A box")
    finish(dario)
    dario.post("about", {"town": "Ulm", "show_town": "1"})
    [found] = shown(dario)
    key, client = dario.centre.shops[0].key, dario.centre.client()
    row = dario.review()
    assert row is not None

    def published() -> dict[str, object]:
        reviews = client.get(f"/v1/shops/{key}/reviews.json").json()["reviews"]
        return next((each for each in reviews if each["id"] == row.public_id), {})

    told = eventually(published)
    assert told["author"] == {"town": "Ulm"}
    assert told["images"] == [
        {
            "large": f"/pictures/{found}-1600.webp",
            "medium": f"/pictures/{found}-600.webp",
            "small": f"/pictures/{found}-240.webp",
            "width": 900,
            "height": 600,
            "alternative": "A box",
        }
    ]
    xml = client.get(f"/v1/shops/{key}/reviews.xml").text
    assert f"<small>/pictures/{found}-240.webp</small>" in xml
    profile = read(client.get(f"/profile/{key}?review={row.public_id}", follow_redirects=True))
    assert "Ulm" in words(profile)
    assert profile.xpath("//img/@alt") == ["A box"]
    dario.post("text", {"step": f"remove-{found}"})
    dario.post("about", {})
    eventually(lambda: "images" not in published() and "author" not in published())
