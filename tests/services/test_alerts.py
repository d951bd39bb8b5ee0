"""Alerts tell of all shops of a person, and ask the database the same few times for any number."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from domain.criteria import Criterion
from domain.logins import SecondFactor
from domain.notifications import Band, Delivery, Wishes
from domain.rights import Grants, Right
from services import alerts, notifications
from services.alerts import Alert
from services.installation import Installation
from services.sessions import Person
from tests.services import people, steps
from tests.services.steps import ANNA, NOON, marks


def reader(user_id: str, shop_keys: list[str]) -> Person:
    """Somebody who answers the reviews of these shops."""
    granted = Grants(dict.fromkeys(shop_keys, frozenset({Right.REVIEWS})))
    return Person(
        user_id=user_id,
        name="Vera",
        email="vera@people.example",
        language="en",
        grants=granted,
        session_id="",
        csrf="",
        second_factor=SecondFactor.DONE,
        proved_at=None,
        impersonated_by=None,
        account_ids=(),
    )


def told(installation: Installation, person: Person) -> tuple[list[Alert], int]:
    """What a person is told of the last hour, and how often the database was asked."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = installation.database.engine
    event.listen(engine, "before_cursor_execute", see)
    found = alerts.since(installation, person, NOON - timedelta(hours=1), now=NOON)
    event.remove(engine, "before_cursor_execute", see)
    return list(found), len([text for text in seen if "SELECT" in text])


def test_each_shop_is_told_with_its_new_reviews_in_the_chosen_bands(
    installation: Installation,
) -> None:
    database = installation.database
    keys = [steps.open_shop(database, domain=f"{name}.example") for name in "abcd"]
    lately, before = NOON - timedelta(minutes=5), NOON - timedelta(hours=2)
    for key, stars, sku, at in (
        (keys[0], 1, None, lately),
        (keys[0], 5, None, lately),
        (keys[0], 5, "42", lately),
        (keys[0], 5, None, before),
        (keys[1], 5, None, lately),
        (keys[2], 5, None, before),
        (keys[3], 5, None, lately),
    ):
        given = {Criterion.TOTAL: stars} if sku else marks(service=stars)
        steps.review(database, key, given, at=at, sku=sku)
    user_id = people.hire(installation, keys[1], "vera", Right.REVIEWS)
    person = reader(user_id, keys[:3])
    with database.write() as work:
        low = Wishes(frozenset({Band.LOW}), Delivery.EACH)
        notifications.choose(work, user_id, keys[1], low, actor=ANNA, now=NOON)
    found, _ = told(installation, person)
    assert [(alert.shop_key, alert.count) for alert in found] == [(keys[0], 3)]
    assert found[0].shop_name


def test_the_database_is_asked_as_often_for_one_shop_as_for_many(
    installation: Installation,
) -> None:
    database = installation.database
    keys = [steps.open_shop(database, domain=f"shop{number}.example") for number in range(40)]
    for key in keys[35:]:
        steps.review(database, key, marks(service=5), at=NOON - timedelta(minutes=5))
    user_id = people.hire(installation, keys[0], "vera", Right.REVIEWS)
    nothing, few = told(installation, reader(user_id, keys[:1]))
    found, many = told(installation, reader(user_id, keys))
    assert nothing == []
    assert {alert.shop_key for alert in found} == set(keys[35:])
    assert few == many <= 5
