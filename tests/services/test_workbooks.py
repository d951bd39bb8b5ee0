"""The first sheet of a workbook is read as it is: numbers, days, formulas, merged cells, gaps."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import TrustwrightError
from domain.uploads import Outcome, UploadUnreadable
from services import upload_files, uploads
from store.keys import Keyring
from tests.services.workbook_files import HEADER, NOON, book, cells, outcomes, packed, row


def test_a_workbook_keeps_numbers_dates_and_texts() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_string(1, 0, "a@example.org")
        sheet.write_number(1, 1, 100_000_001)
        sheet.write_datetime(1, 2, datetime(2026, 11, 1), day)  # noqa: DTZ001 - as workbooks have it
        sheet.write_rich_string(2, 0, "b@", workbook.add_format({"bold": True}), "example.org")
        sheet.write_number(2, 1, 4711.5)
        sheet.write_boolean(2, 2, True)

    table = upload_files.read(book(fill))
    assert cells(table)[1:] == [
        ("a@example.org", "100000001", "46327"),
        ("b@example.org", "4711.5", "1"),
    ]
    assert outcomes(table) == [Outcome.READY, Outcome.DATE_INVALID]


def test_days_counted_from_1904_are_the_same_days() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ("a@example.org", "A-1"))
        moment = datetime(2026, 11, 1)  # noqa: DTZ001 - as workbooks have it
        sheet.write_datetime(1, 2, moment, workbook.add_format({"num_format": "d.m.yy"}))

    body = book(fill, date_1904=True)
    file = uploads.read(Keyring("k" * 32), "a.xlsx", body, now=NOON)
    assert file.lines[0].ordered_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_formulas_and_what_they_could_not_calculate_refuse_their_line() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula(1, 0, '="a@"&"example.org"', None, "a@example.org")
        sheet.write_string(1, 1, "A-1")
        sheet.write_row(2, 0, ("b@example.org", "A-2"))
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.write_row(3, 0, ("c@example.org", "A-3"))

    assert outcomes(upload_files.read(book(fill))) == [
        Outcome.FORMULA,
        Outcome.FORMULA,
        Outcome.READY,
    ]


def test_merged_cells_refuse_all_of_their_lines() -> None:
    def fill(_: Any, sheet: Any) -> None:
        for number in range(1, 6):
            sheet.write_row(number, 0, (f"a{number}@example.org", f"A-{number}"))
        sheet.merge_range(2, 0, 3, 0, "x@example.org")

    assert outcomes(upload_files.read(book(fill))) == [
        Outcome.READY,
        Outcome.MERGED,
        Outcome.MERGED,
        Outcome.READY,
        Outcome.READY,
    ]


def test_empty_lines_count_between_others_and_not_after_the_last() -> None:
    rows = row(1, *HEADER) + '<row r="2"/>' + row(4, "a@example.org", "A-1")
    rows += "".join(f'<row r="{number}"><c r="A{number}" s="3"/></row>' for number in range(5, 90))
    table = upload_files.read(packed(rows))
    assert [each.number for each in table.rows] == [1, 3, 4]
    assert outcomes(table) == [Outcome.EMPTY, Outcome.READY]


def test_a_text_that_is_longer_than_a_cell_is_cut_and_how_it_is_spoken_left_out() -> None:
    long = "x" * 50_000
    shared = f"<sst><si><t>{long}</t></si><si><t>A-1</t><rPh><t>eh</t></rPh></si></sst>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
    rows += (
        f'<c r="C1" t="inlineStr"><is><t>{long}</t></is></c><c r="D1"><v>1.{"1" * 50_000}</v></c>'
    )
    table = upload_files.read(packed(f"{rows}</row>", xl__sharedStrings_xml=shared))
    assert [len(cell) for cell in table.rows[0].cells] == [4_000, 3, 4_000, 4_000]


def test_names_of_elements_may_have_a_prefix() -> None:
    sheet = (
        '<x:worksheet xmlns:x="a"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1.5E3</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert cells(upload_files.read(packed(xl__worksheets__sheet1_xml=sheet))) == [("1500",)]


@pytest.mark.parametrize(
    "rows",
    [
        row(5, "a") + row(4, "b"),
        row(1, *HEADER) + row(1_048_577, "a@example.org", "A-1"),
        row(1, *HEADER) + row(3_000_000_000, "a@example.org", "A-1"),
        row(0, *HEADER),
        row(-3, *HEADER),
        row(1, *HEADER) + '<row r="3"/>' * 5 + row(4, "a@example.org", "A-1"),
        row(1, *HEADER) + '<row r="9"/><row r="8"/>' + row(20, "a@example.org", "A-1"),
    ],
)
def test_lines_have_numbers_that_rise_and_that_a_workbook_can_have(rows: str) -> None:
    with pytest.raises(UploadUnreadable):
        upload_files.read(packed(rows))


def test_a_damaged_workbook_whatever_is_wrong_with_it_ends_in_no_other_error() -> None:
    whole = packed(row(1, *HEADER) + row(2, "a@example.org", "A-1", "46327"), method=0)
    chance, keys = random.Random(7), Keyring("k" * 32)
    for _ in range(500):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            uploads.read(keys, "a.xlsx", bytes(body), now=NOON)
        except TrustwrightError:
            continue
