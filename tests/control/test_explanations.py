"""The page about reviews tells the rules that the software works with, in every language."""

import pytest
from lxml.html import document_fromstring

from control import explanations
from domain import languages, policies
from domain.decisions import Ground
from domain.evidence import EvidenceLevel
from domain.reviews import NotCounted
from tests.control.conftest import BASE, Site, read, words
from widgets import texts


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_iso_1_fr_2_fr_3_the_rules_are_told_in_every_language(site: Site, language: str) -> None:
    page, spoken = read(site.ask(f"/{language}/reviews/how")), texts.of(language)
    told = words(page)
    assert page.get("lang") == language
    for months in (policies.REVIEWS.open_months, policies.GRADES.window_months):
        assert spoken.count("months", months) in told
    for level in EvidenceLevel:
        assert spoken.say(f"levelWhy.{level:d}") in told
    for reason in set(NotCounted) - {NotCounted.NOT_PUBLISHED}:
        assert spoken.say(f"notCountedWhy.{reason}") in told
    for ground in Ground:
        assert spoken.say(f"ground.{ground}") in told
    data = ("how.data", "how.data.order", "how.data.use")
    for key in ("method", "checked", "how.benefits", *data, "how.publish", "how.order"):
        assert spoken.say(key) in told
    assert len(page.xpath("//h2")) == len(page.xpath("//section")) == 12
    assert page.xpath("//section[@aria-labelledby='report']//h2[@id='report']")
    assert page.xpath("//section[@aria-labelledby='data']//h2[@id='data']")


def test_agg_7_the_published_minimum_is_the_installations_own() -> None:
    page = explanations.page("en", min_reviews=5, base_url=BASE, contact="").decode()
    assert "Fewest reviews for a grade: 5 reviews." in page


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_whoever_asks_what_happens_to_data_is_told_whom_to_write_to(language: str) -> None:
    def told(contact: str) -> str:
        page = explanations.page(language, min_reviews=1, base_url=BASE, contact=contact)
        return words(
            document_fromstring(page.decode()).xpath("//section[@aria-labelledby='data']")[0]
        )

    host = BASE.partition("://")[2]
    spoken = texts.of(language)
    email = "data@trust.example"
    assert told(email).endswith(spoken.say("how.data.contact", host=host, email=email))
    assert told("").endswith(spoken.say("how.data.noContact", host=host))


def test_a_language_that_is_not_spoken_has_no_page(site: Site) -> None:
    assert site.ask("/sv/reviews/how").status == 404
