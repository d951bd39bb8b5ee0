"""Independent sources: the only way to L3 and L4, and back again with reasons."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlmodel import select
from standardwebhooks.webhooks import Webhook

from domain.actors import OPERATOR
from domain.errors import ShopNotFound
from domain.evidence import EvidenceLevel
from domain.hand_overs import PrintedOrder, Wish, signature
from domain.independent_sources import ConfirmationOutcome, SourceKind, SourceNotFound
from domain.order_hooks import OrderHookForged, OrderHookInvalid
from domain.reviews import Submission
from services import hand_overs, independent_sources, invitations, reviews
from services.installation import Installation
from store.database import Database
from store.independent_sources import OrderConfirmation, losses_of
from store.mails import Mail
from store.shops import Shop
from tests.services import own_data, reported, steps
from tests.services.steps import NOON, marks

CONFIRMED, WITHDRAWN, IGNORED = ConfirmationOutcome


class Provider:
    """A registered source that signs what it says."""

    def __init__(self, installation: Installation, kind: SourceKind = SourceKind.PAYMENT) -> None:
        self.installation = installation
        with installation.database.write() as work:
            self.id, self.secret = independent_sources.add(
                work, kind, "Card payments", actor=OPERATOR, now=NOON
            )

    def tell(
        self, shop_key: str, reference: str, *, secret: str = "", **more: Any
    ) -> ConfirmationOutcome:
        said = {"shopKey": shop_key, "reference": reference, "confirmedAt": NOON.isoformat()}
        body = orjson.dumps(said | more)
        return self.call(body, secret=secret)

    def call(self, body: bytes, *, secret: str = "") -> ConfirmationOutcome:
        signed = Webhook(secret or self.secret).sign("msg_1", NOON, body.decode())
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(NOON.timestamp())),
            "webhook-signature": signed,
        }
        return independent_sources.receive(self.installation, self.id, headers, body, now=NOON)


def level(database: Database, review_id: str) -> EvidenceLevel:
    return EvidenceLevel(reported.review(database, review_id).level)


def test_lvl_3_an_order_that_a_payment_provider_has_confirmed_lifts_its_review(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    provider = Provider(installation)
    assert provider.tell(shop_key, "A-1000") is CONFIRMED
    assert provider.tell(shop_key, "A-1000") is IGNORED
    confirmed = steps.review(database, shop_key, marks(service=5), reference="A-1000")
    other = steps.review(database, shop_key, marks(service=5))
    assert level(database, confirmed.review_id) is EvidenceLevel.L3
    assert level(database, other.review_id) is EvidenceLevel.L2
    assert steps.grade(database, shop_key).count == 2


def test_a_confirmation_after_the_review_lifts_it_whatever_its_stars(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = [
        steps.review(database, shop_key, marks(service=stars), reference=f"S-{stars}")
        for stars in (1, 5)
    ]
    provider = Provider(installation, SourceKind.CARRIER)
    assert [provider.tell(shop_key, f"S-{stars}") for stars in (1, 5)] == [CONFIRMED] * 2
    assert {level(database, each.review_id) for each in written} == {EvidenceLevel.L3}


def test_lvl_4_a_page_that_the_shop_had_signed_adds_the_fourth_level(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    with database.write() as work:
        secret = hand_overs.rotate_secret(work, shop_key, actor=OPERATOR, now=NOON)
    printed = PrintedOrder(
        "L4-1", "dario@example.org", "10.00", "EUR", wants=frozenset({Wish.REVIEW}),
        text_version="1",
    )  # fmt: skip
    printed = replace(printed, signature=signature(secret, shop_key, printed))
    with database.write() as work:
        origin = "https://shop.example"
        hand_overs.receive(work, shop_key, printed, origin=origin, now=NOON)
    Provider(installation).tell(shop_key, "L4-1")
    with database.write() as work:
        token = invitations.issue(work, shop_key, "L4-1", now=NOON).token
        review_id = reviews.submit(work, token, Submission(marks(service=2)), now=NOON)
    assert level(database, review_id) is EvidenceLevel.L4


def test_lvl_6_a_withdrawn_confirmation_lowers_the_level_with_reasons(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    provider = Provider(installation)
    provider.tell(shop_key, "A-2000")
    written = steps.review(database, shop_key, marks(service=5), reference="A-2000")
    before = steps.grade(database, shop_key)
    assert provider.tell(shop_key, "A-2000", withdrawn=True) is WITHDRAWN
    assert provider.tell(shop_key, "A-2000", withdrawn=True) is IGNORED
    assert provider.tell(shop_key, "A-2000") is IGNORED
    row = reported.review(database, written.review_id)
    assert (row.level, row.is_public, row.state) == (EvidenceLevel.L2, True, "APPROVED")
    assert steps.grade(database, shop_key) == before
    with database.read() as session:
        (loss,) = losses_of(session, row.id)
        (mail,) = session.exec(select(Mail).where(Mail.key == "evidence_lost")).all()
    assert (loss.level_before, loss.level_after, loss.kind) == (3, 2, "INDEPENDENT_SOURCE")
    assert (loss.automated_detection, loss.automated_decision) == (True, True)
    assert all((loss.facts, loss.explanation, loss.redress))
    assert mail is not None
    (order,) = own_data.copy_of(installation, own_data.token(installation))["orders"]
    (told,) = order["reviews"][0]["evidence_lost"]
    assert told["facts"] == loss.facts


def test_a_second_source_keeps_the_level_and_nobody_is_written_to(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    bank, carrier = Provider(installation), Provider(installation, SourceKind.CARRIER)
    for each in (bank, carrier):
        each.tell(shop_key, "A-3000")
    written = steps.review(database, shop_key, marks(service=5), reference="A-3000")
    bank.tell(shop_key, "A-3000", withdrawn=True)
    assert level(database, written.review_id) is EvidenceLevel.L3
    with database.read() as session:
        assert losses_of(session, reported.review(database, written.review_id).id) == []


def test_a_review_that_is_not_shown_loses_the_level_without_a_mail(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    provider = Provider(installation)
    provider.tell(shop_key, "A-4000")
    written = steps.review(database, shop_key, marks(service=5), reference="A-4000")
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    provider.tell(shop_key, "A-4000", withdrawn=True)
    assert level(database, written.review_id) is EvidenceLevel.L2
    with database.read() as session:
        assert session.exec(select(Mail).where(Mail.key == "evidence_lost")).all() == []


def test_us_4_nobody_is_independent_where_the_operator_is_the_shop(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    with database.write() as work:
        shop = work.session.exec(select(Shop)).one()
        shop.operator_is_shop = True
        work.session.add(shop)
    provider = Provider(installation)
    early = steps.review(database, shop_key, marks(service=5), reference="A-5000")
    provider.tell(shop_key, "A-5000")
    provider.tell(shop_key, "A-5001")
    late = steps.review(database, shop_key, marks(service=5), reference="A-5001")
    assert level(database, early.review_id) is level(database, late.review_id) is EvidenceLevel.L2


def test_what_is_forged_unreadable_ended_or_of_no_shop_changes_nothing(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    provider, other = Provider(installation), Provider(installation)
    with pytest.raises(OrderHookForged):
        provider.tell(shop_key, "A-1", secret=other.secret)
    with pytest.raises(OrderHookInvalid):
        provider.call(b"{")
    with pytest.raises(ShopNotFound):
        provider.tell("X" + "0" * 32, "A-1")
    with database.write() as work:
        independent_sources.end(work, provider.id, actor=OPERATOR, now=NOON)
    with pytest.raises(SourceNotFound):
        provider.tell(shop_key, "A-1")
    with database.read() as session:
        assert session.exec(select(OrderConfirmation)).all() == []
        listed = independent_sources.listed(session)
    assert [each.ended_at is None for each in listed] == [False, True]


def test_log_8_no_order_number_is_kept(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    Provider(installation).tell(shop_key, "A-6000")
    with database.read() as session:
        row = session.exec(select(OrderConfirmation)).one()
    assert "A-6000" not in repr(row.model_dump())
    assert len(row.reference_hash) == 64
