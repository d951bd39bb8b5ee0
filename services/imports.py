"""Use case of imports: bring reviews from elsewhere, labelled and outside every grade."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import ids
from domain import imports as rules
from domain.actors import Actor
from domain.criteria import CriteriaSystem
from domain.errors import Invalid
from domain.ids import Prefix
from domain.imports import Declaration, PastReview
from domain.invitations import ReviewKind
from domain.orders import OrderLine
from domain.reviews import Review, ReviewState
from services import audit, counting, products, shops
from store import imports
from store.database import Work
from store.imports import Import
from store.products import Product
from store.replies import Reply
from store.reviews import Review as Row
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Refusal:
    """A review that was not brought, by its id there, with the error's code and detail."""

    id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Brought:
    """How many reviews are new, how many were there from an earlier run, and the refused ones."""

    added: int
    known: int
    refused: tuple[Refusal, ...]


def begin(
    work: Work, shop_key: str, declaration: Declaration, *, actor: Actor, now: datetime
) -> str:
    """Record what the shop declares; returns the import's public id. Raises ShopNotFound."""
    shop = shops.required(work, shop_key)
    row = Import(
        public_id=ids.new(Prefix.IMPORT),
        shop_id=shop.id,
        origin=declaration.origin,
        source=declaration.source,
        signed_by=declaration.signed_by,
        declared_at=now,
    )
    work.session.add(row)
    work.session.flush()
    after = {"source": row.source, "origin": row.origin, "signedBy": row.signed_by}
    audit.log(work, actor, "import.declared", row.public_id, now=now, after=after)
    return row.public_id


def bring(
    work: Work,
    shop_key: str,
    declaration: Declaration,
    past: Sequence[PastReview],
    *,
    now: datetime,
) -> Brought:
    """Bring one batch; each review is new, known or refused (MIG-2 to MIG-4).

    It is published as it was written, under ``declaration.source``, at level L0: nothing of it
    enters a grade. Raises ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    known = imports.known(work.session, shop.id, declaration.source, (each.id for each in past))
    good, refused = _checked(shop, declaration, past, now)
    fresh = {each.id: each for each in good if each.id not in known}
    bought = products.registered(work, shop, _lines(fresh.values()), now=now)
    work.session.flush()
    for each in fresh.values():
        _publish(work, shop, declaration, each, bought, now)
    return Brought(len(fresh), len(good) - len(fresh), tuple(refused))


def _checked(
    shop: Shop, declaration: Declaration, past: Iterable[PastReview], now: datetime
) -> tuple[list[PastReview], list[Refusal]]:
    good, refused = [], []
    for each in past:
        try:
            system = CriteriaSystem(shop.criteria_system)
            good.append(rules.checked(each, declaration.origin, system, now))
        except Invalid as refusal:
            refused.append(Refusal(each.id, refusal.code, refusal.detail))
    return good, refused


def _lines(past: Iterable[PastReview]) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(each.sku, each.product_name or each.sku) for each in past if each.sku is not None
    )


def _publish(
    work: Work,
    shop: Shop,
    declaration: Declaration,
    past: PastReview,
    bought: dict[str, Product],
    now: datetime,
) -> None:
    review = Review(
        state=ReviewState.SUBMITTED,
        kind=past.kind,
        epoch=shop.epoch if past.kind is ReviewKind.SERVICE_REVIEW else 0,
        submitted_at=past.submitted_at,
        marks=past.marks,
        imported_from=declaration.source,
    ).publish()
    row = Row(
        public_id=ids.new(Prefix.REVIEW),
        shop_id=shop.id,
        subject_id=bought[past.sku].id if past.sku is not None else 0,
        kind=review.kind,
        epoch=review.epoch,
        title=past.title,
        comment=past.comment,
        language=past.language or shop.language,
        author_name=past.author_name,
        imported_from=declaration.source,
        original_id=past.id,
        original_rating=past.original_rating,
        submitted_at=past.submitted_at,
        published_at=now,
    )
    counting.settle(work, shop, row, before=None, after=review, now=now)
    if past.reply:
        work.session.flush()
        work.session.add(
            Reply(review_id=row.id, text=past.reply, author=declaration.source, created_at=now)
        )
