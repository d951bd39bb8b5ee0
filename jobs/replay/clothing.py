"""Reads the clothing reviews: one shop, and for each row one order and its product review.

The file has neither dates nor orders, so they are made by rule: in file order, spread evenly
over the 365 days that end on a given day, each order reviewed in the moment it is placed.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from domain.criteria import Criterion
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.reviews import Submission
from domain.shops import NewShop
from jobs.replay import ledger as codes
from jobs.replay import values
from jobs.replay.history import NOTICE, SOURCE, History, Opening, Purchase, Writing, key_of
from jobs.replay.ledger import Ledger
from jobs.replay.rows import HistoryUnusable, Row, read
from jobs.replay.values import CellUnreadable

FILE: Final = "clothing_reviews.csv"
DOMAIN: Final = "clothing-reviews.example"
NAME: Final = "clothing_reviews"
DAYS: Final = 365
_COLUMNS: Final = ("Clothing ID", "Title", "Review Text", "Rating", "Class Name")
_FILLINGS: Final = (
    f"shop: name {NAME}, domain {DOMAIN}, key from that domain, registered with its first order",
    f"order: one per row, its number in the file as reference, spread over {DAYS} days",
    "invitation and review: in the moment of their order, as the file has no dates",
    "buyer: {row number}@buyer.example",
    f"legal basis: existing customer, notice version {NOTICE!r}",
    "name of a product: its class, else its id",
)


def load(path: Path, ledger: Ledger, *, last: date) -> History:
    """The history that the file tells if its newest review lies on ``last``.

    Raises HistoryUnusable when it holds no row.
    """
    rows = list(read(path, columns=_COLUMNS, names=1, ledger=ledger))
    if not rows:
        raise HistoryUnusable(f"{path} holds no review.")
    key = key_of(NAME, DOMAIN)
    moments = _spread(len(rows), last)
    history = History(path, newest=last, fillings=list(_FILLINGS))
    new = NewShop(NAME, f"https://{DOMAIN}", "EUO", "en", "USD", key=key)
    history.openings.append(Opening(new, moments[0], ()))
    for number, (row, at) in enumerate(zip(rows, moments, strict=True), 1):
        try:
            purchase, writing = _purchase(key, number, row, at), _writing(key, number, row, at)
        except CellUnreadable as error:
            ledger.refuse(row.place, codes.UNREADABLE, str(error))
        else:
            history.purchases.append(purchase)
            history.writings.append(writing)
    return history


def _spread(number: int, last: date) -> list[datetime]:
    """Moments in whole seconds from the first second of the 365 days to the last one."""
    end = datetime.combine(last, time(23, 59, 59), UTC)
    span = DAYS * 86_400 - 1
    steps = max(number - 1, 1)
    return [end - timedelta(seconds=span * (number - 1 - i) // steps) for i in range(number)]


def _purchase(key: str, number: int, row: Row, at: datetime) -> Purchase:
    sku = values.text(row, "Clothing ID")
    order = NewOrder(
        reference=str(number),
        email=f"{number}@buyer.example",
        ordered_at=at,
        lines=(OrderLine(sku, row["Class Name"] or sku),),
        legal_basis=LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, NOTICE, at),
        source=SOURCE,
    )
    return Purchase(key, order, places=(), lent=())


def _writing(key: str, number: int, row: Row, at: datetime) -> Writing:
    mark = values.mark(row, "Rating")
    submission = Submission(
        marks={} if mark is None else {Criterion.TOTAL: mark},
        title=row["Title"],
        comment=row["Review Text"],
        language="en",
    )
    return Writing(key, str(number), row["Clothing ID"], at, at, submission, row.place)
