"""What the operator does with bookings: accept, suspend with a reason, let them run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.centre.conftest import Centre, Visitor, read, served, words

LIST = "/control/operator/bookings"


@pytest.fixture
def centre(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Centre]:
    with served(seeded_sqlite, tmp_path, PRICES="demo") as running:
        yield running


@pytest.fixture
def olga(centre: Centre) -> Visitor:
    """The operator's administrator."""
    return centre.signed_in("Olga")


def ordered(olga: Visitor) -> str:
    """The one booking that waits."""
    (found,) = olga.page(f"{LIST}?state=ORDERED").xpath("//tbody//th/a/@href")
    return str(found)


def test_an_order_is_accepted_suspended_and_runs_again(centre: Centre, olga: Visitor) -> None:
    one = ordered(olga)
    assert "Bücher & Töne" in words(olga.page(one))
    assert olga.post(f"{one}/suspend", {"reason": "Too early for this."}).status_code == 409
    assert olga.post(f"{one}/accept").status_code == 303
    assert olga.post(f"{one}/accept").status_code == 409
    packs = f"/control/shops/{centre.annas}/packs"
    assert words(centre.signed_in("Anna").page(packs)).count("Gebucht") >= 3
    page = read(olga.post(f"{one}/suspend", {"reason": "Unpaid"}), status=422)
    assert page.xpath("//textarea[@name='reason']/@aria-invalid") == ["true"]
    assert olga.post(f"{one}/suspend", {"reason": "Unpaid since May."}).status_code == 303
    assert "Unpaid since May." in words(olga.page(one))
    assert "Ausgesetzt" in words(centre.signed_in("Anna").page(packs))
    assert olga.post(f"{one}/resume").status_code == 303
    assert olga.post(f"{one}/resume").status_code == 409
    assert "Running" in words(olga.page(one))


def test_the_list_is_chosen_by_state_and_strange_choices_show_all(olga: Visitor) -> None:
    everything = olga.page(LIST).xpath("//tbody/tr")
    assert len(everything) > len(olga.page(f"{LIST}?state=ACTIVE").xpath("//tbody/tr")) > 0
    for query in ("?state=NONSENSE", "?before=x", "?before=99999999999999999"):
        assert len(olga.page(f"{LIST}{query}").xpath("//tbody/tr")) == len(everything)
    assert olga.page(f"{LIST}?before=0").xpath("//tbody/tr") == []


def test_an_unknown_booking_is_not_found(olga: Visitor) -> None:
    assert olga.get(f"{LIST}/bkg-0").status_code == 404
    for step in ("accept", "suspend", "resume"):
        values = {"reason": "A reason that is long enough."}
        assert olga.post(f"{LIST}/bkg-0/{step}", values).status_code == 404
