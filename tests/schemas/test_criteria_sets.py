"""The sets that ship: one for every market, in seven languages, and never changed."""

from hashlib import sha256
from importlib.resources import files

import pytest

from domain import languages
from domain.criteria_sets import CriteriaSetNotFound, CriterionGroup, Severity
from domain.markets import MARKETS
from schemas import criteria_sets


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_has_a_starter_set_that_says_it_needs_legal_review(market: str) -> None:
    found = criteria_sets.latest(market)
    assert (found.market, found.needs_legal_review) == (market, True)
    assert len(found.criteria) >= 40
    assert set(found.by_group()) == set(CriterionGroup)
    assert any(each.severity is Severity.SHOULD for each in found.criteria)


@pytest.mark.parametrize("market", MARKETS)
def test_every_criterion_is_a_short_sentence_in_each_language(market: str) -> None:
    for criterion in criteria_sets.latest(market).criteria:
        for tag in languages.SUPPORTED:
            text = criterion.texts[tag]
            assert text == text.strip()
            assert text.endswith("."), (criterion.code, tag)
            assert len(text) < 150, (criterion.code, tag)


def test_markets_know_their_own_law() -> None:
    codes = {
        market: {each.code for each in criteria_sets.latest(market).criteria} for market in MARKETS
    }
    assert {"DE-IMPRINT", "DE-BUTTON"} <= codes["DE"]
    assert "FR-MEDIATOR" in codes["FR"]
    assert "WR-PERIOD" not in codes["CH"]
    assert codes["EUO"] < codes["DE"]


@pytest.mark.parametrize(("market", "version"), [("XX", "2026-11"), ("DE", "2020-01"), ("", "")])
def test_there_is_no_other_set(market: str, version: str) -> None:
    with pytest.raises(CriteriaSetNotFound):
        criteria_sets.of(market, version)


def test_what_was_published_does_not_change() -> None:
    # Whoever changes a criterion adds a version: audits that run keep theirs.
    folder = files("schemas").joinpath("criteria_sets")
    found = sha256()
    for name in sorted(each.name for each in folder.iterdir() if "2026-11" in each.name):
        found.update(folder.joinpath(name).read_bytes())
    assert found.hexdigest() == "a42d5025cce82642a34d78af6cb0c86615ec956bd1df21463b95846602f86414"
