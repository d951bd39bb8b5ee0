"""The insurer's monthly list: what began and ended, how far frames were used, what was paid (§39).

It names members and protections, and no buyer. Rows leave the database in batches, each in a
short transaction of its own, so that a slow reader keeps nothing open.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from domain import currencies, spreadsheets
from domain.currencies import EURO
from domain.frames import Month
from domain.windows import midnight
from services import audit, frame_keepers
from services.installation import Installation
from services.sessions import Person
from store import bordereaux as rows
from store.bordereaux import Span
from store.frame_use import MEMBER

_BATCH: Final = 1_000
SUMMARY: Final = (
    "member",
    "member_name",
    "shop",
    "shop_name",
    "market",
    "started",
    "started_cover_eur",
    "ended",
    "ended_cover_eur",
    "highest_use_eur",
    "highest_use_of_member_eur",
    "days_beyond_frame",
    "claims_paid",
    "paid",
)
PROTECTIONS: Final = (
    "protection",
    "member",
    "shop",
    "tier",
    "residence",
    "currency",
    "cover",
    "cover_eur",
    "exchange_rate",
    "starts_at",
    "ends_at",
    "state",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One shop's month; amounts in EUR cents, ``paid`` by currency in its minor units."""

    account_id: int
    member: str
    member_name: str
    shop_key: str
    shop_name: str
    market: str
    started: int
    started_eur_minor: int
    ended: int
    ended_eur_minor: int
    most_eur_minor: int
    member_most_eur_minor: int
    days_exceeded: int
    claims_paid: int
    paid: tuple[tuple[str, int], ...]


def lines(session: Session, person: Person, month: Month) -> Sequence[Line]:
    """A line for each shop with anything in the month, but none of the person's own companies.

    Raises NotAllowed for who may not look at frames.
    """
    return every(session, month, without=frame_keepers.readers(person))


def every(session: Session, month: Month, *, without: Collection[int] = ()) -> Sequence[Line]:
    """A line for each shop with anything in the month, but none of these accounts."""
    span = span_of(month)
    started, ended = rows.started(session, span), rows.ended(session, span)
    maxima, paid = rows.maxima(session, span), rows.paid(session, span)
    exceeded = rows.exceeded(session, span)
    used = {shop_id for (_, shop_id), most in maxima.items() if shop_id != MEMBER and most}
    found = rows.shops(session, {*started, *ended, *paid, *used})
    return [
        Line(
            account_id=account.id,
            member=account.public_id,
            member_name=account.name,
            shop_key=shop.shop_key,
            shop_name=shop.name,
            market=shop.market,
            started=started.get(shop.id, (0, 0))[0],
            started_eur_minor=started.get(shop.id, (0, 0))[1],
            ended=ended.get(shop.id, (0, 0))[0],
            ended_eur_minor=ended.get(shop.id, (0, 0))[1],
            most_eur_minor=maxima.get((account.id, shop.id), 0),
            member_most_eur_minor=maxima.get((account.id, MEMBER), 0),
            days_exceeded=exceeded.get(account.id, 0),
            claims_paid=sum(number for _, number, _ in paid.get(shop.id, ())),
            paid=tuple((currency, minor) for currency, _, minor in paid.get(shop.id, ())),
        )
        for shop, account in found
        if account.id not in without
    ]


def summary(
    installation: Installation, person: Person, month: Month, *, now: datetime
) -> Iterator[bytes]:
    """The lines as CSV; that it was taken is logged. Raises NotAllowed."""
    found = _logged(installation, person, month, "summary", now)
    cells = (
        (
            each.member,
            spreadsheets.text(each.member_name),
            each.shop_key,
            spreadsheets.text(each.shop_name),
            each.market,
            each.started,
            _amount(each.started_eur_minor, EURO),
            each.ended,
            _amount(each.ended_eur_minor, EURO),
            _amount(each.most_eur_minor, EURO),
            _amount(each.member_most_eur_minor, EURO),
            each.days_exceeded,
            each.claims_paid,
            "; ".join(f"{_amount(minor, currency)} {currency}" for currency, minor in each.paid),
        )
        for each in found
    )
    return _csv(SUMMARY, cells)


def protections(
    installation: Installation, person: Person, month: Month, *, now: datetime
) -> Iterator[bytes]:
    """Every protection that began or ended in the month as CSV, streamed. Raises NotAllowed."""
    _logged(installation, person, month, "protections", now)
    return _csv(PROTECTIONS, _protections(installation, person, month))


def _logged(
    installation: Installation, person: Person, month: Month, part: str, now: datetime
) -> Sequence[Line]:
    with installation.database.write() as work:
        found = lines(work.session, person, month) if part == "summary" else ()
        frame_keepers.readers(person)
        after = {"month": str(month), "part": part}
        audit.log(work, person.actor, "frame.bordereau", str(month), now=now, after=after)
    return found


def _protections(
    installation: Installation, person: Person, month: Month
) -> Iterator[Sequence[Any]]:
    own, span, last = frame_keepers.readers(person), span_of(month), 0
    while True:
        with installation.database.read() as session:
            found = rows.protections(session, span, without=own, after_id=last, limit=_BATCH)
        for row, shop, account in found:
            last = row.id
            yield (
                row.public_id,
                account.public_id,
                shop.shop_key,
                row.tier,
                row.residence,
                row.currency,
                _amount(row.cover_minor, row.currency),
                _amount(row.cover_eur_minor, EURO),
                row.fx_rate,
                row.starts_at.isoformat(),
                row.ends_at.isoformat(),
                row.state,
                row.ended_at.isoformat() if row.ended_at else "",
            )
        if len(found) < _BATCH:
            return


def _csv(heading: Sequence[str], cells: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    yield _line(heading)
    for each in cells:
        yield _line(each)


def _line(cells: Sequence[Any]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue().encode()


def _amount(minor: int, currency: str) -> str:
    """An amount with a point and the decimals of its currency, as machines read it."""
    decimals = currencies.decimals(currency)
    if not decimals:
        return str(minor)
    whole, part = divmod(minor, 10**decimals)
    return f"{whole}.{part:0{decimals}}"


def span_of(month: Month) -> Span:
    """The month as its moments and its days."""
    return Span(midnight(month.first), midnight(month.after), month.first, month.after)
