"""The account of a replay: every row of every file is used, or named with its reason."""

import csv
import json
from pathlib import Path

import pytest

from domain.orders import OrderStatus
from jobs.replay import export, sources
from jobs.replay.rows import HistoryUnusable
from services.installation import Installation
from store.orders import Order
from store.products import Product
from store.reviews import Review
from store.shops import Shop
from tests.jobs import histories
from tests.jobs.histories import ANNA, BERT, CLEO, OlistFolder
from tests.jobs.replays import (
    CLOTHES,
    EXPECTED,
    YESTERDAY,
    dirty,
    play,
    refusals,
    rows,
    wrong,
)


def test_every_row_that_cannot_be_used_is_named_with_its_reason(
    installation: Installation, tmp_path: Path
) -> None:
    report = play(installation, dirty().write(tmp_path))
    assert refusals(report) == EXPECTED
    stars = sorted(review.stars for review in rows(installation, Review))
    assert stars == [3, 4, 5, 5]
    assert {shop.name for shop in rows(installation, Shop)} == {ANNA, BERT, CLEO}
    assert wrong(installation, report) == []


def test_every_row_is_accounted_for_exactly_once(embedded: Installation, tmp_path: Path) -> None:
    folder = dirty().write(tmp_path)
    report = play(embedded, folder)
    for summary in report.played[0].ledger.files():
        with (folder / summary.file).open(newline="") as file:
            assert summary.rows == sum(1 for _ in csv.DictReader(file))
        assert summary.rows == summary.used + summary.known + summary.refused


def test_rows_that_are_broken_as_csv_are_refused_and_the_others_used(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = histories.ordinary(2).write(tmp_path)
    with (folder / "orders.csv").open("ab") as file:
        file.write(b"o7,c1,delivered\r\n\r\no8,c\xff,delivered,2018-01-01 00:00:00,,,,\r\n")
    report = play(embedded, folder)
    found = {(r.place.name, r.code, r.detail) for r in report.played[0].ledger.refusals}
    assert ("o7", "UNREADABLE", "3 columns instead of 8") in found
    assert ("o8", "UNREADABLE", "not UTF-8") in found
    assert len(rows(embedded, Order)) == 2


def test_what_the_files_lack_is_filled_by_rule_and_named(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = OlistFolder(products=[("p1", "livros"), ("p2", "moveis"), ("p3", "")])
    folder.english = [("livros", "books")]
    for product in ("p1", "p2", "p3", "p4"):
        folder.order(f"o-{product}", ANNA, product=product, price="", status="unavailable")
    report = play(embedded, folder.write(tmp_path))
    assert [product.name for product in rows(embedded, Product)] == ["books", "moveis", "p3", "p4"]
    assert {order.amount_minor for order in rows(embedded, Order)} == {None}
    assert {order.status for order in rows(embedded, Order)} == {OrderStatus.CANCELLED}
    fillings = "\n".join(report.played[0].history.fillings)
    named = "2 by product id; 1 by English category; 1 by Portuguese category"
    for rule in ("@buyer.example", "'replay'", named):
        assert rule in fillings


def test_both_histories_are_found_where_they_lie(tmp_path: Path) -> None:
    folder = histories.ordinary(1).write(tmp_path / "olist")
    file = histories.clothes(tmp_path / "clothing_reviews.csv", CLOTHES)
    for path, names in (
        (tmp_path, ["olist", "clothing_reviews.csv"]),
        (folder, ["olist"]),
        (file, ["clothing_reviews.csv"]),
    ):
        found = sources.load(path, last=YESTERDAY)
        assert [history.path.name for history, _ in found] == names


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("other.csv", "", "holds neither"),
        ("orders.csv", "order_id,customer_id\n", "has no column order_status"),
        ("orders.csv", ",".join(histories.ORDERS) + "\n", "order_items.csv"),
        ("orders.csv", ",".join(histories.ORDERS) + '\n"o1,c1\n', "line"),
        ("clothing_reviews.csv", ",".join(histories.CLOTHES) + "\n", "holds no review"),
    ],
)
def test_a_folder_that_is_no_history_is_refused_in_plain_words(
    tmp_path: Path, file: str, content: str, message: str
) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(HistoryUnusable, match=message):
        sources.load(tmp_path, last=YESTERDAY)


def test_orders_without_a_single_usable_row_are_no_history(tmp_path: Path) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA, at="yesterday")
    with pytest.raises(HistoryUnusable, match="no order that can be used"):
        sources.load(folder.write(tmp_path), last=YESTERDAY)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_account_of_every_row_can_be_written_to_a_file(
    embedded: Installation, tmp_path: Path, suffix: str
) -> None:
    report = play(embedded, dirty().write(tmp_path / "olist"))
    path = tmp_path / f"rows.{suffix}"
    number = export.write((played.ledger for played in report.played), path)
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file)) if suffix == "csv" else [*map(json.loads, file)]
    assert len(lines) == number
    named = {(line["file"], line["row"], line["code"]) for line in lines if line["code"]}
    assert named == EXPECTED
    assert sum(line["outcome"] == "used" for line in lines) > 10
    places = {(line["file"], int(line["line"])) for line in lines}
    assert len(places) == sum(file.rows for file in report.played[0].ledger.files())
