"""New reviews that a person wants to hear of, for the app while it is open (systems.md §§8, 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain import notifications as rules
from domain import rights
from domain.rights import Action
from services import notifications
from services.installation import Installation
from services.sessions import Person
from store import new_reviews

_LONGEST: Final = timedelta(days=1)
_SHOPS: Final = 30


@dataclass(frozen=True, slots=True)
class Alert:
    """How many new reviews a shop has in the bands that the person chose."""

    shop_key: str
    shop_name: str
    count: int


def since(
    installation: Installation, person: Person, moment: datetime, *, now: datetime
) -> Sequence[Alert]:
    """The shops with new reviews after ``moment``, a day ago at most; up to 30 shops are told.

    However many shops the person reads for, the database is asked the same few times.
    """
    start = max(moment, now - _LONGEST)
    readable = [
        key
        for key in sorted(person.grants.shops)
        if rights.may(person.grants, Action.REVIEWS_READ, key)
    ]
    with installation.database.read() as session:
        wished = notifications.chosen(session, person.user_id, readable)
        keys = [choice.shop_key for choice in wished if choice.wishes.bands]
        found = new_reviews.numbers(session, keys, start, now)
    alerts = [
        Alert(
            choice.shop_key,
            choice.shop_name,
            sum(
                number
                for stars, number in found.get(choice.shop_key, {}).items()
                if rules.band_of(stars) in choice.wishes.bands
            ),
        )
        for choice in wished
    ]
    return [alert for alert in alerts if alert.count][:_SHOPS]
