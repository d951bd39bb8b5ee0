"""Reads the olist folder: sellers become shops, and each gets its own part of an order."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.criteria import Criterion
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.reviews import Submission
from domain.shops import NewShop
from jobs.replay import ledger as codes
from jobs.replay import values
from jobs.replay.baskets import ITEMS, ORDERS, Basket, read_baskets
from jobs.replay.catalogue import PRODUCTS, TRANSLATION, Catalogue
from jobs.replay.history import NOTICE, SOURCE, History, Opening, Purchase, Writing, key_of
from jobs.replay.ledger import Ledger
from jobs.replay.rows import HistoryUnusable, Row, read
from jobs.replay.values import CellUnreadable

REVIEWS: Final = "order_reviews.csv"
SELLERS: Final = "sellers.csv"
_CURRENCY: Final = "BRL"
_LANGUAGE: Final = "pt"
_READ: Final = {ORDERS, ITEMS, REVIEWS, SELLERS, PRODUCTS, TRANSLATION}
_REVIEW_COLUMNS: Final = (
    "review_id",
    "order_id",
    "review_score",
    "review_comment_title",
    "review_comment_message",
    "review_creation_date",
    "review_answer_timestamp",
)


def load(folder: Path, ledger: Ledger) -> History:
    """The history that the folder tells; raises HistoryUnusable where there is none."""
    baskets = read_baskets(folder, ledger)
    if not baskets:
        raise HistoryUnusable(f"{folder} holds no order that can be used.")
    catalogue = Catalogue(folder, ledger)
    purchases = list(_purchases(baskets, catalogue))
    reviews = list(_readable_reviews(folder, ledger))
    moments = [at for _, _, at in reviews] or [basket.ordered_at for basket in baskets.values()]
    return History(
        path=folder,
        newest=max(moments).date(),
        openings=list(_openings(folder, baskets, ledger)),
        purchases=purchases,
        writings=list(_writings(reviews, baskets, ledger)),
        fillings=[*_FILLINGS, f"name of a product: {catalogue.filling}"],
        unneeded={
            PRODUCTS: "no recorded order has this product",
            TRANSLATION: "no recorded product is of this category",
        },
        unread=tuple(sorted(path.name for path in folder.glob("*.csv") if path.name not in _READ)),
    )


_FILLINGS: Final = (
    "shop: name is the seller's id, key is X and that id, registered with its first order",
    "buyer: {customer_id}@buyer.example",
    f"legal basis: existing customer, notice version {NOTICE!r}; mails leave only with --mail",
    "amount of an order: its seller's prices and freight, without the other sellers'",
    "status: created = awaiting payment, invoiced = processing, unavailable = cancelled",
    "times: the files name no zone; they are read as UTC",
)


def _openings(folder: Path, baskets: dict[str, Basket], ledger: Ledger) -> Iterator[Opening]:
    """Every seller of sellers.csv and of the items; without an order, from the first day on."""
    rows: dict[str, Row] = {}
    path = folder / SELLERS
    for row in read(path, columns=("seller_id",), names=1, ledger=ledger) if path.exists() else ():
        if not row["seller_id"]:
            ledger.refuse(row.place, codes.UNREADABLE, "seller_id is missing")
        elif row["seller_id"] in rows:
            ledger.refuse(row.place, codes.DUPLICATE, "seller_id stands there twice")
        else:
            rows[row["seller_id"]] = row
    first = min(basket.ordered_at for basket in baskets.values())
    starts = dict.fromkeys(rows, first)
    for basket in sorted(baskets.values(), key=lambda basket: basket.ordered_at, reverse=True):
        starts |= dict.fromkeys(basket.items, basket.ordered_at)
    for seller_id, at in starts.items():
        row_places = (rows[seller_id].place,) if seller_id in rows else ()
        yield Opening(_new_shop(seller_id), at, row_places)


def _new_shop(seller_id: str) -> NewShop:
    domain = f"{seller_id}.example"
    key = key_of(seller_id, domain)
    return NewShop(seller_id, f"https://{domain}", "EUO", "en", _CURRENCY, key=key)


def _purchases(baskets: dict[str, Basket], catalogue: Catalogue) -> Iterator[Purchase]:
    for order_id, basket in baskets.items():
        for seller_id, items in basket.items.items():
            named = [(item, *catalogue.name(item["product_id"])) for item in items]
            lines = tuple(_line(item, name) for item, name, _ in named)
            yield Purchase(
                shop_key=_new_shop(seller_id).key or "",
                order=_order(order_id, basket, items, lines),
                places=(basket.row.place, *(item.place for item in items)),
                lent=tuple(place for _, _, places in named for place in places),
            )


def _order(
    order_id: str, basket: Basket, items: list[Row], lines: tuple[OrderLine, ...]
) -> NewOrder:
    return NewOrder(
        reference=order_id,
        email=f"{basket.row['customer_id']}@buyer.example",
        ordered_at=basket.ordered_at,
        amount_minor=_amount(items),
        currency=_CURRENCY,
        lines=lines,
        legal_basis=LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, NOTICE, basket.ordered_at),
        status=basket.status,
        shipped_at=basket.shipped_at,
        delivered_at=basket.delivered_at,
        estimated_delivery_at=basket.estimated_delivery_at,
        source=SOURCE,
    )


def _line(item: Row, name: str) -> OrderLine:
    return OrderLine(item["product_id"], name, price_minor=values.minor_units(item, "price"))


def _amount(items: list[Row]) -> int | None:
    """The sum of prices and freight, if all of them are known."""
    amounts = [values.minor_units(item, c) for item in items for c in ("price", "freight_value")]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _readable_reviews(folder: Path, ledger: Ledger) -> Iterator[tuple[Row, datetime, datetime]]:
    """Each review row with the moments of its invitation and of its submission."""
    for row in read(folder / REVIEWS, columns=_REVIEW_COLUMNS, names=2, ledger=ledger):
        try:
            invited_at = values.moment(row, "review_creation_date")
            yield row, invited_at, values.moment(row, "review_answer_timestamp")
        except CellUnreadable as error:
            ledger.refuse(row.place, codes.UNREADABLE, str(error))


def _writings(
    reviews: list[tuple[Row, datetime, datetime]], baskets: dict[str, Basket], ledger: Ledger
) -> Iterator[Writing]:
    for row, invited_at, submitted_at in reviews:
        basket = baskets.get(row["order_id"])
        if basket is None:
            ledger.refuse(row.place, codes.ORDER_UNKNOWN, "its order cannot be used or is missing")
            continue
        if not basket.items:
            ledger.refuse(row.place, codes.ORDER_WITHOUT_ITEMS, "no seller to be reviewed")
            continue
        try:
            submission = _submission(row)
        except CellUnreadable as error:
            ledger.refuse(row.place, codes.UNREADABLE, str(error))
            continue
        for seller_id in basket.items:
            yield Writing(
                shop_key=_new_shop(seller_id).key or "",
                reference=row["order_id"],
                sku=None,
                invited_at=max(invited_at, basket.ordered_at),
                submitted_at=submitted_at,
                submission=submission,
                place=row.place,
            )


def _submission(row: Row) -> Submission:
    mark = values.mark(row, "review_score")
    return Submission(
        marks={} if mark is None else {Criterion.SERVICE: mark},
        title=row["review_comment_title"],
        comment=row["review_comment_message"],
        language=_LANGUAGE,
    )
