"""Links behind "rate now" and "rate later": pages that store nothing until a button is pressed."""

from base64 import b64encode
from datetime import UTC, datetime
from itertools import count
from typing import Final
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select

from domain import rate_links as rules
from domain.actors import OPERATOR
from domain.rate_links import Moment, RateLink
from services import hand_overs
from store.invitations import Invitation
from store.orders import Order
from tests.control.centre.conftest import Centre, Visitor, read, words

_NUMBERS: Final = count(1)


class Mailed:
    """A shop's mail to one buyer: links signed with the shop's secret."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.key = centre, centre.annas
        self.reference = f"BUTTON-{next(_NUMBERS)}"
        self.email = "frieda@example.org"
        with centre.installation.database.write() as work:
            self.secret = hand_overs.rotate_secret(
                work, self.key, actor=OPERATOR, now=datetime.now(UTC)
            )

    def link(self, moment: Moment = Moment.NOW, days: int | None = None) -> RateLink:
        return rules.made(moment, self.email, self.reference, days)

    def now(self, start: str = "/bewertung/bewerten_", sign: str = "?") -> str:
        query = rules.query(self.link(), self.key, self.secret)
        return f"{start}{self.key}.html{sign}{query}"

    def later(self, days: int = 14) -> str:
        query = rules.query(self.link(Moment.LATER, days), self.key, self.secret)
        return f"{rules.LATER}?{query}"

    @property
    def rows(self) -> list[Invitation]:
        query = select(Invitation).join(Order, col(Order.id) == col(Invitation.order_id))
        with self.centre.installation.database.read() as session:
            return list(session.exec(query.where(Order.reference == self.reference)).all())


@pytest.fixture
def mailed(centre: Centre) -> Mailed:
    return Mailed(centre)


@pytest.fixture
def stranger(centre: Centre) -> Visitor:
    return centre.stranger()


def press(stranger: Visitor, url: str, step: str = "go") -> str:
    """Send the form of the page at this address; returns where it leads."""
    page = stranger.page(url)
    (form,) = page.xpath("//form[@method='post']")
    answer = stranger.client.post(form.get("action"), data={"step": step}, follow_redirects=False)
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"]


@pytest.mark.parametrize("start", rules.STARTS.values())
def test_rate_now_leads_to_the_form_by_one_button(
    mailed: Mailed, stranger: Visitor, start: str
) -> None:
    for url in (mailed.now(start), mailed.now(start, "&"), mailed.now(f"/fr{start}")):
        assert stranger.get(url).status_code == 200
    assert mailed.rows == []
    form = press(stranger, mailed.now(start))
    assert form.startswith("/r/")
    assert stranger.get(form).status_code == 200
    assert [row.state for row in mailed.rows] == ["ISSUED"]
    # From then on the link opens the form by itself.
    assert stranger.get(mailed.now(start)).headers["location"] == form


def test_the_page_speaks_the_language_of_its_address(mailed: Mailed, stranger: Visitor) -> None:
    for language, start in rules.STARTS.items():
        assert stranger.page(mailed.now(start)).get("lang") == language
    assert stranger.page(mailed.now("/nl/evaluation/evaluer_")).get("lang") == "nl"
    answer = stranger.get(mailed.now())
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"]


def test_rate_later_is_confirmed_and_can_be_cancelled(mailed: Mailed, stranger: Visitor) -> None:
    url = mailed.later()
    assert stranger.get(url).status_code == 200
    assert mailed.rows == []
    confirmed = press(stranger, url)
    page = stranger.page(confirmed)
    assert page.xpath("//*[@role='status']")
    (row,) = mailed.rows
    assert row.state == "POSTPONED"
    assert row.send_at is not None
    assert (row.send_at - datetime.now(UTC)).days in (13, 14)
    after = press(stranger, confirmed, "cancel")
    assert stranger.page(after).xpath("//a[starts-with(@href, '/r/')]")
    assert [each.state for each in mailed.rows] == ["CANCELED"]


def test_an_unsigned_link_leads_to_the_open_form(mailed: Mailed, stranger: Visitor) -> None:
    query = urlencode(rules.values(mailed.link(), mailed.key))
    answer = stranger.get(f"/evaluation/evaluer_{mailed.key}.html?{query}")
    assert answer.headers["location"] == f"/fr/write/{mailed.key}"
    later = urlencode(rules.values(mailed.link(Moment.LATER, 3), mailed.key))
    answer = stranger.get(f"{rules.LATER}?{later}", accept_language="it")
    assert answer.headers["location"] == f"/it/write/{mailed.key}"


def test_a_wrong_signature_names_the_shop_to_ask(mailed: Mailed, stranger: Visitor) -> None:
    forged = mailed.now() + "x"
    page = stranger.page(forged, status=403)
    assert page.xpath("//main//a[starts-with(@href, 'https://')]")
    assert "RATE_LINK_FORGED" in words(page)
    answer = stranger.client.post(forged, data={"step": "go"}, follow_redirects=False)
    assert answer.status_code == 403
    assert mailed.rows == []


def test_what_says_nothing_is_a_page_with_400(mailed: Mailed, stranger: Visitor) -> None:
    key = mailed.key
    for url, status in (
        (f"/bewertung/bewerten_{key}.html", 400),
        (f"/bewertung/bewerten_{key}.html?buyerEmail=%25&shopOrderID=%25", 400),
        (f"/bewertung/bewerten_{key}.html&buyerEmail=&&&=", 400),
        (f"{rules.LATER}?shop_id={key}&buyerEmail=YUBiLmRl&shopOrderID=QS0x&days=0", 400),
        ("/buyerrating/rate_X.html?buyerEmail=YUBiLmRl&shopOrderID=QS0x", 400),
        (f"/buyerrating/rate_{'X' + '0' * 32}.html?buyerEmail=YUBiLmRl&shopOrderID=QS0x", 404),
        ("/buyerrating/rate_.html", 404),
        (f"/buyerrating/rate_{key}.php", 404),
        ("/reviews/evaluate_product?reviewrequest_uuid=1&shop_id=2", 403),
        (f"/reviews/evaluate_product?reviewrequest_uuid={'0' * 32}&shop_id={key}", 403),
    ):
        assert read(stranger.get(url), status=status).xpath("//h1"), url


def test_another_address_than_that_of_the_order_is_a_conflict(
    mailed: Mailed, stranger: Visitor
) -> None:
    press(stranger, mailed.now())
    mailed.email = "gina@example.org"
    assert stranger.get(mailed.now()).status_code == 409


def test_base64_with_every_sign_survives_the_ampersand(mailed: Mailed, stranger: Visitor) -> None:
    mailed.reference = "A>>>?" + mailed.reference
    encoded = b64encode(mailed.reference.encode()).decode()
    assert set("+/") & set(encoded)
    link = mailed.link()
    sig = rules.signature(mailed.secret, mailed.key, link)
    raw = f"buyerEmail={link.email_base64}&shopOrderID={encoded}&sig={sig}"
    assert stranger.get(f"/bewertung/bewerten_{mailed.key}.html&{raw}").status_code == 200
    assert stranger.get(f"/bewertung/bewerten_{mailed.key}.html?{raw}").status_code == 200
