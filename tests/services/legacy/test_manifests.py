"""Widgets are added once, keep the ids of the pages they stand in, and answer with a manifest."""

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.errors import ShopNotFound, WidgetInvalid, WidgetNotFound
from domain.shops import NewShop
from domain.widgets import ApplicationType, NewWidget
from schemas.legacy.questions import LegacyKind
from services import shops, widgets
from services.installation import Installation
from store.database import Database
from store.decisions import AuditEntry
from tests.services import steps
from tests.services.legacy.feed_questions import channel_of, feed
from tests.services.steps import NOON

ID = "wdg-0192f0c1-0000-7000-8000-000000000001"
STARS = NewWidget(ApplicationType.PRODUCT_STAR, config={"hideWhenEmpty": True, "height": 170})


def add(database: Database, shop_key: str, new: NewWidget = STARS) -> str:
    with database.write() as work:
        return widgets.add(work, shop_key, new, actor=OPERATOR, now=NOON)


def german_shop(database: Database) -> str:
    with database.write() as work:
        account = shops.open_account(work, "Anna", now=NOON)
        new = NewShop("Anna's shop", "https://shop.example", "DE", "de", "EUR")
        return shops.register(work, account, new, actor=OPERATOR, now=NOON)


def test_a_manifest_says_what_its_widget_is(installation: Installation) -> None:
    database = installation.database
    shop_key = german_shop(database)
    widget_id = add(database, shop_key)
    found = feed(installation, LegacyKind.MANIFEST, widget_id)
    assert found == {
        "id": widget_id,
        "reference": {"type": "channel", "id": channel_of(database, shop_key)},
        "shopKey": shop_key,
        "applicationType": "product_star",
        "locale": "de-DE",
        "config": {"hideWhenEmpty": True, "height": 170},
    }
    assert list(found) == ["id", "reference", "shopKey", "applicationType", "locale", "config"]


def test_a_badge_that_pages_name_by_an_integration_has_one_too(installation: Installation) -> None:
    database = installation.database
    card = NewWidget(ApplicationType.BADGE, config={"variant": "card"})
    added = add(database, german_shop(database), card)
    assert added.startswith("int-")
    found = feed(installation, LegacyKind.MANIFEST, added)
    assert (found["applicationType"], found["config"]) == ("trust_badge", {"variant": "card"})


def test_in_the_market_of_all_europe_a_locale_is_a_language(installation: Installation) -> None:
    widget_id = add(installation.database, steps.open_shop(installation.database))
    assert feed(installation, LegacyKind.MANIFEST, widget_id)["locale"] == "en"


def test_a_widget_keeps_the_id_that_pages_name(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    kept = NewWidget(ApplicationType.CHECKOUT, language="fr", id=ID)
    assert add(database, shop_key, kept) == ID
    found = feed(installation, LegacyKind.MANIFEST, ID)
    assert (found["locale"], found["config"]) == ("fr", {})


def test_an_id_is_given_once_and_the_first_widget_stays(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    add(database, shop_key, NewWidget(ApplicationType.CHECKOUT, id=ID))
    other = steps.open_shop(database, domain="other.example")
    with pytest.raises(WidgetInvalid) as refusal:
        add(database, other, NewWidget(ApplicationType.TESTIMONIAL, id=ID))
    assert refusal.value.field == "id"
    assert feed(installation, LegacyKind.MANIFEST, ID)["applicationType"] == "checkout_service"


def test_an_unknown_widget_has_no_manifest(installation: Installation) -> None:
    with pytest.raises(WidgetNotFound):
        feed(installation, LegacyKind.MANIFEST, ID)


def test_a_widget_needs_a_shop_that_is_there(database: Database) -> None:
    with pytest.raises(ShopNotFound):
        add(database, "X" + "0" * 32)


def test_widgets_are_listed_in_the_order_they_came(database: Database) -> None:
    first, second = steps.open_shop(database), steps.open_shop(database, domain="other.example")
    ids = [add(database, key) for key in (first, second, first)]
    with database.read() as session:
        assert [record.widget_id for record in widgets.listed(session)] == ids
        of_first = widgets.listed(session, first.lower())
    assert [record.widget_id for record in of_first] == [ids[0], ids[2]]
    assert (of_first[0].config, of_first[0].created_at) == (STARS.config, NOON)


def test_adding_a_widget_is_logged(database: Database) -> None:
    widget_id = add(database, steps.open_shop(database))
    with database.read() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "widget.added")).all()
    assert [entry.object for entry in entries] == [widget_id]
