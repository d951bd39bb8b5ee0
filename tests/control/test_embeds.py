"""The page for frames: compact, kept out of search engines, and framed by named hosts only."""

import pytest

from domain import embeds, languages
from tests.control.conftest import Site, read, words
from widgets import texts


def test_only_the_shops_hosts_may_frame_it_and_nobody_any_other_page(site: Site) -> None:
    for shop in site.shops:
        page = site.ask(f"/embed/{shop.key}/reviews")
        policy = page.headers["content-security-policy"]
        domain = words(read(site.profile(shop)).xpath("//aside//dd")[1])
        assert policy.endswith(f"frame-ancestors {' '.join(embeds.default(domain))}")
        assert policy.startswith("default-src 'none'")
        for other in (
            site.profile(shop),
            site.ask(f"/de/certificate/{shop.key}"),
            site.ask(f"/de/report/{shop.key}"),
            site.ask(f"/embed/{shop.key}/reviews?stars=9"),
        ):
            assert "frame-ancestors 'none'" in other.headers["content-security-policy"]


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_it_has_grade_count_period_and_the_newest_reviews(site: Site, language: str) -> None:
    for shop in site.shops:
        profile = read(site.profile(shop, language=language))
        start = "" if language == shop.language else f"/{language}"
        page, spoken = read(site.ask(f"{start}/embed/{shop.key}/reviews")), texts.of(language)
        assert page.get("lang") == language
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        assert page.xpath("//link[@rel='canonical'] | //script | //form") == []
        assert page.xpath("//article/@id") == profile.xpath("//article/@id")
        assert words(page.xpath("//h1")[0]) == spoken.say("title", shop=shop.name)
        grade = words(profile.xpath("//section[@aria-labelledby='grade']")[0])
        for line in page.xpath("//main/p[not(a)][not(@class='notice')]"):
            for part in line.xpath(".//text()[normalize-space()]"):
                assert " ".join(part.split()) in grade
        assert (spoken.say("operatedBySeller") in words(page)) is (
            spoken.say("operatedBySeller") in words(profile)
        )


def test_its_links_open_pages_of_their_own_but_for_further_reviews(site: Site) -> None:
    shop = site.shops[0]
    page = read(site.ask(f"/embed/{shop.key}/reviews"))
    [further] = page.xpath("//a[@rel='next']")
    assert further.get("target") is None
    second = read(site.ask(further.get("href").partition("#")[0]))
    assert not set(second.xpath("//article/@id")) & set(page.xpath("//article/@id"))
    leading = page.xpath("//a[starts-with(@href, '/') and not(@rel='next')]")
    assert len(leading) > 40
    assert {link.get("target") for link in leading} == {"_blank"}
    targets = {link.get("href").partition("#")[0] for link in leading}
    assert {site.ask(target).status for target in targets} == {200}


def test_the_shops_own_language_has_no_prefix(site: Site) -> None:
    shop = site.shops[0]
    moved = site.ask(f"/{shop.language}/embed/{shop.key}/reviews?stars=5")
    assert (moved.status, moved.headers["location"]) == (301, f"/embed/{shop.key}/reviews?stars=5")
