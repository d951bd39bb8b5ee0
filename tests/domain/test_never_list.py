"""The never list: for each rule that domain/ can show, that no function reaches the state.

The shape tests read every public signature, so that a new function cannot open a way unseen.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from types import FunctionType, ModuleType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain
from domain import grades, invitations, rankings, reviews
from domain.criteria import Criterion
from domain.decisions import DecisionKind, Moderator, Restoration, StatementOfReasons
from domain.errors import LegalBasisMissing, ReasonsMissing, TransitionForbidden
from domain.evidence import EvidenceLevel
from domain.grades import CriterionGrade, Grade, GradeState, Tally, tally_of
from domain.orders import LegalBasis, LegalBasisKind
from domain.reviews import Review, Submission
from tests.domain import examples
from tests.domain.examples import (
    EMAIL,
    REASONS,
    STEPS,
    SUBMITTED_AT,
    THIS_YEAR,
    a_review,
    counted,
    stars,
    three_marks,
)

Marks = dict[Criterion, int]
pairs_of_marks = st.sets(
    st.sampled_from((Criterion.SERVICE, Criterion.DELIVERY, Criterion.GOODS)), min_size=1
).flatmap(
    lambda criteria: st.tuples(
        *[st.fixed_dictionaries(dict.fromkeys(sorted(criteria), stars)) for _ in range(2)]
    )
)


def modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(domain.__path__, "domain."):
        yield importlib.import_module(module.name)


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function, class and method that a module of the rules defines."""
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
                continue
            if isinstance(value, FunctionType | type):
                yield f"{module.__name__}.{name}", value
            if isinstance(value, type):
                for member, method in vars(value).items():
                    method = getattr(method, "__func__", method)
                    if isinstance(method, FunctionType) and not member.startswith("_"):
                        yield f"{module.__name__}.{name}.{member}", method


CALLABLES = dict(public_callables())
PARAMETERS = {
    (name, parameter)
    for name, value in CALLABLES.items()
    for parameter in inspect.signature(value).parameters
}


def step(name: str, review: Review) -> Review | None:
    try:
        return STEPS[name](review)
    except TransitionForbidden:
        return None


def test_the_signatures_below_are_really_read() -> None:
    assert ("domain.reviews.Review.reject", "reasons") in PARAMETERS
    assert ("domain.reviews.Submission", "marks") in PARAMETERS
    assert ("domain.evidence.level_of", "imported") in PARAMETERS


def test_the_steps_below_are_all_that_a_review_can_take() -> None:
    methods = {
        name.rpartition(".")[2] for name in CALLABLES if name.startswith("domain.reviews.Review.")
    }
    assert methods == set(STEPS)


@given(pairs_of_marks, examples.reviews, st.sampled_from(sorted(STEPS)))
def test_never_1_threshold_publish(pair: tuple[Marks, Marks], review: Review, name: str) -> None:
    good, bad = (replace(review, marks=marks) for marks in pair)
    after_good, after_bad = step(name, good), step(name, bad)
    assert (after_good and after_good.state) is (after_bad and after_bad.state)


@given(pairs_of_marks, examples.reviews)
def test_never_1_whether_a_review_counts_does_not_depend_on_its_stars(
    pair: tuple[Marks, Marks], review: Review
) -> None:
    good, bad = (replace(review, marks=marks) for marks in pair)
    assert reviews.why_not_counted(good, epoch=1, window=THIS_YEAR) is (
        reviews.why_not_counted(bad, epoch=1, window=THIS_YEAR)
    )
    one, other = reviews.contribution(good), reviews.contribution(bad)
    assert (one.reviews, one.mark_count) == (other.reviews, other.mark_count)
    assert one == (tally_of(good.marks) if one.reviews else Tally())


def test_never_1_no_signature_knows_a_threshold_of_stars() -> None:
    words = re.compile(r"threshold|star(?!t)|better|at_least|min_mark")
    found = {(name, parameter) for name, parameter in PARAMETERS if words.search(parameter)}
    counters = ("one_star", "two_stars", "three_stars", "four_stars", "five_stars")
    counted = {("domain.grades.Tally", counter) for counter in counters}
    # What a star looks like; counts of moderation by stars; what staff read, and are told of.
    others = {
        ("domain.badges.Colours", "star"),
        ("domain.ledgers.Entry", "stars"),
        ("domain.ledgers.StarClass", "stars"),
        ("domain.inbox.Filters", "stars"),
        ("domain.notifications.Wishes.is_told_at_once", "stars"),
        ("domain.notifications.band_of", "stars"),
    }
    assert found == counted | others


def test_never_2_shop_set_verified() -> None:
    assert {(n, p) for n, p in PARAMETERS if "verified" in p or "level" in p} == set()
    takers = {
        name
        for name, value in CALLABLES.items()
        if isinstance(value, FunctionType)
        for parameter, hint in get_type_hints(value).items()
        if hint is EvidenceLevel and parameter != "return"
    }
    assert takers == set()


def test_never_2_no_record_of_the_rules_stores_a_level_or_the_word_verified() -> None:
    stored = {
        f"{name}.{field.name}"
        for name, value in CALLABLES.items()
        if is_dataclass(value)
        for field in fields(value)
        if "verified" in field.name or "level" in field.name or field.type is EvidenceLevel
    }
    assert stored == set()


def test_never_2_the_level_of_a_review_cannot_be_assigned() -> None:
    review = a_review(evidence=(EMAIL,))
    with pytest.raises((AttributeError, TypeError)):
        review.level = EvidenceLevel.L4  # type: ignore[misc]
    with pytest.raises(TypeError):
        replace(review, level=EvidenceLevel.L4)  # type: ignore[call-arg]
    assert review.level is EvidenceLevel.L1


@given(examples.reviews, st.sampled_from(sorted(set(STEPS) - {"edit"})))
def test_never_4_rating_edit_by_non_author(review: Review, name: str) -> None:
    after = step(name, review)
    assert after is None or after.marks is review.marks


def test_never_3_edit_by_non_author() -> None:
    held = {field.name for field in fields(Review)}
    assert held.isdisjoint({"title", "comment", "text", "author_name"})
    takers = {
        name
        for name, value in CALLABLES.items()
        if isinstance(value, FunctionType)
        if Submission in get_type_hints(value).values()
    }
    assert takers == {"domain.reviews.checked", "domain.reviews.Review.edit"}


@given(examples.reviews, st.sampled_from(sorted(STEPS)))
def test_never_5_hide_without_sor(review: Review, name: str) -> None:
    after = step(name, review)
    if after and review.state.is_public and not after.state.is_public:
        assert name in ("reject", "withdraw")


@pytest.mark.parametrize("method", [Review.reject, StatementOfReasons])
def test_never_5_reasons_are_required_by_type_and_have_no_default(
    method: Callable[..., Any],
) -> None:
    parameters = inspect.signature(method).parameters
    optional = {name for name, value in parameters.items() if value.default is not value.empty}
    assert optional <= {"automated_detection", "scope", "territory", "until"}


def test_never_5_a_rejection_without_reasons_cannot_be_called() -> None:
    assert get_type_hints(Review.reject)["reasons"] is StatementOfReasons
    with pytest.raises(TypeError):
        a_review().report().reject()  # type: ignore[call-arg]


def test_fr_4_no_path_to_rejected_without_a_reason() -> None:
    rejecting = {
        name
        for name in STEPS
        for state in reviews.ReviewState
        if (after := step(name, a_review(state=state)))
        and after.state is reviews.ReviewState.REJECTED
    }
    assert rejecting == {"reject"}


def test_never_6_paid_ranking() -> None:
    words = ("plan", "pack", "price", "paid", "fee", "booking", "account")
    of_rules = ("domain.rankings", "domain.grades", "domain.reviews", "domain.evidence")
    assert {
        (n, p) for n, p in PARAMETERS if n.startswith(of_rules) and any(word in p for word in words)
    } == set()
    assert {p for n, p in PARAMETERS if n == "domain.rankings.bayesian_mean"} == {
        "mark_sum",
        "count",
    }


def test_never_7_selective_invitation() -> None:
    known = {
        p
        for n, p in PARAMETERS
        if n in ("domain.invitations.sign", "domain.invitations.Claim", "domain.invitations.read")
    }
    assert known == {"claim", "key", "token", "invitation_id", "expires_at", "is_handed_on"}
    assert not hasattr(invitations, "Criterion")


unlike_the_others = st.one_of(
    st.builds(a_review, three_marks, incentivised=st.just(True)),
    st.builds(a_review, three_marks, imported_from=st.just("Other platform")),
    st.builds(a_review, three_marks, evidence=st.sampled_from(((), (EMAIL,)))),
)


@given(st.lists(examples.reviews, max_size=5), st.lists(unlike_the_others, max_size=5))
def test_never_9_mixed_score(usual: list[Review], unlike: list[Review]) -> None:
    alone = counted(usual, window=THIS_YEAR)
    assert counted(usual + unlike, window=THIS_YEAR) == alone
    assert sum(map(reviews.contribution, unlike), Tally()) == Tally()


@given(st.lists(three_marks, max_size=8), st.integers(1, 5), st.integers(0, 99))
def test_never_10_bare_average(all_marks: list[Marks], min_reviews: int, older: int) -> None:
    tally = sum(map(tally_of, all_marks), Tally())
    grade = grades.summarise(
        tally, THIS_YEAR, all_time_count=tally.reviews + older, min_reviews=min_reviews
    )
    assert (grade.rating is None) is (grade.label is None)
    assert (grade.rating is not None) is (grade.state is GradeState.RATED)
    assert (grade.count, grade.period) == (len(all_marks), THIS_YEAR)
    assert grade.rating is None or (grade.count >= 1 and grade.all_time_count >= grade.count)


def test_never_10_no_rating_can_be_made_without_count_and_period() -> None:
    with_rating = {
        value
        for value in CALLABLES.values()
        if is_dataclass(value) and any(field.name == "rating" for field in fields(value))
    }
    assert with_rating == {Grade, CriterionGrade}
    required = inspect.signature(Grade).parameters
    assert {name for name, value in required.items() if value.default is value.empty} >= {
        "count",
        "period",
        "all_time_count",
    }
    assert "count" in inspect.signature(CriterionGrade).parameters


@given(examples.reviews, st.sampled_from(sorted(STEPS)))
def test_never_11_moved_review(review: Review, name: str) -> None:
    after = step(name, review)
    origin = ("kind", "epoch", "submitted_at", "evidence", "imported_from")
    assert after is None or all(getattr(after, field) == getattr(review, field) for field in origin)


def test_never_13_ai_only_rejection() -> None:
    for decision in (StatementOfReasons, Restoration):
        assert get_type_hints(decision)["moderator"] is Moderator
        parameter = inspect.signature(decision).parameters["moderator"]
        assert parameter.default is parameter.empty
    names = {field.name for field in fields(StatementOfReasons)}
    assert {name for name in names if "automated" in name} == {"automated_detection"}
    with pytest.raises(ReasonsMissing):
        replace(REASONS, moderator=Moderator(" "))


def test_never_13_a_person_is_named_whatever_a_program_noticed() -> None:
    noticed = replace(REASONS, automated_detection=True)
    assert noticed.moderator.name == "Mona"
    kept = {"RESTORED", "KEPT", "EDIT_REQUESTED"}
    assert set(DecisionKind) == kept | {"REJECTED", "TEXT_HELD", "IMAGES_REMOVED"}


@pytest.mark.parametrize("kind", LegalBasisKind)
def test_never_14_invitation_without_basis(kind: LegalBasisKind) -> None:
    assert LegalBasis(kind, "2026-01", SUBMITTED_AT).kind is kind
    with pytest.raises(LegalBasisMissing):
        LegalBasis(kind, "", SUBMITTED_AT)
    with pytest.raises(TypeError):
        LegalBasis(kind)  # type: ignore[call-arg]


def test_the_ranking_value_never_becomes_the_grade() -> None:
    assert get_type_hints(Grade)["rating"] == Decimal | None
    assert get_type_hints(rankings.bayesian_mean)["return"] is float
