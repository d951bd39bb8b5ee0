"""Files of reviews as other services give them out."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.errors import ImportRefused
from domain.imports import Assurance, Declaration, Origin, PastReview
from jobs.imports import bringing, legacy_pages, tables
from jobs.imports.bringing import FileUnusable, Report
from services.installation import Installation
from tests.services import steps
from tests.services.steps import NOON

DECLARATION = Declaration(Origin.PARTNER, "Former service", "Anna", frozenset(Assurance))
REVIEW: Mapping[str, Any] = {
    "confirmationDate": "2020-07-13T13:39:26+02:00",
    "comment": "Schnell und zuverlässig",
    "criteria": [{"mark": "5", "type": "DELIVERY"}, {"mark": "4", "type": "SERVICE"}],
    "mark": "4.50",
    "UID": "ddc6bdb70bed43e7b9daf88b6f3fccb8",
    "statements": [{"comment": "Thank you"}],
    "reviewer": {"profile": {"firstname": "Klaus", "lastname": "P."}},
}
PRODUCT: Mapping[str, Any] = {"sku": "1001", "name": "Kommode"}
OF_PRODUCT: Mapping[str, Any] = {
    "creationDate": "2016-03-08T10:11:17+01:00",
    "criteria": [{"mark": "5", "type": "Total"}],
    "mark": "5",
    "UID": "ebaa97eaf88004cf63f22c9dbcb338ce",
}


def page(**shop: Any) -> Any:
    return {"response": {"code": 200, "data": {"shop": shop}}}


def past(*pages: Any) -> list[PastReview]:
    return [
        legacy_pages.past_review(entry) for each in pages for entry in legacy_pages.entries(each)
    ]


def test_a_page_of_shop_reviews_is_read_whole() -> None:
    (review,) = past(page(reviews=[REVIEW]))
    assert review == PastReview(
        id="ddc6bdb70bed43e7b9daf88b6f3fccb8",
        original_rating="4.50/5",
        marks={Criterion.DELIVERY: 5, Criterion.SERVICE: 4},
        submitted_at=datetime(2020, 7, 13, 11, 39, 26, tzinfo=UTC),
        comment="Schnell und zuverlässig",
        author_name="Klaus P.",
        reply="Thank you",
    )


def test_product_reviews_are_read_from_both_of_their_shapes() -> None:
    listed = past(page(productReviews=[{**OF_PRODUCT, "product": PRODUCT}]))
    fed = past(page(products=[{**PRODUCT, "productReviews": [OF_PRODUCT]}]))
    assert listed == fed
    assert (fed[0].sku, fed[0].product_name, fed[0].marks) == (
        "1001",
        "Kommode",
        {Criterion.TOTAL: 5},
    )


@pytest.mark.parametrize("other", [[], {}, {"response": {"data": None}}, "text", None, 5])
def test_a_page_of_something_else_holds_no_reviews(other: Any) -> None:
    assert past(other) == []


@pytest.mark.parametrize(
    "change",
    [
        {"confirmationDate": "yesterday"},
        {"confirmationDate": "2020-07-13T13:39:26"},
        {"criteria": [{"mark": "6", "type": "SERVICE"}]},
        {"criteria": [{"mark": "5", "type": "CHARM"}]},
    ],
)
def test_fields_of_another_form_are_refused(change: Mapping[str, Any]) -> None:
    with pytest.raises(ImportRefused):
        past(page(reviews=[{**REVIEW, **change}]))


def test_a_row_needs_no_more_than_id_date_and_rating() -> None:
    row = {"id": "1", "submitted_at": "2025-01-02", "rating": "4,5"}
    assert tables.past_review(row) == PastReview(
        "1", "4,5/5", {Criterion.SERVICE: 5}, datetime(2025, 1, 2, tzinfo=UTC)
    )


def test_a_row_with_a_sku_is_about_that_product() -> None:
    row = {"id": "1", "submitted_at": "2025-01-02", "rating": "8", "scale": "10", "sku": "A-1"}
    assert tables.past_review(row).marks == {Criterion.TOTAL: 4}


def test_a_row_may_give_marks_by_criterion() -> None:
    row = {"id": "1", "submitted_at": "2025-01-02", "service": "5", "goods": "3", "delivery": ""}
    review = tables.past_review(row)
    assert review.marks == {Criterion.SERVICE: 5, Criterion.GOODS: 3}
    assert review.original_rating == "service 5, goods 3/5"


@pytest.mark.parametrize(
    "change",
    [
        {"rating": "good"},
        {"rating": "nan"},
        {"rating": "6"},
        {"scale": "inf"},
        {"submitted_at": "02.01.2025"},
    ],
)
def test_cells_that_cannot_be_read_are_refused(change: Mapping[str, str]) -> None:
    with pytest.raises(ImportRefused):
        tables.past_review({"id": "1", "submitted_at": "2025-01-02", "rating": "4"} | dict(change))


def bring(installation: Installation, key: str, *files: Path) -> Report:
    return bringing.bring(
        installation,
        key,
        DECLARATION,
        files,
        actor=OPERATOR,
        now=NOON,
        progress=lambda _done, _total: None,
    )


def table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_files_come_along_once_and_every_refusal_is_named(
    installation: Installation, tmp_path: Path
) -> None:
    key = steps.open_shop(installation.database)
    rows = [["id", "submitted_at", "rating"], *([str(n), "2026-01-02", "4"] for n in range(450))]
    rows += [["x", "soon", "4"], ["short"]]
    files = table(tmp_path / "reviews.csv", rows), tmp_path / "page.json"
    files[1].write_text(json.dumps(page(reviews=[REVIEW, {**REVIEW, "UID": ""}])))
    report = bring(installation, key, *files)
    assert (report.added, report.known) == (451, 0)
    assert [refusal.code for refusal in report.refused] == [
        "IMPORT_REFUSED",
        "UNREADABLE",
        "IMPORT_REFUSED",
    ]
    again = bring(installation, key, *files)
    assert (again.added, again.known, len(again.refused)) == (0, 451, 3)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,rating\n1,5\n"),
        ("a.csv", b"id,submitted_at,ratng\n1,2025-01-02,5\n"),
        ("a.csv", b"\xff\xfe"),
        ("a.csv", b'id,submitted_at\n"1,'),
        ("a.json", b"{"),
        ("a.json", b"\xff"),
    ],
)
def test_a_file_that_cannot_be_read_stops_before_anything_is_stored(
    installation: Installation, tmp_path: Path, name: str, content: bytes
) -> None:
    key = steps.open_shop(installation.database)
    good = table(
        tmp_path / "good.csv", [["id", "submitted_at", "rating"], ["1", "2026-01-02", "4"]]
    )
    broken = tmp_path / name
    broken.write_bytes(content)
    with pytest.raises(FileUnusable, match=name):
        bring(installation, key, good, broken)
    assert bring(installation, key, good).added == 1
