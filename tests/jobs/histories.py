"""Small order histories for the tests of the replay, as files of the shape of the real ones."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ORDERS: Final = (
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
ITEMS: Final = (
    "order_id",
    "order_item_id",
    "product_id",
    "seller_id",
    "shipping_limit_date",
    "price",
    "freight_value",
)
REVIEWS: Final = (
    "review_id",
    "order_id",
    "review_score",
    "review_comment_title",
    "review_comment_message",
    "review_creation_date",
    "review_answer_timestamp",
)
CLOTHES: Final = ("", "Clothing ID", "Title", "Review Text", "Rating", "Class Name")

ANNA: Final = "a" * 32
BERT: Final = "b" * 32
CLEO: Final = "cleo"


@dataclass(slots=True)
class OlistFolder:
    """Rows that become a folder; what a test does not say has a value that is in order."""

    orders: list[tuple[str, ...]] = field(default_factory=list)
    items: list[tuple[str, ...]] = field(default_factory=list)
    reviews: list[tuple[str, ...]] = field(default_factory=list)
    sellers: list[tuple[str, ...]] = field(default_factory=list)
    products: list[tuple[str, ...]] = field(default_factory=list)
    english: list[tuple[str, ...]] = field(default_factory=list)

    def order(
        self,
        order_id: str,
        *sellers: str,
        at: str = "2018-01-10 09:30:00",
        customer: str = "c1",
        status: str = "delivered",
        delivered: str = "2018-01-15 12:00:00",
        estimated: str = "2018-02-01 00:00:00",
        price: str = "99.9",
        product: str = "p1",
    ) -> None:
        """An order, with one item for each seller."""
        shipped = "2018-01-11 08:00:00"
        self.orders.append((order_id, customer, status, at, at, shipped, delivered, estimated))
        for number, seller in enumerate(sellers, 1):
            self.item(order_id, number, seller, price=price, product=product)

    def item(
        self, order_id: str, number: int, seller: str, *, price: str = "99.9", product: str = "p1"
    ) -> None:
        """One more item."""
        self.items.append((order_id, str(number), product, seller, "", price, "10.05"))

    def review(
        self,
        order_id: str,
        score: str = "5",
        *,
        created: str = "2018-01-20 00:00:00",
        answered: str = "2018-01-21 10:00:00",
        review_id: str | None = None,
        title: str = "",
        message: str = "",
    ) -> None:
        """A review of an order."""
        name = review_id or f"r{len(self.reviews)}"
        self.reviews.append((name, order_id, score, title, message, created, answered))

    def write(self, folder: Path) -> Path:
        """Write the files and return their folder."""
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "orders.csv", ORDERS, self.orders)
        _write(folder / "order_items.csv", ITEMS, self.items)
        _write(folder / "order_reviews.csv", REVIEWS, self.reviews)
        sellers = self.sellers or [(seller,) for seller in dict.fromkeys(i[3] for i in self.items)]
        _write(folder / "sellers.csv", ("seller_id",), sellers)
        _write(folder / "products.csv", ("product_id", "product_category_name"), self.products)
        names = ("product_category_name", "product_category_name_english")
        _write(folder / "product_category_name_translation.csv", names, self.english)
        return folder


def ordinary(number: int) -> OlistFolder:
    """A folder of that many orders of two sellers, one a day or so, each with its review."""
    folder = OlistFolder(products=[("p1", "livros")], english=[("livros", "books")])
    for n in range(number):
        month, day = 1 + n // 28 % 6, 1 + n % 28
        folder.order(f"o{n}", (ANNA, BERT)[n % 2], at=f"2018-{month:02}-{day:02} 08:{n % 60:02}:00")
        when = f"2018-{month + 1:02}-{day:02}"
        folder.review(
            f"o{n}",
            str(1 + n % 5),
            created=f"{when} 00:00:00",
            answered=f"{when} 11:{n % 60:02}:00",
        )
    return folder


def clothes(path: Path, rows: Iterable[tuple[str, str, str, str, str]]) -> Path:
    """A file of clothing reviews: id, title, text, rating and class of each."""
    _write(path, CLOTHES, [(str(n), *row) for n, row in enumerate(rows)])
    return path


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
