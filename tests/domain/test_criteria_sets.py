"""Sets of criteria: complete in seven languages, by group, and never ambiguous."""

from typing import Any

import pytest

from domain import criteria_sets as rules
from domain import languages
from domain.criteria_sets import CriteriaSet, CriterionGroup, CriterionNotFound, Severity

TEXT = {tag: f"In {tag}." for tag in languages.SUPPORTED}


def entry(code: str, group: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "code": code,
        "group": group,
        "severity": "MUST",
        "how_to_check": ["CONTACT"],
        "text": TEXT,
        **changed,
    }


COMMON = {"criteria": [entry("A", 2), entry("B", 1, legal_note="A law")]}


def document(**changed: Any) -> dict[str, Any]:
    return {
        "market": "DE",
        "version": "2026-11",
        "common": "2026-11",
        "needs_legal_review": True,
        "leaves_out": [],
        "criteria": [entry("C", 1, severity="SHOULD")],
        **changed,
    }


def test_a_set_holds_the_common_criteria_and_its_own_by_group() -> None:
    found = rules.read(document(), COMMON)
    assert [each.code for each in found.criteria] == ["B", "C", "A"]
    assert [*found.by_group()] == [CriterionGroup.IDENTITY, CriterionGroup.DATA]
    assert found.get("C").severity is Severity.SHOULD
    assert found.get("B").legal_note == "A law"
    assert found.needs_legal_review


def test_a_set_may_hold_more_than_a_hundred_criteria() -> None:
    many = [entry(f"N{number}", 1 + number % 8) for number in range(120)]
    found = rules.read(document(criteria=many), COMMON)
    assert len(found.criteria) == 122
    assert [*found.by_group()] == list(CriterionGroup)


def test_a_market_may_leave_out_what_its_law_does_not_know() -> None:
    found = rules.read(document(leaves_out=["A"]), COMMON)
    assert [each.code for each in found.criteria] == ["B", "C"]
    with pytest.raises(CriterionNotFound):
        found.get("A")


def test_a_text_is_there_in_each_language_and_in_english_for_any_other() -> None:
    found = rules.read(document(), COMMON).get("A")
    assert found.text("pl") == "In pl."
    assert found.text("sv") == "In en."


@pytest.mark.parametrize(
    "broken",
    [
        document(leaves_out=["Z"]),
        document(criteria=[entry("A")]),
        document(criteria=[entry("")]),
        document(criteria=[entry("D", text={**TEXT, "nl": " "})]),
        document(criteria=[entry("D", how_to_check=[])]),
        document(criteria=[entry("D", how_to_check=["GUESS"])]),
        document(criteria=[entry("D", group=9)]),
    ],
)
def test_a_document_that_is_not_complete_is_no_set(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        rules.read(broken, COMMON)


def test_an_empty_set_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        CriteriaSet("DE", "1", True, ())
