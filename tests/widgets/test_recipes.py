"""Recipes hold code that works: what a person pastes from them is found right by our own check."""

import pytest

from domain.badges import DEFAULTS
from schemas import questions
from tests.widgets.checking.pages import BASE, KEY, codes, page
from widgets import choices, order_codes, recipes, texts
from widgets.choices import Choice, Widget
from widgets.platforms import Platform
from widgets.recipes import Place

PLACE = Place(BASE, KEY)
WITH_VARIABLES = (Platform.WOOCOMMERCE, Platform.SHOPWARE, Platform.PRESTASHOP)


def chosen(widget: Widget) -> Choice:
    return choices.parse({"widget": widget}, DEFAULTS, sku="BT-1001")


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("widget", Widget)
def test_every_step_is_explained_in_every_language(platform: Platform, widget: Widget) -> None:
    steps = recipes.steps(platform, chosen(widget), PLACE)
    assert len({step.message for step in steps}) == len(steps)
    assert all(texts.of(tag).say(step.message) for step in steps for tag in ("de", "pl"))


@pytest.mark.parametrize("platform", [each for each in Platform if each is not Platform.SERVER])
def test_the_tag_names_this_shop_and_this_host(platform: Platform) -> None:
    code = recipes.steps(platform, chosen(Widget.FLOATING), PLACE)[0].code
    assert codes(page(code)) == ["TAG_FOUND"]


@pytest.mark.parametrize("platform", [each for each in Platform if each is not Platform.SERVER])
def test_a_floating_badge_with_choices_goes_where_the_tag_goes(platform: Platform) -> None:
    choice = choices.parse({"offset": "84"}, DEFAULTS, sku="1")
    first, *others = [step.code for step in recipes.steps(platform, choice, PLACE)]
    assert codes(page(first)) == ["ELEMENT_FOUND", "TAG_FOUND"]
    assert not any('offset="84"' in code for code in others)


def test_the_plain_recipe_as_a_whole_is_found_right() -> None:
    for widget in Widget:
        whole = [step.code for step in recipes.steps(Platform.HTML, chosen(widget), PLACE)]
        assert set(codes(page(*whole))) <= {"TAG_FOUND", "ELEMENT_FOUND", "ORDER_FOUND"}
        assert "ORDER_FOUND" in codes(page(*whole))


@pytest.mark.parametrize("platform", Platform)
def test_products_are_named_by_the_variable_of_the_system(platform: Platform) -> None:
    widgets = [step.code for step in recipes.steps(platform, chosen(Widget.STARS), PLACE)]
    has_example = any('sku="BT-1001"' in code for code in widgets)
    assert has_example is (platform in (Platform.HTML, Platform.TAG_MANAGER))


@pytest.mark.parametrize("platform", WITH_VARIABLES)
def test_an_order_with_variables_has_every_field_and_none_is_misspelt(platform: Platform) -> None:
    found = codes(page(PLACE.tag, order_codes.of(platform)))
    assert set(found) <= {"ORDER_FIELD_UNFILLED", "TAG_FOUND"}


def test_a_system_that_takes_no_order_element_says_so() -> None:
    last = recipes.steps(Platform.SHOPIFY, chosen(Widget.FLOATING), PLACE)[-1]
    assert (last.message, last.code) == ("guide.shopify.order", "")


@pytest.mark.parametrize("widget", Widget)
def test_pieces_for_servers_have_addresses_that_answer(widget: Widget) -> None:
    code = recipes.steps(Platform.SERVER, chosen(widget), PLACE)[1].code
    address = code.split("'")[1].removeprefix(BASE)
    path, _, query = address.partition("?")
    parameters = [tuple(each.split("=", 1)) for each in query.split("&") if each]
    question = questions.parse(path, [(name, value) for name, value in parameters])
    assert question.url == address
    assert question.shop_key == KEY


def test_pieces_arrive_uncompressed_and_no_page_waits_long_for_them() -> None:
    _, php, nginx = recipes.steps(Platform.SERVER, chosen(Widget.INLINE), PLACE)
    assert "'timeout' => 2" in php.code
    assert 'proxy_set_header Accept-Encoding "";' in nginx.code


def test_a_variant_is_ordered_as_the_product_whose_page_shows_the_stars() -> None:
    assert "wc_get_product($line->get_product_id())" in order_codes.of(Platform.WOOCOMMERCE)
