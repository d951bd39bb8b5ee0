"""What a person chooses to hear of a shop's reviews is theirs, and nobody else's."""

import pytest

from domain.notifications import DEFAULTS, Band, Delivery, Wishes
from services import notifications
from store import users
from tests.control.centre.conftest import Centre, Visitor


def path(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/notifications"


def chosen(centre: Centre, first_name: str) -> Wishes:
    with centre.installation.database.read() as session:
        user = next(each for each in users.listed(session) if each.first_name == first_name)
        (choice,) = notifications.chosen(session, user.public_id, [centre.annas])
    return choice.wishes


def test_a_choice_is_kept_for_this_person_alone(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    page = ben.page(path(centre))
    assert len(page.xpath("//input[@name='bands'][@checked]")) == 3
    sent = {"bands": ["LOW", "MIDDLE"], "delivery": "DAILY", "everywhere": "1"}
    assert ben.post(path(centre), sent).status_code == 303
    assert chosen(centre, "Ben") == Wishes(frozenset({Band.LOW, Band.MIDDLE}), Delivery.DAILY)
    assert chosen(centre, "Anna") == DEFAULTS
    ticked = ben.page(path(centre)).xpath("//input[@name='bands'][@checked]/@value")
    assert ticked == ["LOW", "MIDDLE"]
    assert len(anna.page(path(centre)).xpath("//input[@name='bands'][@checked]")) == 3


def test_no_tick_at_all_is_a_choice(centre: Centre, ben: Visitor) -> None:
    assert ben.post(path(centre), {"delivery": "EACH"}).status_code == 303
    assert chosen(centre, "Ben") == Wishes(frozenset(), Delivery.EACH)


@pytest.mark.parametrize(
    "sent",
    [
        {"bands": ["HIGH", "ALL"], "delivery": "EACH"},
        {"bands": ["HIGH"], "delivery": "HOURLY"},
        {"bands": ["HIGH"]},
    ],
)
def test_what_cannot_be_chosen_changes_nothing(
    centre: Centre, ben: Visitor, sent: dict[str, str | list[str]]
) -> None:
    before = chosen(centre, "Ben")
    assert ben.post(path(centre), sent).status_code == 400
    assert chosen(centre, "Ben") == before


def test_another_shops_reviews_are_not_told_of(centre: Centre, ben: Visitor) -> None:
    foreign = f"/control/shops/{centre.cleos}/notifications"
    assert ben.get(foreign).status_code == 404
    assert ben.post(foreign, {"delivery": "EACH"}).status_code == 404
