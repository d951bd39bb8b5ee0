"""Steps that tests of use cases take: a shop, an order, an invitation, a review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Final

from domain.actors import OPERATOR, Actor, Role
from domain.criteria import Criterion
from domain.decisions import Ground, Moderator, Source, StatementOfReasons
from domain.grades import Grade
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.reviews import Submission
from domain.shops import NewShop
from services import figures, invitations, orders, reviews, shops
from services.figures import subject_of
from store import products
from store import shops as shop_rows
from store.database import Database

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANNA: Final = Actor(Role.SHOP, "anna")
MONA: Final = Moderator("mona")
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Written:
    """A review and the invitation that wrote it."""

    review_id: str
    token: str


def open_shop(database: Database, *, domain: str = "shop.example", goods: bool = True) -> str:
    """The key of a new shop, registered long before the tests' noon."""
    with database.write() as work:
        account = shops.open_account(work, domain, now=datetime(2024, 1, 1, tzinfo=UTC))
        new = NewShop("Anna's shop", f"https://{domain}", "EUO", "en", "EUR", offers_goods=goods)
        return shops.register(
            work, account, new, actor=OPERATOR, now=datetime(2024, 1, 1, tzinfo=UTC)
        )


def order(
    database: Database,
    shop_key: str,
    *,
    at: datetime = NOON,
    skus: tuple[str, ...] = (),
    basis: bool = True,
    reference: str | None = None,
    email: str = "dario@example.org",
) -> str:
    """The reference of a recorded order."""
    reference = reference or f"A-{next(_NUMBERS)}"
    legal_basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "1", at) if basis else None
    lines = tuple(OrderLine(sku, f"Product {sku}") for sku in skus)
    new = NewOrder(reference, email, at, 4711, "EUR", lines, legal_basis, source="api")
    with database.write() as work:
        orders.record(work, shop_key, new, now=at)
    return reference


def invite(
    database: Database, shop_key: str, reference: str, *, at: datetime, sku: str | None = None
) -> str:
    """The token of an invitation."""
    with database.write() as work:
        return invitations.issue(work, shop_key, reference, sku=sku, now=at).token


def marks(
    *, service: int | None = None, delivery: int | None = None, goods: int | None = None
) -> dict[Criterion, int]:
    """Marks of a shop review, those that are given."""
    given = {
        Criterion.SERVICE: service,
        Criterion.DELIVERY: delivery,
        Criterion.GOODS: goods,
    }
    return {criterion: mark for criterion, mark in given.items() if mark is not None}


def review(
    database: Database,
    shop_key: str,
    given: Mapping[Criterion, int],
    *,
    at: datetime = NOON,
    sku: str | None = None,
    comment: str = "Arrived quickly.",
    incentivised: bool = False,
    reference: str | None = None,
) -> Written:
    """A review that a buyer wrote ``at`` that moment, with the order and invitation it needs."""
    skus = (sku,) if sku else ()
    reference = order(database, shop_key, at=at, skus=skus, reference=reference)
    token = invite(database, shop_key, reference, at=at, sku=sku)
    submission = Submission(given, comment=comment, incentivised=incentivised)
    with database.write() as work:
        return Written(reviews.submit(work, token, submission, now=at), token)


def reasons(at: datetime = NOON) -> StatementOfReasons:
    """A complete statement of reasons."""
    return StatementOfReasons(
        moderator=MONA,
        ground=Ground.UNTRUTHFUL,
        facts="The parcel was signed for on 3 November.",
        explanation="The text says that nothing arrived, which the carrier's record disproves.",
        redress="You may complain within six months, free of charge.",
        source=Source.NOTICE,
        decided_at=at,
    )


def grade(database: Database, shop_key: str, *, sku: str | None = None) -> Grade:
    """The published grade of a shop or of one of its products."""
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        product = products.by_skus(session, shop.id, [sku])[sku] if sku else None
        return figures.grade_of(session, shop, subject_of(shop, product), min_reviews=1)


def generation(database: Database, shop_key: str) -> int:
    """The shop's public generation."""
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        return shop.generation
