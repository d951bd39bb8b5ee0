"""What a widget may be, and what is refused with the field that is wrong."""

from dataclasses import replace

import pytest

from domain import widgets
from domain.errors import WidgetInvalid
from domain.markets import MARKETS
from domain.widgets import ApplicationType, NewWidget

ID = "wdg-0192f0c1-0000-7000-8000-000000000001"
STARS = ApplicationType.PRODUCT_STAR
BADGE = ApplicationType.BADGE
INTEGRATION = ID.replace("wdg", "int")


def test_a_widget_speaks_the_language_of_its_shop_unless_it_says_another() -> None:
    assert widgets.checked(NewWidget(STARS), market="CH", language="it").language == "it"
    french = NewWidget(STARS, language="fr")
    assert widgets.checked(french, market="CH", language="it").language == "fr"


def test_a_widget_keeps_the_id_that_pages_have_already() -> None:
    assert widgets.checked(NewWidget(STARS, id=ID), market="DE", language="de").id == ID


def test_options_of_the_contract_are_kept_as_they_are() -> None:
    config: dict[str, object] = {"hideWhenEmpty": False, "height": 2_000}
    checked = widgets.checked(NewWidget(STARS, config=config), market="DE", language="de")
    assert checked.config == config


def test_a_badge_has_the_id_of_an_integration_and_a_variant() -> None:
    badge = NewWidget(BADGE, id=INTEGRATION, config={"variant": "horizontal"})
    assert widgets.checked(badge, market="DE", language="de") == replace(badge, language="de")


@pytest.mark.parametrize(
    ("widget", "field"),
    [
        (NewWidget(STARS, id="wdg-1"), "id"),
        (NewWidget(STARS, id=ID.upper()), "id"),
        (NewWidget(STARS, id=ID.replace("wdg", "chl")), "id"),
        (NewWidget(STARS, language="pl"), "language"),
        (NewWidget(STARS, language=""), "language"),
        (NewWidget(STARS, config={"hideWhenEmpty": 1}), "config.hideWhenEmpty"),
        (NewWidget(STARS, config={"hideWhenEmpty": "true"}), "config.hideWhenEmpty"),
        (NewWidget(STARS, config={"height": 0}), "config.height"),
        (NewWidget(STARS, config={"height": 2_001}), "config.height"),
        (NewWidget(STARS, config={"height": 170.0}), "config.height"),
        (NewWidget(STARS, config={"height": True}), "config.height"),
        (NewWidget(STARS, config={"colour": "red"}), "config"),
        (NewWidget(STARS, config={"variant": "card"}), "config"),
        (NewWidget(BADGE, config={"variant": "cards"}), "config.variant"),
        (NewWidget(BADGE, id=ID), "id"),
        (NewWidget(STARS, id=INTEGRATION), "id"),
    ],
)
def test_what_is_wrong_with_a_widget_is_named(widget: NewWidget, field: str) -> None:
    with pytest.raises(WidgetInvalid) as refusal:
        widgets.checked(widget, market="DE", language="de")
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("market", "language", "locale"),
    [
        ("DE", "de", "de-DE"),
        ("CH", "fr", "fr-CH"),
        ("UK", "en", "en-GB"),
        ("BE-NL", "nl", "nl-BE"),
        ("EUO", "pl", "pl"),
    ],
)
def test_a_locale_is_language_and_country(market: str, language: str, locale: str) -> None:
    assert widgets.locale(market=market, language=language) == locale


def test_every_market_has_a_locale_that_the_table_can_hold() -> None:
    for market, known in MARKETS.items():
        for language in known.languages:
            assert len(widgets.locale(market=market, language=language)) in (2, 5)


def test_the_application_types_are_those_of_the_contract_and_a_badge() -> None:
    assert [str(kind) for kind in ApplicationType] == [
        "product_star",
        "product_review_list",
        "trusted_stars_service",
        "review_carousel_service",
        "testimonial_service",
        "checkout_service",
        "trust_badge",
    ]
