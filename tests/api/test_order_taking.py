"""Batches of orders beside other writers: all of them wait for one another in one direction."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from api.order_taking import Line, Taker
from domain.actors import OPERATOR
from domain.clients import Scope
from domain.invitations import InvitationState
from domain.orders import LegalBasis, LegalBasisKind
from domain.shops import NewShop
from schemas.shop_orders import ShopLegalBasis, ShopOrder
from services import shops
from store import frames, invite_rules
from store.accounts import Account
from store.database import Database
from store.invitations import Invitation
from store.invite_rules import SendSlot
from store.orders import Order
from store.protections import Protection
from tests.api.conftest import Reviewed, reviewed_on
from tests.api.test_shop_orders import client_of
from tests.services import collected, protected
from tests.services.statements import counted

EMAIL: Final = "dario@example.org"
TODAY: Final = datetime.now(UTC)
YESTERDAY: Final = TODAY - timedelta(days=1)
BASIS: Final = LegalBasis(LegalBasisKind.CONSENT, "2026-11", YESTERDAY)
WAITS: Final = InvitationState.SCHEDULED


class Member:
    """A member with two shops that hold a mark, and a buyer who has agreed to protections.

    The first shop knows the order K-1, whose buyer may not be invited yet.
    """

    def __init__(self, reviewed: Reviewed) -> None:
        self.database: Database = reviewed.installation.database
        self.shop, self.taker = reviewed.shop_key, Taker(reviewed.installation)
        self.client = client_of(self.database, self.shop, Scope.ORDERS_WRITE).client_id
        protected.back(self.database, self.shop, now=TODAY)
        protected.agree(self.database, EMAIL, at=TODAY - timedelta(days=2))
        with self.database.write() as work:
            account_id = protected.shop_of(work, self.shop).account_id
            account = work.session.get_one(Account, account_id)
            new = NewShop("Other", "https://other.example", "EUO", "en", "EUR", offers_goods=True)
            self.other = shops.register(work, account.public_id, new, actor=OPERATOR, now=YESTERDAY)
            protected.certify(work, protected.shop_of(work, self.other), now=TODAY)
        self.known(self.shop, days=(1,))

    def known(self, shop_key: str, *, days: Sequence[int]) -> list[str]:
        """The references K-1, K-2 … of orders so many days ago, whose buyers are not invited."""
        for number in days:
            collected.take(
                self.database,
                shop_key,
                now=TODAY,
                reference=f"K-{number}",
                email="stranger@example.org",
                ordered_at=TODAY - timedelta(days=number),
                legal_basis=None,
            )
        return [f"K-{number}" for number in days]

    def change(self, shop_key: str, references: Sequence[str]) -> list[int]:
        """Tell the legal basis of orders that are known, in one batch."""
        lines = [Line(at, grounded(name)) for at, name in enumerate(references)]
        return [each.status for each in self.taker.many(self.client, shop_key, lines)]

    def batch(self) -> list[int]:
        """A new order that is protected by itself, and the legal basis of the one that is known."""
        new = ShopOrder(
            reference="N-1", email=EMAIL, ordered_at=TODAY, amount_minor=4711, currency="EUR"
        )
        lines = [Line(1, new), Line(2, grounded("K-1"))]
        return [each.status for each in self.taker.many(self.client, self.shop, lines)]

    def one(self) -> bool:
        """An order of the other shop: its mail leaves with that of K-1, and it is protected."""
        told: dict[str, Any] = {"ordered_at": YESTERDAY, "legal_basis": BASIS, "email": EMAIL}
        return collected.take(self.database, self.other, now=TODAY, reference="O-1", **told).is_new

    def are_all_taken(self) -> bool:
        """Whether both orders are protected, and whether K-1 and O-1 are invited."""
        with self.database.read() as session:
            covered = set(session.exec(select(Protection.order_reference)))
            query = select(Order.reference).join(
                Invitation, col(Invitation.order_id) == col(Order.id)
            )
            waits = col(Invitation.state) == WAITS
            return (covered, set(session.exec(query.where(waits)))) == (
                {"N-1", "O-1"},
                {"K-1", "O-1"},
            )


def grounded(reference: str) -> ShopOrder:
    """The legal basis of an order that is known."""
    basis = ShopLegalBasis(kind=BASIS.kind, version=BASIS.version, given_at=BASIS.given_at)
    return ShopOrder(reference=reference, legal_basis=basis)


@pytest.fixture
def member(reviewed: Reviewed) -> Member:
    return Member(reviewed)


@pytest.fixture
def busy(postgresql_url: str, tmp_path: Path) -> Iterator[Member]:
    """On PostgreSQL, where two of its writers are at work at once."""
    with reviewed_on(postgresql_url, tmp_path / "home") as reviewed:
        yield Member(reviewed)


def test_a_batch_changes_known_orders_before_anybody_waits_for_its_frame(member: Member) -> None:
    with counted(member.database) as said:
        assert member.batch() == [201, 200]
    changed = [at for at, each in enumerate(said) if each.startswith("UPDATE orders")]
    framed = [at for at, each in enumerate(said) if "frame_" in each]
    assert changed
    assert framed
    assert max(changed) < min(framed)


def test_an_order_and_what_became_of_it_come_in_one_batch(member: Member) -> None:
    new = ShopOrder(reference="N-1", email=EMAIL, ordered_at=TODAY)
    gone = ShopOrder(reference="N-1", status="CANCELLED")
    lines = [Line(1, gone), Line(2, ShopOrder(reference="X", status="SHIPPED")), Line(3, new)]
    results = member.taker.many(member.client, member.shop, lines)
    assert [each.status for each in results] == [200, 404, 201]
    with member.database.read() as session:
        states = session.exec(select(Order.status).where(col(Order.reference) == "N-1")).all()
    assert states == ["CANCELLED"]


def test_a_batch_asks_once_for_the_minutes_of_all_its_mails(member: Member) -> None:
    names = member.known(member.shop, days=(1, 2, 4))
    with counted(member.database) as said:
        assert member.change(member.shop, names) == [200, 200, 200]
    assert len([each for each in said if "INTO send_slots" in each]) == 1
    with member.database.read() as session:
        kept = set(session.exec(select(SendSlot.at)))
        due = set(session.exec(select(Invitation.send_at).where(col(Invitation.state) == WAITS)))
    assert due <= kept
    assert len(due) == 3


@pytest.mark.slow
def test_batches_whose_mails_leave_at_the_same_minutes_do_not_block_each_other(
    busy: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [busy.known(key, days=(1, 2)) for key in (busy.shop, busy.other)]
    begun: list[Future[Any]] = []
    keep = invite_rules.keep_slots

    def meet(*given: Any) -> Any:
        """The first writer, which has kept a minute, waits until the second one waits for it."""
        kept = keep(*given)
        if not begun:
            begun.append(pool.submit(busy.change, busy.other, names[1][::-1]))
            until(lambda: begun[0].done() or is_waiting(busy.database))
        return kept

    monkeypatch.setattr(invite_rules, "keep_slots", meet)
    with ThreadPoolExecutor(1) as pool:
        assert busy.change(busy.shop, names[0]) == [200, 200]
        assert begun[0].result() == [200, 200]


@pytest.mark.slow
@pytest.mark.parametrize("is_batch_first", [True, False])
def test_a_batch_and_an_order_of_another_shop_of_its_member_do_not_block_each_other(
    busy: Member, monkeypatch: pytest.MonkeyPatch, *, is_batch_first: bool
) -> None:
    first, second = (busy.batch, busy.one) if is_batch_first else (busy.one, busy.batch)
    begun: list[Future[Any]] = []
    held = frames.held

    def meet(*given: Any, **named: Any) -> Any:
        """The first writer waits at the frame until the second one waits for it."""
        if begun:
            return held(*given, **named)
        found = held(*given, **named) if is_batch_first else None
        begun.append(pool.submit(second))
        until(lambda: begun[0].done() or is_waiting(busy.database))
        return found or held(*given, **named)

    monkeypatch.setattr(frames, "held", meet)
    with ThreadPoolExecutor(1) as pool:
        first()
        begun[0].result()
    assert busy.are_all_taken()


def until(is_so: Callable[[], bool]) -> None:
    """Ask again until it is so."""
    while not is_so():
        pass


def is_waiting(database: Database) -> bool:
    """Whether a transaction of PostgreSQL waits for another one."""
    with database.read() as session:
        query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(session.connection().execute(query).scalar_one())
