"""What a reader chooses of a profile's list: told in links and one form, counted, undone."""

import pytest
from lxml.html import HtmlElement

from domain import languages
from schemas.questions import Sort, Within
from tests.control.conftest import Site, read, words
from widgets import texts


def numbers(page: HtmlElement) -> list[int]:
    """What the tabs count, in a language that groups nothing below a thousand."""
    return [int(words(each)) for each in page.xpath("//ul[@class='tabs']//span")]


def listed(site: Site, query: str) -> list[str]:
    """Ids of a whole list, page by page."""
    page = read(site.profile(site.shops[0], query))
    found: list[str] = page.xpath("//article/@id")
    while page.xpath("//a[@rel='next']"):
        page = read(site.ask(page.xpath("//a[@rel='next']/@href")[0].partition("#")[0]))
        found += page.xpath("//article/@id")
    return found


def test_two_lists_stand_apart_with_numbers_that_add_up(site: Site) -> None:
    spoken = texts.of(site.shops[0].language)
    of_shop, of_products = listed(site, ""), listed(site, "?about=products")
    for query, chosen in (("", 0), ("?about=products", 1), ("?about=products&stars=5", 1)):
        page = read(site.profile(site.shops[0], query))
        assert numbers(page) == [len(of_shop), len(of_products)]
        tabs = page.xpath("//ul[@class='tabs']//a")
        assert [tab.get("aria-current") for tab in tabs].index("page") == chosen
        assert len(page.xpath("//ul[@class='tabs']//a[@aria-current]")) == 1
        assert spoken.count("reviews", len(of_shop) + len(of_products)) in words(page)
    assert not set(of_shop) & set(of_products)
    assert len(of_shop) > 20 < len(of_products)


def test_every_review_of_a_product_names_it_and_none_of_the_shop_does(site: Site) -> None:
    start = texts.of(site.shops[0].language).say("review.product", product="")
    page = read(site.profile(site.shops[0], "?about=products"))
    for article in page.xpath("//article"):
        assert start in words(article.xpath("./header")[0])
    page = read(site.profile(site.shops[0]))
    assert start not in words(page.xpath("//section[@id='content']")[0])
    assert texts.of("de").say("profile.productsApart") not in words(page)


def test_a_shop_without_product_reviews_has_no_tabs(site: Site) -> None:
    for shop in site.shops:
        if not shop.skus:
            page = read(site.profile(shop))
            assert page.xpath("//ul[@class='tabs']") == []
            empty = read(site.profile(shop, "?about=products"))
            assert texts.of(shop.language).say("profile.noProducts") in words(empty)


def test_the_form_shows_what_is_chosen_and_keeps_what_the_list_is_about(site: Site) -> None:
    query = "?about=products&language=de&period=365days&sort=oldest&stars=5&text=1&verified=1"
    page = read(site.profile(site.shops[0], query))
    [form] = page.xpath("//form[@method='get']")
    chosen = dict(form.form_values())
    assert chosen == {
        "about": "products",
        "language": "de",
        "period": Within.YEAR,
        "sort": Sort.OLDEST,
        "stars": "5",
        "text": "1",
        "verified": "1",
    }
    [reset] = form.xpath(".//p/a/@href")
    assert reset.endswith("?about=products#reviews")
    for field in form.xpath(".//select | .//input[@type='checkbox']"):
        assert words(field.getparent()), field.get("name")


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a_choice_says_how_many_reviews_it_has(site: Site, language: str) -> None:
    spoken = texts.of(language)
    for query in ("?stars=5", "?text=1", "?verified=1", "?period=365days&stars=1", "?language=sv"):
        page = read(site.profile(site.shops[0], query, language=language))
        count = spoken.count("reviews", len(listed(site, query)))
        told = words(page.xpath("//form[@method='get']")[0])
        assert spoken.say("profile.matching", reviews=count) in told
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
    whole = read(site.profile(site.shops[0], language=language))
    assert spoken.say("profile.reset") not in words(whole)


def test_filters_leave_out_what_they_say(site: Site) -> None:
    everything = set(listed(site, ""))
    with_text, verified = set(listed(site, "?text=1")), set(listed(site, "?verified=1"))
    recent = set(listed(site, "?period=365days"))
    assert with_text < everything
    assert recent < everything
    assert verified <= everything
    wordless = texts.of(site.shops[0].language).say("review.wordless")
    assert wordless not in words(read(site.profile(site.shops[0], "?text=1")))
    page = read(site.profile(site.shops[0], "?period=365days&verified=1"))
    assert page.xpath("//section[@aria-labelledby='outside_window']") == []
    assert set(listed(site, "?period=365days&text=1&verified=1")) == with_text & verified & recent


def test_neighbours_of_a_page_are_named_for_machines_too(site: Site) -> None:
    first = read(site.profile(site.shops[0], "?sort=oldest"))
    [url] = first.xpath("//head/link[@rel='next']/@href")
    assert first.xpath("//head/link[@rel='prev']") == []
    assert first.xpath("//a[@rel='next']/@href") == [f"{url}#reviews"]
    second = read(site.ask(url))
    assert len(second.xpath("//head/link[@rel='prev']")) == 1
