"""The public profile shows what the API says, to everybody, and nothing that it should not."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from domain import languages
from domain.windows import Period
from rich_snippets.linting.linter import lint
from rich_snippets.linting.pages import Circumstances
from rich_snippets.linting.pages import PageKind as LintedKind
from services.seed import SeededShop
from tests.control.conftest import BASE, Site, markup, read, words
from widgets import texts


def payload(site: Site, key: str, name: str) -> Any:
    reply = site.ask(f"/v1/shops/{key}/{name}")
    assert reply.status == 200
    return reply.json()


def rated(site: Site) -> list[tuple[SeededShop, dict[str, Any]]]:
    """The shops that have a grade, with the API's answer about it."""
    grades = [(shop, payload(site, shop.key, "grade.json")) for shop in site.shops]
    found = [(shop, grade) for shop, grade in grades if grade["grade"]["state"] == "RATED"]
    assert len(found) > 2
    return found


def period(given: dict[str, Any]) -> Period:
    return Period(date.fromisoformat(given["start"]), date.fromisoformat(given["end"]))


def test_agg_6_every_seeded_profile_shows_the_grade_of_the_api(site: Site) -> None:
    for shop, grade in rated(site):
        page = read(site.profile(shop))
        spoken, shown = texts.of(shop.language), grade["grade"]
        told = words(page.xpath("//section[@aria-labelledby='grade']")[0])
        assert spoken.stars(Decimal(str(shown["rating"])).quantize(Decimal("0.01"))) in told
        assert spoken.say(f"label.{shown['label']}") in told
        assert spoken.period(period(shown["period"])) in told
        assert spoken.count("reviews", shown["count"]) in told
        assert spoken.count("reviews", shown["allTimeCount"]) in told
        for given in grade["criteria"]:
            assert spoken.say(f"criterion.{given['criterion']}") in told
            assert spoken.count("marks", given["count"]) in told


def test_the_distribution_is_that_of_the_api_and_each_bar_leads_to_its_reviews(site: Site) -> None:
    for shop, grade in rated(site):
        page = read(site.profile(shop))
        bars = page.xpath("//ul[@class='bars']//a")
        names = ("fiveStars", "fourStars", "threeStars", "twoStars", "oneStar")
        spoken = texts.of(shop.language)
        counts = [words(bar.xpath(".//span[@class='number']")[0]) for bar in bars]
        assert counts == [spoken.number(grade["distribution"][name]) for name in names]
        assert [bar.get("href").partition("?")[2] for bar in bars] == [
            f"stars={stars}#reviews" for stars in (5, 4, 3, 2, 1)
        ]


def test_the_list_is_that_of_the_api_apart_by_what_counts(site: Site) -> None:
    for shop in site.shops:
        page, given = read(site.profile(shop)), payload(site, shop.key, "reviews.json")["reviews"]
        shown = page.xpath("//article/@id")
        assert Counter(shown) == Counter(review["id"] for review in given)
        counted = page.xpath("//section[@aria-labelledby='counted']//article/@id")
        assert counted == [review["id"] for review in given if review["counted"]]
        for review in given:
            if not review["counted"]:
                heading = review["notCounted"].lower()
                assert page.xpath(
                    f"//section[@aria-labelledby='{heading}']//article[@id='{review['id']}']"
                )


def test_fr_1b_and_eu_2_every_review_has_its_dates_and_its_proof_explained(site: Site) -> None:
    for shop in site.shops:
        page, spoken = read(site.profile(shop)), texts.of(shop.language)
        for review in payload(site, shop.key, "reviews.json")["reviews"]:
            [shown] = page.xpath(f"//article[@id='{review['id']}']")
            told = words(shown)
            assert spoken.say(f"level.{review['level']}") in told
            assert spoken.say(f"levelWhy.{review['level']}") in told
            times = shown.xpath(".//time/@datetime")
            assert times[0] == review["publishedAt"]
            assert ("experiencedOn" not in review) or review["experiencedOn"] in times
            assert ("editedAt" not in review) or review["editedAt"] in times
            for part in ("title", "comment"):
                assert " ".join(review.get(part, "").split()) in told
            if "reply" in review:
                assert " ".join(review["reply"]["text"].split()) in told


def test_ci_7_the_markup_is_that_of_the_page(site: Site) -> None:
    for shop, grade in rated(site):
        page = read(site.profile(shop))
        found = markup(page)
        assert found["@type"] == "OnlineStore"
        if grade["operatedBySeller"]:
            assert "aggregateRating" not in found
            assert "review" not in found
            continue
        assert found["aggregateRating"]["ratingValue"] == grade["grade"]["rating"]
        assert found["aggregateRating"]["reviewCount"] == grade["grade"]["count"]
        # Whoever shows no name cannot be marked up as an author (R1).
        reviews = payload(site, shop.key, "reviews.json")["reviews"]
        named = [each["id"] for each in reviews if each["counted"] and "author" in each]
        marked = found["review"] if isinstance(found["review"], list) else [found["review"]]
        assert [each["url"].partition("#")[2] for each in marked] == named
        for each in marked:
            [shown] = page.xpath(f"//article[@id='{each['url'].partition('#')[2]}']")
            value = Decimal(str(each["reviewRating"]["ratingValue"])).quantize(Decimal("0.01"))
            assert texts.of(shop.language).rating(value) in words(shown)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_our_own_linter_finds_nothing_on_any_profile(site: Site, language: str) -> None:
    for shop in site.shops:
        reply = site.profile(shop, language=language)
        circumstances = Circumstances(
            today=datetime.now(UTC).date(),
            url=read(reply).xpath("//link[@rel='canonical']/@href")[0],
            kind=LintedKind.PROFILE,
            operator_is_neutral=True,
        )
        report = lint(reply.body, shop.name, circumstances)
        assert (report.unusable, report.findings) == (None, ())
        assert report.items


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_profile_speaks_every_language_and_names_the_others(
    site: Site, language: str
) -> None:
    for shop in site.shops:
        reply = site.profile(shop, language=language)
        page = read(reply)
        assert page.get("lang") == language
        assert words(page.xpath("//h1")[0]) == texts.of(language).say("title", shop=shop.name)
        alternates = page.xpath("//link[@rel='alternate'][@hreflang]")
        assert {link.get("hreflang") for link in alternates} == set(languages.SUPPORTED)
        for link in alternates:
            assert link.get("href").startswith(f"{BASE}/")
            assert site.ask(link.get("href").removeprefix(BASE)).status == 200
        [canonical] = page.xpath("//link[@rel='canonical']/@href")
        [own] = [each.get("href") for each in alternates if each.get("hreflang") == language]
        assert canonical == own
        assert page.xpath("//meta[@name='robots']") == []


def test_every_link_of_a_profile_leads_somewhere(site: Site) -> None:
    page = read(site.profile(site.shops[0]))
    targets = {url.partition("#")[0] for url in page.xpath("//a/@href | //link/@href")}
    ours = {url.removeprefix(BASE) for url in targets if url.startswith(("/", BASE))}
    assert len(ours) > 15
    assert {url: site.ask(url).status for url in ours} == dict.fromkeys(ours, 200)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = {url[1:] for url in page.xpath("//a/@href") if url.startswith("#")}
    assert inner <= set(ids)
    assert set(page.xpath("//@aria-labelledby")) <= set(ids)


def test_filters_and_order_are_those_of_the_api_and_are_not_indexed(site: Site) -> None:
    shop = site.shops[0]
    for query in ("?stars=5", "?sort=lowest", "?language=fr&stars=4", "?sort=oldest&stars=&x=1"):
        page = read(site.profile(shop, query))
        given = payload(site, shop.key, f"reviews.json{query.replace('stars=&', '')}")
        expected = [review["id"] for review in given["reviews"]]
        assert Counter(page.xpath("//article/@id")) == Counter(expected)
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        assert page.xpath("//link[@rel='canonical']") == []
        assert page.xpath("//script") == []
        assert page.xpath("//form//option[@selected]")


def test_a_filter_without_result_says_so(site: Site) -> None:
    page = read(site.profile(site.shops[0], "?language=sv"))
    assert page.xpath("//article") == []
    assert texts.of(site.shops[0].language).say("profile.empty") in words(page)


def test_paging_shows_every_review_once_and_leads_back(site: Site) -> None:
    shop = max(site.shops, key=lambda each: each.reviews)
    first = page = read(site.profile(shop))
    seen: list[str] = page.xpath("//article/@id")
    while page.xpath("//a[@rel='next']"):
        [url] = page.xpath("//a[@rel='next']/@href")
        page = read(site.ask(url.partition("#")[0]))
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        seen += page.xpath("//article/@id")
    assert len(seen) == len(set(seen)) > 20
    [url] = page.xpath("//a[@rel='prev']/@href")
    back = read(site.ask(url.partition("#")[0]))
    assert back.xpath("//article/@id") == first.xpath("//article/@id") or len(seen) > 40


def test_a_permalink_shows_its_review_alone_wherever_it_stands_in_the_list(site: Site) -> None:
    shop = site.shops[0]
    for start in ("", "?sort=oldest"):
        page = read(site.profile(shop, start))
        for review in page.xpath("//article"):
            [url] = {link for link in review.xpath(".//a/@href") if "#rev-" in link}
            target, _, name = url.partition("#")
            assert target.endswith(f"?review={name}")
            alone = read(site.ask(target))
            assert alone.xpath("//article/@id") == [name]
            assert alone.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
            assert words(alone.xpath("//article")[0]) == words(review)
            assert alone.xpath("//form//p/a/@href") == [f"{target.partition('?')[0]}#reviews"]


def test_gp_7_a_page_calls_no_other_host_and_runs_nothing(site: Site) -> None:
    for shop in site.shops:
        reply = site.profile(shop)
        page = read(reply)
        assert "set-cookie" not in reply.headers
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert page.xpath("//style | //@style | //iframe | //img | //script[not(@type)]") == []
        assert not [name for name in page.xpath("//@*/..//@*") if str(name).startswith("on")]
        loaded = page.xpath("//link[@rel='stylesheet']/@href")
        assert len(loaded) == 1
        assert loaded[0].startswith("/static/")


def test_a_page_is_small(site: Site) -> None:
    for shop in site.shops:
        sent = site.profile(shop)
        moved = site.ask(f"/profile/{shop.key}").headers["location"]
        packed = site.ask(moved, accept_encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        [style] = read(sent).xpath("//link[@rel='stylesheet']/@href")
        css = site.ask(style, accept_encoding="gzip")
        assert len(packed.body) + len(css.body) <= 60_000
        assert len(site.ask(style).body) <= 10_240


def test_r1_and_r14_a_review_without_name_is_shown_and_not_marked_up(site: Site) -> None:
    shop = site.shops[0]
    page, spoken = read(site.profile(shop)), texts.of(shop.language)
    counted = page.xpath("//section[@aria-labelledby='counted']//article")
    nameless = [
        each for each in counted if words(each.xpath(".//bdi")[0]) == spoken.say("review.anonymous")
    ]
    assert 0 < len(nameless) < len(counted)
    marked = markup(page)["review"]
    # B1: a node that lacks a required field is left out; a name that nobody bears is none (R2).
    assert len(marked) == len(counted) - len(nameless)
    assert spoken.say("review.anonymous") not in {each["author"]["name"] for each in marked}
    for each in marked:
        permalink = site.ask(each["url"].removeprefix(BASE).partition("#")[0])
        shown = read(site.ask(permalink.headers["location"]))
        assert shown.xpath("//article/@id") == [each["url"].partition("#")[2]]


def test_a_shared_address_is_told_with_grade_count_and_period(site: Site) -> None:
    shop, grade = rated(site)[0]
    spoken = texts.of(shop.language)
    page = read(site.profile(shop))
    review = page.xpath("//article[.//p[@class='title']]")[0]
    [target] = {link for link in review.xpath(".//a/@href") if "?review=" in link and "#" in link}
    for path, title in (
        (page.xpath("//link[@rel='canonical']/@href")[0], words(page.xpath("//h1")[0])),
        (f"{BASE}{target.partition('#')[0]}", words(review.xpath(".//p[@class='title']")[0])),
    ):
        shown = read(site.ask(path.removeprefix(BASE)))
        card = {each.get("property"): each.get("content") for each in shown.xpath("//meta")}
        assert (card["og:url"], card["og:title"]) == (path, title)
        assert spoken.count("reviews", grade["grade"]["count"]) in card["og:description"]
        assert spoken.count("lastMonths", 12) in card["og:description"]


def test_a_page_and_each_review_are_shared_by_plain_links(site: Site) -> None:
    page = read(site.profile(site.shops[0]))
    [permalink] = page.xpath("(//section[@id='content']//article)[1]/p/a[1]/@href")
    alone = read(site.ask(permalink.partition("#")[0]))
    for shown in (page, alone):
        address = shown.xpath("//meta[@property='og:url']/@content")[0]
        links = shown.xpath("//footer/ul/li/a/@href")
        hosts = [urlsplit(link).netloc for link in links]
        assert hosts == ["", "www.facebook.com", "x.com", "www.linkedin.com", "wa.me"]
        assert all(quote(address, safe="") in link for link in links)


def test_feeds_and_data_are_named_for_machines_and_for_people(site: Site) -> None:
    for shop in site.shops:
        page = read(site.profile(shop))
        named = {
            link.get("type"): link.get("href")
            for link in page.xpath("//head/link[@rel='alternate'][@type]")
            if not link.get("type").endswith("+oembed")
        }
        assert set(named) == {
            *("application/json", "application/xml"),
            *("application/atom+xml", "application/feed+json"),
        }
        for media, url in named.items():
            assert site.ask(url).headers["content-type"].partition(";")[0] == media
            assert page.xpath(f"//footer//a[@href='{url}']")


def test_each_kind_of_confirmation_has_its_share_of_the_grade(site: Site) -> None:
    for shop, grade in rated(site):
        page, spoken = read(site.profile(shop)), texts.of(shop.language)
        lines = page.xpath("//section[@aria-labelledby='confirmed']//dl/div")
        told = [(words(line.xpath("./dt")[0]), words(line.xpath("./dd")[0])) for line in lines]
        assert told[-1][0] == spoken.say("evidence.INVITATION_USED")
        assert spoken.say("level.2") in dict(told)
        for _, share in told:
            assert "%" in share
        assert spoken.count("reviews", grade["grade"]["count"]) in dict(told)[spoken.say("level.2")]
