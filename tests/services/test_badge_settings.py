"""A shop's choices for its badge are stored, logged and public at once."""

from dataclasses import replace

import pytest

from domain.badges import BadgeSettings, Colours, Position, Transmit, Variant
from domain.errors import LegalBasisMissing, ShopNotFound, WidgetInvalid
from domain.orders import LegalBasis, LegalBasisKind
from services import badges
from store.database import Database
from tests.services import steps
from tests.services.steps import ANNA, NOON

CHOSEN = BadgeSettings(
    variant=Variant.MARK,
    position=Position.LEFT,
    offset=84,
    colours=Colours(accent="#123456"),
    hosts=("pay.example",),
    transmit=Transmit.ORDER_PAGE,
    legal_basis=LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "terms-3", NOON),
)


def configure(database: Database, shop_key: str, settings: BadgeSettings) -> None:
    with database.write() as work:
        badges.configure(work, shop_key, settings, actor=ANNA, now=NOON)


def read(database: Database, shop_key: str) -> BadgeSettings:
    with database.read() as session:
        return badges.read(session, shop_key)


def test_what_was_chosen_is_read_again(database: Database) -> None:
    shop_key = steps.open_shop(database)
    assert read(database, shop_key) == BadgeSettings()
    configure(database, shop_key, CHOSEN)
    assert read(database, shop_key) == CHOSEN
    configure(database, shop_key, BadgeSettings())
    assert read(database, shop_key) == BadgeSettings()


def test_a_change_raises_the_generation_and_a_repetition_does_not(database: Database) -> None:
    shop_key = steps.open_shop(database)
    before = steps.generation(database, shop_key)
    configure(database, shop_key, CHOSEN)
    configure(database, shop_key, CHOSEN)
    assert steps.generation(database, shop_key) == before + 1


def test_what_breaks_a_rule_changes_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    configure(database, shop_key, CHOSEN)
    with pytest.raises(WidgetInvalid):
        configure(database, shop_key, replace(CHOSEN, offset=1000))
    with pytest.raises(LegalBasisMissing):
        configure(database, shop_key, replace(CHOSEN, legal_basis=None))
    assert read(database, shop_key) == CHOSEN


def test_an_unknown_shop_has_no_badge(database: Database) -> None:
    with pytest.raises(ShopNotFound):
        read(database, "X" + "0" * 32)
