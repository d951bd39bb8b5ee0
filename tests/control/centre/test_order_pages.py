"""Orders, invitations and their rules as a shop's people use them, without scripts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.invitations import InvitationState
from domain.invite_rules import INVITES, Confirms, Criterion, Exclusion
from domain.mails import MailState
from domain.orders import OrderChange, OrderStatus
from services import intake, invite_rules, mails, seed_orders
from services.invitation_mails import send_due
from store import shops
from store.decisions import AuditEntry
from store.hand_overs import HandOver
from store.invitations import Invitation
from store.mails import Mail
from tests.control.centre.conftest import Centre, Visitor, read, served, words
from tests.services.collected import API, NEW


@pytest.fixture(scope="module")
def centre(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """As usual, with orders on their way."""
    with served(seeded_sqlite, tmp_path_factory.mktemp("orders")) as running:
        with running.installation.database.write() as work:
            shop = shops.by_key(work.session, running.annas)
            assert shop is not None
            seed_orders.sow(work, shop, now=datetime.now(UTC))
        yield running


DENIALS = "//form[contains(@action,'/denial')]/@action"


def orders_url(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/orders"


def invitations_url(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/invitations"


def rules_url(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/rules"


def one(centre: Centre, visitor: Visitor, reference: str) -> str:
    """The address of the page of the order's invitation."""
    page = visitor.page(f"{invitations_url(centre)}?reference={reference}")
    (link,) = page.xpath("//main//table//a/@href")
    return str(link)


def ordered(centre: Centre, reference: str, email: str) -> None:
    at = datetime.now(UTC) - timedelta(days=10)
    assert NEW.legal_basis is not None
    basis = replace(NEW.legal_basis, given_at=at)
    new = replace(NEW, reference=reference, email=email, ordered_at=at, legal_basis=basis)
    with centre.installation.database.write() as work:
        intake.take(work, centre.annas, new, API, now=datetime.now(UTC))


def failed(centre: Centre, reference: str, *, email: str = "erin@example.org") -> str:
    """The id of a mail of an invitation that no server took."""
    ordered(centre, reference, email)
    database, later = centre.installation.database, datetime.now(UTC) + timedelta(days=2)
    send_due(centre.installation, later, now=datetime.now(UTC))
    with database.read() as session:
        found = session.exec(select(Mail).order_by(Mail.id.desc())).first()  # type: ignore[attr-defined]  # a column
        assert found is not None
    mails.refused(
        centre.installation,
        found.public_id,
        "550 no",
        is_bounced=False,
        now=datetime.now(UTC),
    )
    return found.public_id


def logged(centre: Centre, action: str) -> list[AuditEntry]:
    with centre.installation.database.read() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.action == action)).all())


def test_orders_are_listed_found_and_shown_with_masked_addresses(
    centre: Centre, ben: Visitor
) -> None:
    page = ben.page(orders_url(centre))
    said = words(page.xpath("//main")[0])
    assert "BT-8001" in said
    assert "i…@buyer.example" in said
    assert "ida@" not in said
    found = ben.page(f"{orders_url(centre)}?reference=BT-8002&status=CANCELLED")
    (link,) = found.xpath("//main//tbody//td[1]/a/@href")
    assert "Notenheft" in words(ben.page(link).xpath("//main")[0])
    none = ben.page(f"{orders_url(centre)}?reference=BT-8002&status=SHIPPED")
    assert not none.xpath("//main//tbody/tr")


def test_pages_of_orders_follow_one_another_and_miss_none(centre: Centre, ben: Visitor) -> None:
    url, seen = orders_url(centre), []
    while url:
        page = ben.page(url)
        seen += page.xpath("//main//tbody//td[1]/a/@href")
        (url,) = page.xpath("//p[@class='paging']/a/@href") or [""]
    assert len(seen) == len(set(seen)) > 50


@pytest.mark.parametrize("query", ["before=0", "before=x", "status=%00", "reference=%F0%9F%92%A9"])
def test_what_nobody_offers_in_an_address_is_no_fault(
    centre: Centre, ben: Visitor, query: str
) -> None:
    for url in (orders_url(centre), invitations_url(centre)):
        assert ben.get(f"{url}?{query}").status_code in {200, 400}


def test_an_order_that_only_a_page_told_is_denied_once_and_shows_nobody(
    centre: Centre, ben: Visitor
) -> None:
    url = f"{orders_url(centre)}/unconfirmed"
    page = ben.page(url)
    assert "gast1" not in words(page.xpath("//main")[0])
    first, *others = page.xpath(DENIALS)
    for _ in range(2):
        assert ben.post(first).status_code == 303
    assert ben.page(url).xpath(DENIALS) == others
    assert len(logged(centre, "order.denied")) == 1
    assert ben.post(f"{url}/hov-none/denial").status_code == 404
    denied = first.split("/")[-2]
    with centre.installation.database.read() as session:
        (row,) = session.exec(select(HandOver).where(HandOver.public_id == denied)).all()
    assert row.denied_at is not None


def test_another_shop_denies_and_sees_nothing_of_it(centre: Centre, cleo: Visitor) -> None:
    with centre.installation.database.read() as session:
        row = session.exec(select(HandOver).where(HandOver.reference == "BT-8102")).one()
        invitation = session.exec(select(Invitation).where(Invitation.is_mailed)).first()
    assert invitation is not None
    url = f"/control/shops/{centre.cleos}"
    denial = f"{url}/orders/unconfirmed/{row.public_id}/denial"
    assert cleo.post(denial).status_code == 404
    assert cleo.get(f"{url}/invitations/{invitation.public_id}").status_code == 404
    for act in ("cancellation", "again", "address"):
        answer = cleo.post(f"{url}/invitations/{invitation.public_id}/{act}")
        assert answer.status_code == 404


def test_the_history_says_why_nothing_is_sent(centre: Centre, ben: Visitor) -> None:
    said = words(ben.page(invitations_url(centre)).xpath("//main//table")[0])
    assert "Durch Ihre Regel ausgenommen: Bestellnummer beginnt mit" in said
    assert "Keine Grundlage" in said
    assert "Die Bestellung wurde storniert" in said
    page = ben.page(f"{invitations_url(centre)}?state=FAILED")
    assert len(page.xpath("//main//tbody/tr")) == 1


def test_one_invitation_says_whom_its_mail_is_from(centre: Centre, ben: Visitor) -> None:
    page = ben.page(one(centre, ben, "BT-8001"))
    shop, operator = centre.shops[0].name, centre.installation.settings.operator_name
    assert f"{shop} via {operator}" in words(page.xpath("//main")[0])


def test_an_address_is_shown_on_request_and_that_is_logged(centre: Centre, ben: Visitor) -> None:
    url = one(centre, ben, "BT-8001")
    assert "ida@buyer.example" not in ben.get(url).text
    shown = read(ben.post(f"{url}/address"))
    assert words(shown.xpath("//dd[@role='status']")[0]) == "ida@buyer.example"
    assert len(logged(centre, "invitation.address_viewed")) == 1
    assert "ida@buyer.example" not in ben.get(url).text


def test_an_invitation_is_cancelled_while_it_waits_and_never_later(
    centre: Centre, ben: Visitor
) -> None:
    ordered(centre, "CANCEL-1", "finn@example.org")
    url = one(centre, ben, "CANCEL-1")
    assert ben.page(url).xpath("//form[contains(@action,'/cancellation')]")
    assert ben.post(f"{url}/cancellation").status_code == 303
    assert ben.post(f"{url}/cancellation").status_code == 409
    page = ben.page(url)
    assert not page.xpath("//form[contains(@action,'/cancellation')]")
    assert "Vom Shop abgesagt" in words(page.xpath("//main")[0])


def test_a_mail_that_reached_nobody_is_sent_again_as_the_same_mail(
    centre: Centre, ben: Visitor
) -> None:
    mail_id = failed(centre, "AGAIN-1")
    url = one(centre, ben, "AGAIN-1")
    assert "550 no" in words(ben.page(url).xpath("//main")[0])
    assert ben.post(f"{url}/again").status_code == 303
    assert ben.post(f"{url}/again").status_code == 409
    mails.sent(centre.installation, mail_id, "250 ok", now=datetime.now(UTC))
    assert ben.post(f"{url}/again").status_code == 409
    with centre.installation.database.read() as session:
        row = session.exec(select(Invitation).where(Invitation.mail_id == mail_id)).one()
        made = session.exec(select(Mail).where(Mail.once == f"invitation:{row.public_id}")).all()
    assert (row.state, len(made)) == (InvitationState.SENT, 1)


def test_what_came_back_for_a_while_is_sent_again_and_then_counts_as_sent(
    centre: Centre, ben: Visitor
) -> None:
    mail_id, database = failed(centre, "AGAIN-2", email="gerda@example.org"), None
    database = centre.installation.database
    with database.write() as work:
        row = work.session.exec(select(Invitation).where(Invitation.mail_id == mail_id)).one()
        mail = work.session.exec(select(Mail).where(Mail.public_id == mail_id)).one()
        row.state, mail.state = InvitationState.BOUNCED, MailState.BOUNCED
    assert ben.post(f"{one(centre, ben, 'AGAIN-2')}/again").status_code == 303
    mails.sent(centre.installation, mail_id, "250 ok", now=datetime.now(UTC))
    with database.read() as session:
        row = session.exec(select(Invitation).where(Invitation.mail_id == mail_id)).one()
    assert row.state == InvitationState.SENT


@pytest.mark.parametrize("why", ["suppressed", "cancelled"])
def test_whoever_is_not_to_be_written_to_gets_no_second_try(
    centre: Centre, ben: Visitor, why: str
) -> None:
    reference, email = f"NEVER-{why}", f"{why}@example.org"
    failed(centre, reference, email=email)
    with centre.installation.database.write() as work:
        shop = shops.by_key(work.session, centre.annas)
        assert shop is not None
        if why == "suppressed":
            mails.suppress(work, shop.account_id, email, reason="bounced", now=datetime.now(UTC))
        else:
            change = OrderChange(OrderStatus.CANCELLED)
            intake.update(work, centre.annas, reference, change, API, now=datetime.now(UTC))
    url = one(centre, ben, reference)
    page = ben.page(url)
    assert not page.xpath("//form[contains(@action,'/again')]")
    assert "nicht noch einmal verschickt" in words(page.xpath("//main")[0])
    assert ben.post(f"{url}/again").status_code == 409


def chosen(centre: Centre) -> invite_rules.Chosen:
    with centre.installation.database.read() as session:
        return invite_rules.of_key(session, centre.annas)


RULE = {
    "is_enabled": "1",
    "delay": "3",
    "unit": "days",
    "time_of_day": "09:30",
    "applies_trigger_date": "1",
    "reminder_days": "10",
    "quiet_days": ["6", "7"],
}


def test_a_rule_is_changed_by_the_clocks_of_the_market(centre: Centre, anna: Visitor) -> None:
    url = f"{rules_url(centre)}/order_delivered/SERVICE_REVIEW"
    assert anna.post(url, RULE).status_code == 303
    page = anna.page(url)
    assert page.xpath("//input[@name='time_of_day']/@value") == ["09:30"]
    assert page.xpath("//input[@name='delay']/@value") == ["3"]
    assert page.xpath("//input[@name='quiet_days'][@checked]/@value") == ["6", "7"]
    rule = next(
        rule for (event, _), rule in chosen(centre).changed.items() if event == "order_delivered"
    )
    assert (rule.delay.text, rule.reminder_days, rule.quiet_days) == ("P3D", 10, frozenset({6, 7}))
    assert rule.time_of_day.hour in {7, 8}
    assert rule.is_enabled


@pytest.mark.parametrize(
    ("unit", "number", "text"), [("hours", "12", "PT12H"), ("minutes", "90", "PT90M")]
)
def test_a_short_delay_comes_back_as_it_was_written(
    centre: Centre, anna: Visitor, unit: str, number: str, text: str
) -> None:
    url = f"{rules_url(centre)}/picked_up/PRODUCT_REVIEW"
    assert anna.post(url, {**RULE, "unit": unit, "delay": number}).status_code == 303
    (rule,) = (rule for (event, _), rule in chosen(centre).changed.items() if event == "picked_up")
    assert rule.delay.text == text
    page = anna.page(url)
    assert page.xpath("//input[@name='delay']/@value") == [number]
    assert page.xpath("//select[@name='unit']/option[@selected]/@value") == [unit]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delay", "181"),
        ("delay", "-1"),
        ("delay", "x"),
        ("time_of_day", "25:00"),
        ("reminder_days", "61"),
        ("reminder_days", "x"),
        ("quiet_days", ["1", "2", "3", "4", "5", "6", "7"]),
        ("quiet_days", "9"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field_and_changes_nothing(
    centre: Centre, anna: Visitor, name: str, value: str | list[str]
) -> None:
    url, before = f"{rules_url(centre)}/order_shipped/SERVICE_REVIEW", chosen(centre)
    page = read(anna.post(url, {**RULE, name: value}), status=422)
    assert page.xpath(f"//*[@id='e-{name}']")
    assert chosen(centre) == before


@pytest.mark.parametrize("path", ["Bad!/SERVICE_REVIEW", "checkout/OTHER"])
def test_a_rule_after_nothing_is_not_there(centre: Centre, anna: Visitor, path: str) -> None:
    assert anna.get(f"{rules_url(centre)}/{path}").status_code == 404
    assert anna.post(f"{rules_url(centre)}/{path}", RULE).status_code == 404


def test_the_shop_chooses_what_confirms_and_whom_it_leaves_out(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    url = rules_url(centre)
    assert ben.get(url).status_code == 404
    assert anna.post(f"{url}/confirmation", {"confirms": "explicit"}).status_code == 303
    amount = {"criterion": "amount_below", "value": "5,00"}
    assert anna.post(f"{url}/exclusion", amount).status_code == 303
    kept = Exclusion(Criterion.AMOUNT_BELOW, "500")
    assert kept in chosen(centre).exclusions
    assert chosen(centre).confirms is Confirms.EXPLICIT
    assert anna.post(f"{url}/inclusion", {"exclusion": "amount_below:500"}).status_code == 303
    assert kept not in chosen(centre).exclusions
    assert chosen(centre).confirms is Confirms.EXPLICIT
    stars = {"criterion": "stars", "value": "1"}
    assert anna.post(f"{url}/exclusion", stars).status_code == 422
    assert anna.post(f"{url}/confirmation", {"confirms": "maybe"}).status_code == 422
    assert anna.post(f"{url}/exclusion", {**amount, "value": "cheap"}).status_code == 422
    again = {"confirms": "tacit"}
    assert anna.post(f"{url}/confirmation", again).status_code == 303


def test_an_event_of_its_own_leads_to_its_rule(centre: Centre, anna: Visitor) -> None:
    url = rules_url(centre)
    response = anna.post(f"{url}/event", {"event_type": "Picked up"})
    assert response.headers["location"].startswith(f"{url}/picked_up/SERVICE_REVIEW")
    assert anna.post(f"{url}/event", {"event_type": "…"}).status_code == 422
    assert f"{INVITES.deny_days}" in words(anna.page(url).xpath("//main")[0])
