"""What pages show of frames: to the member its own, to finance and the insurer all others (§39)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain.errors import ShopNotFound
from domain.frame_reviews import Cause, FrameReviewState, steps
from domain.frames import FRAMES, FrameState, Zone
from domain.rights import Action, may
from domain.windows import day_of
from services import frame_keepers, frame_reviews, frame_use, frames
from services.frame_reviews import Asked
from services.sessions import Person
from store import accounts, users
from store import frame_reviews as review_rows
from store import frame_use as use_rows
from store import frames as rows
from store import shops as shop_rows
from store.accounts import Account
from store.frame_reviews import FrameReview
from store.frames import FrameChange
from store.keys import Keyring

DAYS: Final = 90
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class ShopUse:
    """How much of the frame one shop uses, in EUR cents."""

    name: str
    market: str
    use_eur_minor: int
    key: str


@dataclass(frozen=True, slots=True)
class Past:
    """One line of a frame's history; ``actor`` is a name, empty for the system."""

    at: datetime
    state: FrameState
    base_eur_minor: int
    factor_percent: int
    valid_from: date
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review of a frame; ``answer`` is empty where nobody may read it or there is none."""

    review_id: str
    account_id: str
    company: str
    cause: Cause
    state: FrameReviewState
    opened_at: datetime
    question: str
    answer: str
    approved_eur_minor: int | None
    approved_from: date | None
    reasons: str
    version: int
    steps: tuple[FrameReviewState, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A member's frame with its use now; amounts in EUR cents, the amount 0 unless it is active.

    ``days`` are the highest uses of up to 90 days, the oldest first.
    """

    company: str
    account_id: str
    state: FrameState
    base_eur_minor: int
    factor_percent: int
    amount_eur_minor: int
    valid_from: date | None
    insurer_ref: str
    version: int
    use_eur_minor: int
    percent: int | None
    zone: Zone
    shops: tuple[ShopUse, ...]
    days: tuple[tuple[date, int], ...]
    history: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What a member sees of its own; what is asked, and reviews, its administrators alone."""

    shown: Shown
    asked: Asked | None
    reviews: tuple[ReviewLine, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One member for finance and the insurer, with what its frame was worked out from."""

    shown: Shown
    turnover_eur_minor: int | None
    basket_eur_minor: int | None
    reviews: tuple[ReviewLine, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A member in the list, by its use; ``percent`` is None without an active frame."""

    account_id: str
    company: str
    state: FrameState
    amount_eur_minor: int
    use_eur_minor: int
    percent: int | None
    zone: Zone


def own(session: Session, person: Person, shop_key: str, *, now: datetime) -> Own:
    """The frame of the member that a shop belongs to. Raises NotAllowed or ShopNotFound."""
    shop = frame_keepers.member(session, person, shop_key, Action.FRAME_SEE)
    account = accounts.of_shop(session, shop.account_id)
    shown = _shown(session, account, now=now)
    if not may(person.grants, Action.FRAME_ANSWER, shop_key):
        return Own(shown, None, ())
    found = review_rows.of_account(session, account.id, most=FRAMES.history)
    asked = frame_reviews.asked(session, person, shop_key)
    return Own(shown, asked, tuple(_review(row, account) for row in found))


def of_shop(session: Session, shop_key: str, *, now: datetime) -> Shown:
    """The frame of a shop's member, for a program of that member; raises ShopNotFound."""
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return _shown(session, accounts.of_shop(session, shop.account_id), now=now)


def listed(session: Session, person: Person, *, now: datetime) -> Sequence[Line]:
    """Every member that has a frame or uses one, the highest share first.

    Without those of the person's own companies. Raises NotAllowed.
    """
    own_companies = frame_keepers.readers(person)
    used = use_rows.uses(session, day_of(now))
    found = {account.id: (row, account) for row, account in rows.every(session)}
    missing = [each for each, use in used.items() if use and each not in found]
    everybody = [*found.values(), *((None, accounts.of_shop(session, each)) for each in missing)]
    lines = []
    for row, account in everybody:
        if account.id in own_companies:
            continue
        use = frame_use.Use(used.get(account.id, 0), frame_use.amount_of(row), {})
        lines.append(
            Line(
                account_id=account.public_id,
                company=account.name,
                state=FrameState(row.state) if row else FrameState.NONE,
                amount_eur_minor=use.amount_eur_minor,
                use_eur_minor=use.use_eur_minor,
                percent=use.percent,
                zone=use.zone,
            )
        )
    lines.sort(key=lambda line: (-(line.percent or 0), line.company))
    return lines[:_MOST]


def file(
    session: Session, keys: Keyring, person: Person, account_id: str, *, now: datetime
) -> File:
    """One member's frame. Raises NotAllowed, OwnShop or AccountNotFound."""
    reader = frame_keepers.reader(session, person, account_id)
    account = reader.account
    return File(
        shown=_shown(session, account, now=now),
        turnover_eur_minor=frames.turnover_of(session, account.id, now=now),
        basket_eur_minor=frames.basket_of(session, account.id, now=now),
        reviews=tuple(
            _review(row, account, frame_reviews.answer_of(keys, reader, row))
            for row in frame_reviews.of_member(session, reader)
        ),
    )


def queue(session: Session, person: Person) -> Sequence[ReviewLine]:
    """Open reviews, the oldest first. Raises NotAllowed."""
    return [
        _review(row, accounts.of_shop(session, row.account_id))
        for row in frame_reviews.queue(session, person)
    ]


def _shown(session: Session, account: Account, *, now: datetime) -> Shown:
    row = frames.of_member(session, account.id)
    use = frame_use.use_of(session, account.id, now=now)
    first = day_of(now) - timedelta(days=DAYS - 1)
    days = frame_use.maxima(session, account.id, first=first).get(use_rows.MEMBER, {})
    return Shown(
        company=account.name,
        account_id=account.public_id,
        state=FrameState(row.state) if row else FrameState.NONE,
        base_eur_minor=row.base_eur_minor if row else 0,
        factor_percent=row.factor_percent if row else 100,
        amount_eur_minor=use.amount_eur_minor,
        valid_from=row.valid_from if row else None,
        insurer_ref=row.insurer_ref if row else "",
        version=row.version if row else 1,
        use_eur_minor=use.use_eur_minor,
        percent=use.percent,
        zone=use.zone,
        shops=tuple(
            ShopUse(shop.name, shop.market, use.shops.get(shop.id, 0), shop.shop_key)
            for shop in shop_rows.of_account(session, account.id)
        ),
        days=tuple(days.items()),
        history=tuple(_past(session, line) for line in frames.history(session, account.id)),
    )


def _past(session: Session, line: FrameChange) -> Past:
    return Past(
        at=line.changed_at,
        state=FrameState(line.state),
        base_eur_minor=line.base_eur_minor,
        factor_percent=line.factor_percent,
        valid_from=line.valid_from,
        reason=line.reason,
        actor=users.name_of(session, line.actor) if line.actor.startswith("usr-") else "",
    )


def _review(row: FrameReview, account: Account, answer: str = "") -> ReviewLine:
    return ReviewLine(
        review_id=row.public_id,
        account_id=account.public_id,
        company=account.name,
        cause=Cause(row.cause),
        state=FrameReviewState(row.state),
        opened_at=row.opened_at,
        question=row.question,
        answer=answer,
        approved_eur_minor=row.approved_eur_minor,
        approved_from=row.approved_from,
        reasons=row.reasons,
        version=row.version,
        steps=steps(FrameReviewState(row.state)),
    )
