"""Exports hold everything of a shop and nothing of others, a batch at a time, without formulas."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from lxml import etree
from sqlalchemy import event
from sqlmodel import select

from domain import policies
from domain.errors import AccountNotFound, ShopNotFound
from domain.exports import ExportFormat, ExportTooLarge
from domain.replies import NewTemplate
from domain.reviews import Submission
from services import exports, hearings, replies, reply_templates, reviews
from services.installation import Installation
from services.rulings import Step
from store.accounts import Account
from store.decisions import AuditEntry
from tests.services import reported, steps
from tests.services.reported import WHY
from tests.services.steps import ANNA, NOON, marks

FORMULA = "=SUM(A1:A9)*2"
NUMBER = 12


@pytest.fixture
def shop_key(installation: Installation) -> str:
    """A shop whose reviews and replies look like formulas, beside another shop."""
    database = installation.database
    steps.review(database, steps.open_shop(database, domain="cleo.example"), marks(service=1))
    shop_key = steps.open_shop(database)
    for number in range(NUMBER):
        at = NOON - timedelta(days=number)
        written = steps.review(database, shop_key, marks(service=3), at=at, comment=FORMULA)
        with database.write() as work:
            replies.write(work, shop_key, written.review_id, "@SUM(1)", actor=ANNA, now=NOON)
    with database.write() as work:
        reviews.edit(work, written.token, Submission(marks(goods=4), title="-1+1"), now=NOON)
        template = NewTemplate("Thanks", "en", "Thank you!")
        reply_templates.add(work, shop_key, template, actor=ANNA, now=NOON)
    return shop_key


def _taken(installation: Installation, shop_key: str, form: ExportFormat) -> ZipFile:
    pieces = exports.of_shop(installation, shop_key, form, actor=ANNA, now=NOON)
    return ZipFile(io.BytesIO(b"".join(pieces)))


def _csv(archive: ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_export_has_all_of_the_shop_and_nothing_of_another(
    installation: Installation, shop_key: str
) -> None:
    archive = _taken(installation, shop_key, ExportFormat.CSV)
    assert archive.testzip() is None
    for name, count in (("shops", 1), ("orders", NUMBER), ("reviews", NUMBER), ("products", 0)):
        rows = _csv(archive, name)
        assert [row["shop"] for row in rows] == [shop_key] * count
    assert {row["email"] for row in _csv(archive, "orders")} == {"dario@example.org"}
    assert [row["name"] for row in _csv(archive, "reply_templates")] == ["Thanks"]


def test_cases_are_told_and_nobody_who_has_reported_anything(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    made = reported.reported(database, domain="cases.example")
    reported.heard_out(database, made)
    with database.write() as work:
        token = made.filed.token
        hearings.answer(work, reported.NOWHERE, token, "I am Eve, and I saw it.", now=NOON)
    reported.step(database, made.case_id, Step.REMOVE)
    archive = _taken(installation, made.shop_key, ExportFormat.CSV)
    [case] = _csv(archive, "cases")
    assert (case["id"], case["review"]) == (made.case_id, made.written.review_id)
    assert (case["outcome"], case["explanation"]) == ("REMOVED", WHY.explanation)
    [report] = _csv(archive, "case_reports")
    assert (report["case"], report["by"], report["reason"]) == (
        made.case_id,
        "READER",
        "FALSE_FACTS",
    )
    assert [line["by"] for line in _csv(archive, "case_messages")] == ["AUTHOR", "SHOP"]
    text = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"eve@", b"Eve", b"usr-mona"):
        assert secret not in text
    assert _csv(_taken(installation, shop_key, ExportFormat.CSV), "cases") == []


def test_addresses_are_told_for_as_long_as_the_access_lasts(installation: Installation) -> None:
    """Twelve months from the order, or from a review of it (systems.md §0.10)."""
    database = installation.database
    shop_key = steps.open_shop(database)
    old, lately = NOON - timedelta(days=370), NOON - timedelta(days=200)
    steps.review(database, shop_key, marks(service=5), at=old)
    steps.order(database, shop_key, at=lately)
    late = steps.order(database, shop_key, at=old)
    token = steps.invite(database, shop_key, late, at=old)
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(service=5)), now=lately)
    for form in (ExportFormat.CSV, ExportFormat.JSONL):
        archive = _taken(installation, shop_key, form)
        if form is ExportFormat.CSV:
            told = [row["email"] for row in _csv(archive, "orders")]
            assert told == ["", "dario@example.org", "dario@example.org"]
            continue
        lines = [orjson.loads(line) for line in archive.read("orders.jsonl").splitlines()]
        assert [line["email"] is None for line in lines] == [True, False, False]


def test_no_cell_of_a_table_is_a_formula(installation: Installation, shop_key: str) -> None:
    archive = _taken(installation, shop_key, ExportFormat.CSV)
    rows = [row for name in archive.namelist() for row in _csv(archive, name.removesuffix(".csv"))]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@\t\r"))]
    assert {row["comment"] for row in _csv(archive, "reviews")} == {f"'{FORMULA}", ""}


def test_in_a_workbook_texts_are_texts_and_numbers_are_numbers(
    installation: Installation, shop_key: str
) -> None:
    archive = _taken(installation, shop_key, ExportFormat.XLSX)
    sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 10
    cells = [
        cell for name in sheets for cell in etree.fromstring(archive.read(name)).iterfind(".//{*}c")
    ]
    assert not [cell for cell in cells if cell.find("{*}f") is not None]
    texts = ["".join(cell.itertext()) for cell in cells if cell.get("t") == "inlineStr"]
    assert texts.count(FORMULA) == NUMBER - 1
    assert [cell for cell in cells if cell.get("t") is None and cell.findtext("{*}v") == "3"]


def test_json_lines_say_what_was_written_as_it_was(
    installation: Installation, shop_key: str
) -> None:
    archive = _taken(installation, shop_key, ExportFormat.JSONL)
    lines = archive.read("reviews.jsonl").splitlines()
    found: list[dict[str, Any]] = [orjson.loads(line) for line in lines]
    assert [each["comment"] for each in found] == [FORMULA] * (NUMBER - 1) + [""]
    assert found[-1]["title"] == "-1+1"
    assert found[0]["submittedAt"] == NOON.isoformat()


def test_an_account_is_its_shops(installation: Installation, shop_key: str) -> None:
    with installation.database.read() as session:
        accounts = session.exec(select(Account)).all()
        ids = {account.name: account.public_id for account in accounts}
    form = ExportFormat.CSV
    pieces = exports.of_account(installation, ids["shop.example"], form, actor=ANNA, now=NOON)
    archive = ZipFile(io.BytesIO(b"".join(pieces)))
    assert [row["shop"] for row in _csv(archive, "shops")] == [shop_key]
    with pytest.raises(AccountNotFound):
        exports.of_account(installation, "acc-unknown", form, actor=ANNA, now=NOON)
    with pytest.raises(ShopNotFound):
        exports.of_shop(installation, "X" + "0" * 32, form, actor=ANNA, now=NOON)


def test_each_export_is_logged(installation: Installation, shop_key: str) -> None:
    _taken(installation, shop_key, ExportFormat.JSONL)
    with installation.database.read() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "data.exported")).all()
    assert [(entry.actor, entry.after) for entry in entries] == [("anna", '{"format":"jsonl"}')]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> int:
    """Five rows leave the database at a time, and a workbook holds ten."""
    small = replace(policies.INBOX, export_batch=5, workbook_rows=10)
    monkeypatch.setattr(exports, "INBOX", small)
    return small.export_batch


def test_so_many_rows_leave_the_database_at_a_time_and_no_more(
    installation: Installation, shop_key: str, small_batches: int
) -> None:
    pieces = exports.of_shop(installation, shop_key, ExportFormat.CSV, actor=ANNA, now=NOON)
    with _counted(installation) as reads:
        read, body = [], b""
        for piece in pieces:
            read.append(len(reads))
            body += piece
    # Each piece waits for one more batch at most, and the last pieces come after the last batch.
    assert len(reads) >= 3 * -(-NUMBER // small_batches)
    assert read[0] <= 2
    assert len(_csv(ZipFile(io.BytesIO(body)), "reviews")) == NUMBER


def test_what_no_workbook_holds_is_refused_before_anything_is_sent(
    installation: Installation, shop_key: str, small_batches: int
) -> None:
    del small_batches
    with pytest.raises(ExportTooLarge):
        exports.of_shop(installation, shop_key, ExportFormat.XLSX, actor=ANNA, now=NOON)


@contextmanager
def _counted(installation: Installation) -> Iterator[list[str]]:
    """The statements with a limit that are run meanwhile."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "LIMIT" in statement:
            seen.append(statement)

    event.listen(installation.database.engine, "before_cursor_execute", see)
    yield seen
    event.remove(installation.database.engine, "before_cursor_execute", see)
