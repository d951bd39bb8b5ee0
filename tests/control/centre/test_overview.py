"""The first page of a shop and its analysis say what was counted, in words and as a table."""

import csv
from io import StringIO

import pytest

from services import dashboards
from tests.control.centre.conftest import Centre, Visitor, words


def root(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}"


def test_the_first_page_shows_the_published_grade_with_count_and_period(
    centre: Centre, anna: Visitor
) -> None:
    page = anna.page(root(centre))
    (head,) = dashboards.heads(centre.installation, [centre.annas])
    said = words(page.get_element_by_id("content"))
    assert f"{head.grade.rating}".replace(".", ",") in said
    assert f"{head.grade.count} Bewertungen, letzte 12 Monate" in said


@pytest.mark.parametrize("days", ["30", "90", "365", "", "31", "-1", "9" * 30, "<script>"])
def test_any_period_has_its_charts_and_the_same_numbers_as_a_table(
    centre: Centre, anna: Visitor, days: str
) -> None:
    page = anna.page(f"{root(centre)}?days={days}")
    bars, means = page.xpath("//figure[@class='chart']")
    count = len(bars.xpath(".//*[local-name()='rect']"))
    rows = page.xpath("//article[@id='series']//tbody/tr")
    assert count == len(rows) == {"90": 91, "365": 53}.get(days, 31)
    assert means.xpath(".//*[local-name()='path'][@class='mean']")
    for drawing in page.xpath("//*[local-name()='svg'][@role='img']"):
        assert drawing.get("aria-label")
    assert "nan" not in "".join(page.xpath("//*[local-name()='svg']//@*")).lower()


def test_what_waits_leads_to_where_it_is_done(centre: Centre, anna: Visitor) -> None:
    page = anna.page(root(centre))
    (reviews,) = page.xpath("//a[contains(@href, 'answered=no')]")
    tasks = dashboards.dashboard(centre.installation, centre.annas, days=30).tasks
    assert words(reviews) == f"{tasks.unanswered} Bewertungen ohne Antwort"


def test_the_analysis_compares_four_periods(centre: Centre, anna: Visitor) -> None:
    page = anna.page(f"{root(centre)}/analysis")
    assert len(page.xpath("//table[@class='periods']/thead//th")) == 4
    for row in page.xpath("//table[@class='periods']/tbody/tr"):
        assert len(row.xpath("./td")) == 4


@pytest.mark.parametrize(("days", "lines"), [("7", 9), ("365", 367), ("none", 367)])
def test_the_table_for_spreadsheets_has_a_line_for_each_day(
    centre: Centre, anna: Visitor, days: str, lines: int
) -> None:
    response = anna.get(f"{root(centre)}/analysis/days.csv?days={days}")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == lines
    assert {len(row) for row in rows} == {14}
    assert rows[0][0] == "Tag"


def test_a_foreign_shop_shows_nothing_of_itself(centre: Centre, anna: Visitor) -> None:
    foreign = f"/control/shops/{centre.cleos}"
    unknown = f"/control/shops/X{32 * '0'}"
    for path in ("", "/analysis", "/analysis/days.csv", "/settings", "/widgets", "/feeds"):
        answers = [anna.get(f"{start}{path}") for start in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert centre.cleos not in answers[0].text
