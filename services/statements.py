"""Signed statements about a shop or a product, read from one state of the database (G1)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from domain.decisions import Ground
from domain.evidence import EvidenceLevel
from domain.invitations import ReviewKind
from domain.reviews import NotCounted, ReviewState, why_not_counted
from domain.windows import Period, midnight
from rich_snippets import signatures, statements
from rich_snippets.statements import Origins, StatementView
from schemas.statements import SignedStatement
from services import figures, signing_keys
from services.figures import subject_of
from store import origins
from store.keys import Keyring
from store.origins import Group
from store.products import Product
from store.shops import Shop
from store.tallies import Subject
from widgets import products, shops


def signed(
    session: Session,
    shop: Shop,
    product: Product | None,
    *,
    keys: Keyring,
    issuer: str,
    min_reviews: int,
) -> SignedStatement:
    """What the installation states about the shop, or about its product, at this generation."""
    statement = statements.build(_view(session, shop, product, issuer, min_reviews))
    seed = signing_keys.seed_of_present(session, keys)
    jws = signatures.sign(statements.canonical(statement), seed)
    return SignedStatement(statement=statement, jws=jws)


def _view(
    session: Session, shop: Shop, product: Product | None, issuer: str, min_reviews: int
) -> StatementView:
    subject = subject_of(shop, product)
    grade, distribution = figures.grade_and_distribution(
        session, shop, subject, min_reviews=min_reviews
    )
    return StatementView(
        issuer=issuer,
        shop=shops.shape(figures.shop_view(shop, min_reviews=min_reviews)),
        operator_is_shop=shop.operator_is_shop,
        product=products.shape(figures.product_view(product)) if product else None,
        grade=grade,
        distribution=distribution,
        min_reviews=min_reviews,
        origins=_origins(session, subject, grade.period),
        generation=shop.generation,
        issued_at=shop.generation_at,
    )


def _origins(session: Session, subject: Subject, period: Period) -> Origins:
    bounds = midnight(period.start), midnight(period.end + timedelta(days=1))
    found = origins.groups(session, subject, *bounds)
    by_state = _count((ReviewState(group.state), group.reviews) for group in found)
    public = [group for group in found if ReviewState(group.state).is_public]
    reasons = _count((why_outside(group, subject, period), group.reviews) for group in public)
    removed = origins.removed(session, subject, *bounds)
    return Origins(
        waiting=by_state[ReviewState.SUBMITTED],
        withdrawn=by_state[ReviewState.DISCARDED],
        removed={Ground(ground): count for ground, count in removed.items()},
        counted=reasons.pop(None, 0),
        outside={reason: count for reason, count in reasons.items() if reason is not None},
        verified=sum(g.reviews for g in public if EvidenceLevel(g.level).is_verified),
        invited=sum(group.reviews for group in public if group.invited),
    )


_K = TypeVar("_K")


def _count(pairs: Iterable[tuple[_K, int]]) -> Counter[_K]:
    counter: Counter[_K] = Counter()
    for key, count in pairs:
        counter[key] += count
    return counter


@dataclass(frozen=True, slots=True)
class _Alike:
    """Any one review of a group, as the rule of what counts looks at it."""

    state: ReviewState
    kind: ReviewKind
    level: EvidenceLevel
    incentivised: bool
    imported_from: str | None
    epoch: int
    submitted_at: datetime


def why_outside(group: Group, subject: Subject, period: Period) -> NotCounted | None:
    """Why the public reviews of a group are not in the grade of ``period``; None if they are."""
    alike = _Alike(
        state=ReviewState(group.state),
        kind=ReviewKind.PRODUCT_REVIEW if subject.subject_id else ReviewKind.SERVICE_REVIEW,
        level=EvidenceLevel(group.level),
        incentivised=group.incentivised,
        imported_from="elsewhere" if group.imported else None,
        epoch=subject.epoch,
        submitted_at=midnight(period.start),
    )
    return why_not_counted(alike, epoch=subject.epoch, window=period)
