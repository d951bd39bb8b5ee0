"""A decision is complete, reasoned and a person's, or it does not exist."""

from dataclasses import fields, replace
from typing import Any

import pytest

from domain.decisions import Finding, Ground, Moderator, Restoration, StatementOfReasons
from domain.errors import ReasonsMissing
from tests.domain.examples import MONA, REASONS, SUBMITTED_AT


@pytest.mark.parametrize("missing", ["", " ", "\n\t"])
@pytest.mark.parametrize("part", ["facts", "explanation", "redress"])
def test_dsa_3_a_statement_without_one_of_its_parts_is_refused(part: str, missing: str) -> None:
    incomplete: dict[str, Any] = {part: missing}
    with pytest.raises(ReasonsMissing) as refusal:
        replace(REASONS, **incomplete)
    assert refusal.value.field == part


def test_an_explanation_has_at_least_twenty_characters() -> None:
    assert replace(REASONS, explanation="x" * 20).explanation == "x" * 20
    with pytest.raises(ReasonsMissing) as refusal:
        replace(REASONS, explanation=f"   {'x' * 19}   ")
    assert refusal.value.field == "explanation"


def test_dsa_3_only_the_part_that_programs_played_in_detection_may_be_left_out() -> None:
    optional = {field.name for field in fields(StatementOfReasons) if field.default is False}
    assert optional == {"automated_detection"}
    assert REASONS.automated_detection is False


def test_iso_9_closed_rejection_reasons() -> None:
    assert set(Ground) == {
        "UNTRUTHFUL",
        "ABUSIVE",
        "VIOLATES_THE_TERMS_OF_USE",
        "INAPPROPRIATE_IMAGE",
    }


@pytest.mark.parametrize("name", ["", "  "])
def test_a_decision_names_the_person_who_took_it(name: str) -> None:
    with pytest.raises(ReasonsMissing) as refusal:
        Moderator(name)
    assert refusal.value.field == "moderator"


def test_a_restoration_is_explained_too() -> None:
    assert Restoration(MONA, "Upheld.", SUBMITTED_AT).explanation == "Upheld."
    with pytest.raises(ReasonsMissing) as refusal:
        Restoration(MONA, " ", SUBMITTED_AT)
    assert refusal.value.field == "explanation"


@pytest.mark.parametrize("explanation", ["", " ", "too short", f"  {'x' * 19}  "])
def test_what_hides_nothing_is_explained_too(explanation: str) -> None:
    with pytest.raises(ReasonsMissing) as refusal:
        Finding(MONA, explanation, SUBMITTED_AT)
    assert refusal.value.field == "explanation"
    assert Finding(MONA, "x" * 20, SUBMITTED_AT).explanation == "x" * 20
