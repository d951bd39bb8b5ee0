"""Indicators as a shop's people and auditors meet them: zones in words, charts, test orders."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from control.centre import indicators as screens
from domain.frames import Zone
from services import indicators
from services.indicators import Point
from store import indicators as rows
from store import shops
from store.indicators import Snapshot
from tests.control.centre.conftest import Centre, Visitor, words

SHOP = "/control/shops/{}/indicators"
STAFF = "/control/operator/indicators"
DAY = timedelta(days=1)


@pytest.fixture
def otto(centre: Centre) -> Visitor:
    """Otto, who audits."""
    return centre.signed_in("otto")


def remember(centre: Centre, shop_key: str, *days: tuple[int, int, Zone]) -> None:
    """Values of the grade that many days ago."""
    today = datetime.now(UTC).date()
    with centre.installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        found = [
            Snapshot(shop.id, "GRADE", today - DAY * ago, value, 12, zone)
            for ago, value, zone in days
        ]
        rows.put(work.session, found)


def test_a_shop_sees_seven_indicators_with_their_zones_in_words(
    centre: Centre, anna: Visitor
) -> None:
    page = anna.page(SHOP.format(centre.annas))
    said = [words(each) for each in page.cssselect(".cards article")]
    assert len(said) == 7
    assert said[0].startswith("Note, 12 Monate")
    assert "nichts zu tun" in said[0]
    assert "nicht gemessen" in said[1]
    assert "mindestens 20 nötig" in said[1]
    assert len(page.cssselect(".cards .tag svg[aria-hidden]")) == 7


def test_the_chart_and_the_table_show_the_same_days(centre: Centre, anna: Visitor) -> None:
    remember(centre, centre.annas, (0, 4_100_000, Zone.GREEN), (2, 3_200_000, Zone.YELLOW))
    page = anna.page(SHOP.format(centre.annas))
    (article,) = page.cssselect("article:has(#grade)")
    cells = [[words(cell) for cell in row.cssselect("td")] for row in article.cssselect("tbody tr")]
    assert cells == [["4,10", "grün: nichts zu tun"], ["3,20", "gelb: beobachten"]]
    line = str(article.cssselect("path.mean")[0].get("d"))
    assert line.count("M") == 2
    assert [each.get("class") for each in article.cssselect("rect")] == [
        "zone-band green",
        "zone-band yellow",
        "zone-band red",
    ]
    assert "≥ 3,50" in words(article)
    assert "< 3,00" in words(article)


@pytest.mark.parametrize(("asked", "shown"), [("30", 30), ("90", 90), ("365", 365), ("1e9", 30)])
def test_the_period_is_one_of_three(centre: Centre, anna: Visitor, asked: str, shown: int) -> None:
    page = anna.page(f"{SHOP.format(centre.annas)}?days={asked}")
    (current,) = page.cssselect(".tabs [aria-current]")
    assert current.get("href") == f"?days={shown}#history"


def test_a_year_is_shown_by_weeks_that_end_today() -> None:
    today = date(2026, 11, 22)
    there = [Point(today - DAY * back, back, Zone.GREEN) for back in range(365)]
    by_week = screens.steps(there, today, 365)
    assert by_week[-1] == (today, there[0])
    assert {(b[0] - a[0]).days for a, b in pairwise(by_week)} == {7}
    assert len(screens.steps(there, today, 90)) == 90


def test_nobody_sees_the_indicators_of_another_shop(centre: Centre, anna: Visitor) -> None:
    assert anna.get(SHOP.format(centre.cleos)).status_code == 404
    assert anna.get(f"{STAFF}/{centre.annas}").status_code == 404


def test_an_auditor_finds_what_was_red_and_any_shop_by_a_word(
    centre: Centre, otto: Visitor
) -> None:
    remember(centre, centre.cleos, (0, 2_500_000, Zone.RED))
    page = otto.page(STAFF)
    (row,) = page.cssselect("tbody tr")
    assert "Grade, 12 months" in words(row)
    assert row.cssselect("a")[0].get("href") == f"{STAFF}/{centre.cleos}"
    assert centre.annas in otto.get(f"{STAFF}?q={centre.annas}").text
    assert words(otto.page(f"{STAFF}?zone=GREEN")) == words(otto.page(STAFF))


def test_a_list_goes_on_where_it_ended(
    centre: Centre, otto: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indicators, "PAGE", 1)
    for shop_key in (centre.annas, centre.cleos):
        remember(centre, shop_key, (0, 2_500_000, Zone.RED))
    first = otto.page(STAFF)
    (more,) = first.cssselect(".paging a")
    second = otto.page(str(more.get("href")))
    found = [page.cssselect("tbody a")[0].get("href") for page in (first, second)]
    assert set(found) == {f"{STAFF}/{centre.annas}", f"{STAFF}/{centre.cleos}"}


def test_an_auditor_notes_a_test_order_and_sees_it_counted(centre: Centre, otto: Visitor) -> None:
    url = f"{STAFF}/{centre.annas}"
    day = datetime.now(UTC).date().isoformat()
    sent = {"ordered_on": day, "outcome": "failed", "note": "<b>Late</b> by a week."}
    assert otto.post(url, sent).headers["location"].startswith(url)
    said = words(otto.page(url))
    assert "<b>Late</b> by a week." in said
    assert "yellow: watch" in said


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ordered_on": "2999-01-01"}, "ordered_on"),
        ({"outcome": ""}, "outcome"),
        ({"note": ""}, "note"),
    ],
)
def test_a_refused_test_order_keeps_what_was_typed(
    centre: Centre, otto: Visitor, changed: dict[str, str], field: str
) -> None:
    day = datetime.now(UTC).date().isoformat()
    sent = {"ordered_on": day, "outcome": "passed", "note": "As it should be."} | changed
    response = otto.post(f"{STAFF}/{centre.annas}", sent)
    assert response.status_code == 422
    assert f'id="e-{field}"' in response.text


def test_nobody_who_only_works_for_a_shop_notes_test_orders(centre: Centre, anna: Visitor) -> None:
    sent = {"ordered_on": "2026-01-01", "outcome": "passed", "note": "Fine."}
    assert anna.post(f"{STAFF}/{centre.annas}", sent).status_code == 404
    assert anna.post(SHOP.format(centre.annas), sent).status_code in (404, 405)
