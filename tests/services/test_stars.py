"""Stars of products that are asked for by the numbers that shops print."""

import orjson

from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import orders, snapshots
from services.installation import Installation
from store.database import Database
from tests.services.steps import NOON, open_shop

GTIN = "4006381333931"
LINES = (
    OrderLine("red", "Pen, red", gtin=GTIN, mpn="P-1"),
    OrderLine("blue", "Pen, blue", gtin=GTIN, mpn="P-2"),
    OrderLine("ink", "Ink", gtin="00012345678905"),
)


def sell(database: Database) -> str:
    """The key of a shop that has sold the products of ``LINES``."""
    shop_key = open_shop(database)
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "1", NOON)
    new = NewOrder("A-1", "dario@example.org", NOON, 4711, "EUR", LINES, basis, source="api")
    with database.write() as work:
        orders.record(work, shop_key, new, now=NOON)
    return shop_key


def found(
    installation: Installation, shop_key: str, **numbers: tuple[str, ...]
) -> list[tuple[str, str | None, str | None]]:
    """SKU, GTIN and MPN of the products in the answer."""
    question = Question(Kind.STARS, shop_key, Media.JSON, **numbers)  # type: ignore[arg-type]
    body = orjson.loads(snapshots.answer(installation, question).body)
    return [(each["sku"], each.get("gtin"), each.get("mpn")) for each in body["products"]]


def test_products_with_one_gtin_stay_apart(installation: Installation) -> None:
    shop_key = sell(installation.database)
    assert found(installation, shop_key, gtins=(GTIN,)) == [
        ("blue", GTIN, None),
        ("red", GTIN, None),
    ]


def test_leading_zeros_of_a_gtin_do_not_matter(installation: Installation) -> None:
    shop_key = sell(installation.database)
    for written in ("012345678905", "0012345678905", "00012345678905"):
        assert found(installation, shop_key, gtins=(written,)) == [("ink", written, None)]


def test_skus_come_first_and_what_is_not_found_is_left_out(installation: Installation) -> None:
    shop_key = sell(installation.database)
    asked = {"skus": ("ink", "none"), "gtins": ("40000000",), "mpns": ("P-2", "P-9")}
    assert found(installation, shop_key, **asked) == [
        ("ink", None, None),
        ("none", None, None),
        ("blue", None, "P-2"),
    ]


def test_another_shops_products_are_not_found(installation: Installation) -> None:
    sell(installation.database)
    other = open_shop(installation.database, domain="other.example")
    assert found(installation, other, gtins=(GTIN,), mpns=("P-1",)) == []
