"""Findings: a report says why and what to do, and no MUST is left open when an audit is passed."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import findings as rules
from domain import languages
from domain.audits import AuditState
from domain.criteria_sets import CriteriaSet, Criterion, CriterionGroup, Method, Severity
from domain.findings import (
    FindingIncomplete,
    FindingsOpen,
    FindingsUnanswered,
    Judged,
    MessageKind,
    Progress,
    Verdict,
    replies,
)

TEXTS: Final = dict.fromkeys(languages.SUPPORTED, "A sentence.")


def criterion(code: str, severity: Severity, group: CriterionGroup) -> Criterion:
    return Criterion(code, group, severity, TEXTS, (Method.CONTACT,))


SET: Final = CriteriaSet(
    "DE",
    "1",
    True,
    (
        criterion("A", Severity.MUST, CriterionGroup.IDENTITY),
        criterion("B", Severity.SHOULD, CriterionGroup.IDENTITY),
        criterion("C", Severity.MUST, CriterionGroup.QUALITY),
    ),
)
WORDS: Final = ("It lacks a phone number.", "Add one.")


def judged(a: Verdict | None, b: Verdict | None, c: Verdict | None) -> list[Judged]:
    return [Judged("A", a, *WORDS), Judged("B", b, *WORDS), Judged("C", c, *WORDS)]


OK, NOT_OK, HINT, NONE = Verdict.OK, Verdict.NOT_OK, Verdict.HINT, Verdict.NOT_APPLICABLE


def test_a_report_with_every_verdict_and_word_can_be_sent() -> None:
    rules.check_report(SET, judged(OK, HINT, NOT_OK))


@pytest.mark.parametrize("found", [judged(OK, OK, None), judged(OK, OK, OK)[:2]])
def test_a_criterion_without_a_verdict_is_named(found: list[Judged]) -> None:
    with pytest.raises(FindingIncomplete) as refusal:
        rules.check_report(SET, found)
    assert refusal.value.field == "C"


@pytest.mark.parametrize("verdict", [NOT_OK, HINT])
@pytest.mark.parametrize("words", [("", "Add one."), ("It lacks it.", " "), ("", "")])
def test_what_is_not_fulfilled_needs_explanation_and_advice(
    verdict: Verdict, words: tuple[str, str]
) -> None:
    found = [Judged("A", OK), Judged("B", verdict, *words), Judged("C", OK)]
    with pytest.raises(FindingIncomplete) as refusal:
        rules.check_report(SET, found)
    assert refusal.value.field == "B"


@given(*(st.sampled_from([*Verdict, None]) for _ in range(3)))
def test_an_audit_is_passed_exactly_where_every_must_is_ok_or_does_not_apply(
    a: Verdict | None, b: Verdict | None, c: Verdict | None
) -> None:
    found = judged(a, b, c)
    if a in (OK, NONE) and c in (OK, NONE):
        rules.check_passed(SET, found)
        assert rules.open_musts(SET, found) == ()
    else:
        with pytest.raises(FindingsOpen) as refusal:
            rules.check_passed(SET, found)
        assert refusal.value.field == rules.open_musts(SET, found)[0]


def test_a_point_that_is_not_fulfilled_has_to_be_answered_before_it_is_handed_in() -> None:
    answered = [Judged("A", NOT_OK, *WORDS, "Done."), Judged("B", HINT, *WORDS)]
    rules.check_answered(answered)
    with pytest.raises(FindingsUnanswered) as refusal:
        rules.check_answered([*answered, Judged("C", NOT_OK, *WORDS)])
    assert refusal.value.field == "C"


def test_progress_counts_what_applies() -> None:
    twelve = [Judged(str(number), OK) for number in range(12)]
    others = [Judged("x", NOT_OK), Judged("y", HINT), Judged("z", None), Judged("n", NONE)]
    assert rules.progress([*twelve, *others]) == Progress(12, 15)


def test_progress_of_a_group_counts_criteria_without_a_finding() -> None:
    found = [Judged("A", OK)]
    assert rules.progress_by_group(SET, found) == {
        CriterionGroup.IDENTITY: Progress(1, 2),
        CriterionGroup.QUALITY: Progress(0, 1),
    }


def test_only_ok_and_not_applicable_fulfil() -> None:
    assert [each for each in Verdict if each.fulfils] == [OK, NONE]
    assert [each for each in Verdict if each.needs_words] == [NOT_OK, HINT]


def test_an_auditor_comments_on_what_was_reported_and_settles_points_at_a_recheck_only() -> None:
    settling = {MessageKind.ACCEPTED, MessageKind.RETURNED}
    for state in AuditState:
        found = set(replies(state))
        assert bool(found & settling) == (state is AuditState.RECHECK)
        assert (MessageKind.COMMENT in found) == (state.is_reported and not state.is_end)
        assert MessageKind.ANSWER not in found
