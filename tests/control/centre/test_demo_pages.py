"""The demo's pages: from an order to the mail, for a shop of the seed and for nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from control.demo import MAILBOX, ORDER, SHOP
from domain.invitations import InvitationState
from domain.markets import MARKETS
from services import demo, mails
from services.invitation_mails import send_due
from store import shops
from store.invitations import Invitation
from store.invite_rules import InviteRule
from store.mails import Mail
from store.orders import Order
from tests.control.centre.conftest import BASE, Centre, read, served, words

NUMBER = "DEMO-0A1B2C3D"


@pytest.fixture(scope="module")
def shown(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """An installation that shows the demo."""
    with served(seeded_sqlite, tmp_path_factory.mktemp("demo"), DEMO="true") as centre:
        for _ in range(2):
            with centre.installation.database.write() as work:
                assert demo.prepare(work, now=datetime.now(UTC))
        yield centre


def query(sku: str, name: str = "Kim", number: str = NUMBER) -> dict[str, str]:
    return {"number": number, "name": name, "product": sku}


def printed(page: Any) -> dict[str, str]:
    """The order as the badge reads it."""
    (element,) = page.xpath("//*[@id='trustedShopsCheckout']")
    found = {each.get("id"): words(each) for each in element.xpath("./span")}
    return {
        "orderNumber": found["tsCheckoutOrderNr"],
        "email": found["tsCheckoutBuyerEmail"],
        "amount": found["tsCheckoutOrderAmount"],
        "currency": found["tsCheckoutOrderCurrency"],
        "signature": element.get("data-signature"),
    }


def test_an_order_of_the_page_becomes_a_mail_in_its_mailbox(shown: Centre) -> None:
    client = shown.client()
    sku = read(client.get(SHOP)).xpath("//input[@name='product']/@value")[0]
    page = read(client.get(ORDER, params=query(sku, "Kim <b>")))
    order = printed(page)
    assert order["email"] == f"kim-b.{NUMBER.lower()}@mailbox.example"
    box = {"number": NUMBER, "name": "Kim <b>"}
    empty = read(client.get(MAILBOX, params=box))
    (again,) = empty.xpath("//div[@class='card']//a/@href")
    assert words(read(client.get(again)).xpath("//header//bdi")[0]) == order["email"]
    assert not empty.xpath("//meta[@http-equiv]")
    body = {**order, "wants": ["review"], "textVersion": "1", "language": "de"}
    url = f"/v1/shops/{shown.annas}/orders"
    assert (
        client.post(url, json=body, headers={"origin": "https://evil.example"}).status_code == 403
    )
    taken = client.post(url, json=body, headers={"origin": BASE})
    assert taken.status_code == 201, taken.text
    installation, soon = shown.installation, datetime.now(UTC) + timedelta(minutes=2)
    assert send_due(installation, soon, now=datetime.now(UTC)).invitations == 1
    with installation.database.read() as session:
        (order_row,) = session.exec(select(Order).where(Order.reference == NUMBER)).all()
        (mail,) = session.exec(
            select(Mail).where(Mail.recipient_hash == order_row.email_hash)
        ).all()
    mails.keep(installation, mail.public_id, now=datetime.now(UTC))
    arrived = read(client.get(MAILBOX, params=box))
    (link,) = arrived.xpath("//article//a/@href")
    assert link.startswith(f"{BASE}/r/")
    assert client.get(link.removeprefix(BASE)).status_code == 200
    assert InvitationState.SENT in {invitation.state for invitation in invited(shown, order_row.id)}
    (at,) = arrived.xpath("//article/p[@class='quiet']")
    with installation.database.read() as session:
        shop = shops.by_key(session, shown.annas)
        assert shop is not None
    zone = ZoneInfo(MARKETS[shop.market].zone)
    assert f"{mail.queued_at.astimezone(zone):%H:%M}" in words(at)
    other = read(client.get(MAILBOX, params={**box, "name": "Lea"}))
    assert not other.xpath("//article")


def invited(shown: Centre, order_id: int) -> Any:
    with shown.installation.database.read() as session:
        return session.exec(select(Invitation).where(Invitation.order_id == order_id)).all()


@pytest.mark.parametrize(
    "changed",
    [{"number": "BT-8001"}, {"number": "DEMO-0a1b2c3d"}, {"product": "none"}, {"number": ""}],
)
def test_orders_that_the_page_does_not_give_are_not_signed(
    shown: Centre, changed: dict[str, str]
) -> None:
    client = shown.client()
    sku = read(client.get(SHOP)).xpath("//input[@name='product']/@value")[0]
    assert client.get(ORDER, params={**query(sku), **changed}).status_code == 404


@pytest.mark.parametrize(
    "name", ["", "x" * 5_000, "\x00\ud83d", "𝔎𝔦𝔪 @evil.example", "a\r\nBcc: b"]
)
def test_whatever_somebody_is_called_the_address_stays_on_the_demos_host(name: str) -> None:
    address = demo.address(NUMBER, name)
    local, _, host = address.rpartition("@")
    assert host == demo.HOST
    assert len(local) < 65
    assert address.isascii()
    assert "@" not in local


def test_what_a_shop_has_chosen_stays(shown: Centre) -> None:
    with shown.installation.database.write() as work:
        shop = shops.by_key(work.session, shown.annas)
        assert shop is not None
        rule = work.session.exec(
            select(InviteRule).where(
                InviteRule.shop_id == shop.id, InviteRule.event_type == "checkout"
            )
        ).one()
        rule.delay = "P9D"
    with shown.installation.database.write() as work:
        assert demo.prepare(work, now=datetime.now(UTC))
        work.session.refresh(rule := work.session.merge(rule))
        assert rule.delay == "P9D"
        rule.delay = "PT0M"


@pytest.mark.parametrize(
    "settings",
    [{}, {"DEMO": "true", "SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "mail@trust.example"}],
)
def test_without_the_setting_or_where_mails_leave_there_is_no_demo(
    seeded_sqlite: Path, tmp_path: Path, settings: dict[str, str]
) -> None:
    with served(seeded_sqlite, tmp_path, **settings) as centre:
        client = centre.client()
        for path in (SHOP, ORDER, MAILBOX):
            assert client.get(path, params=query("x")).status_code == 404
        answer = client.post(
            f"/v1/shops/{centre.annas}/orders",
            json={"orderNumber": "1", "email": "a@example.org", "wants": ["review"]},
            headers={"origin": BASE},
        )
        assert answer.status_code == 403


def test_the_pages_answer_get_alone_and_allow_no_foreign_script(shown: Centre) -> None:
    client = shown.client()
    answer = client.get(SHOP)
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    # A review that was just written stands in the badge at once, not when the copy has aged.
    assert answer.headers["clear-site-data"] == '"cache"'
    assert client.post(SHOP).status_code == 405
    assert client.head(SHOP).content == b""
