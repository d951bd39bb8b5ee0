"""What readers do not see may not be marked up, and what may not be indexed need not be."""

import pytest

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.documents import found, page, product


@pytest.mark.parametrize("robots", ["noindex", "NONE", "follow, noindex"])
def test_r19_a_page_that_may_not_be_indexed_is_found_by_its_meta(robots: str) -> None:
    head = f"<meta name='Robots' content='{robots}'>"
    assert found(page(product(), head=head)) == [("R19", "The page is marked noindex")]
    assert found(page(head=head)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>var stars = 4.56</script>",
        "<p hidden>4.56 of 5</p>",
        "<div style='display: none'><p>4.56</p></div>",
        "<noscript>4.56</noscript>",
        "<p>14.56 or 4.567 or 4.5</p>",
        "<!-- 4.56 -->",
    ],
)
def test_r13_what_readers_do_not_see_is_not_visible(text: str) -> None:
    rest = "<p>1 234 ratings</p><p>Holds coffee.</p><p>A fine mug.</p>"
    assert [rule for rule, _ in found(page(product(), text=text + rest))] == ["R13"]


@pytest.mark.parametrize(
    "shown", ["4.56", "4,56", "4.560", "<b>4</b>.<i>56</i>", "4.56/5", "(4.56)"]
)
def test_r13_the_number_may_be_written_in_any_of_its_forms(shown: str) -> None:
    text = f"<p>{shown}</p><p>1.234 Bewertungen</p><p>Holds <b>coffee</b>.</p><p>A fine mug.</p>"
    assert found(page(product(), text=text)) == []


def test_rx4_a_value_that_is_shown_rounded_once_more_is_found() -> None:
    text = documents.TEXT.replace("4.56", "4.6")
    assert found(page(product(), text=text)) == [
        ("RX4", "The page shows the rating rounded once more")
    ]


def test_x4_a_mean_with_the_dust_of_floats_is_found() -> None:
    markup = product()
    markup["aggregateRating"]["ratingValue"] = 4.5600000000000005
    text = f"4.5600000000000005 {documents.TEXT}"
    assert found(page(markup, text=text)) == [("X4", "The mean has more than two decimals")]


@pytest.mark.parametrize("value", ["6/10", "91%"])
def test_r4_fractions_and_percentages_bring_their_own_scale(value: str) -> None:
    markup = product()
    markup["review"][0]["reviewRating"] = {"@type": "Rating", "ratingValue": value}
    assert found(page(markup)) == []
