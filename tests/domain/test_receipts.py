"""What a receipt is answered with: published, explained, or a broken promise (LOG-10, LOG-11)."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts import Answer, Facts, answer

DUE = datetime(2026, 11, 27, tzinfo=UTC)
BEFORE = DUE - timedelta(seconds=1)
FACTS = st.builds(Facts, **{each.name: st.booleans() for each in fields(Facts)})


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (Facts(is_public=True, is_unchanged=True), Answer.PUBLISHED),
        (Facts(is_public=True, has_newer=True), Answer.CHANGED),
        (Facts(is_public=True, is_held=True), Answer.HELD),
        (Facts(is_refused=True), Answer.REFUSED),
        (Facts(is_withdrawn=True), Answer.WITHDRAWN),
        (Facts(is_unconfirmed=True), Answer.UNCONFIRMED),
        (Facts(is_erased=True), Answer.ERASED),
    ],
)
def test_what_is_known_is_said_at_any_time(facts: Facts, what: Answer) -> None:
    assert answer(facts, due_at=DUE, now=BEFORE) is what
    assert answer(facts, due_at=DUE, now=DUE) is what


@pytest.mark.parametrize(
    "facts",
    [Facts(), Facts(is_public=True), Facts(is_unchanged=True), Facts(has_newer=True)],
    ids=["gone", "changed by another", "hidden", "hidden and newer"],
)
def test_what_is_neither_shown_nor_explained_breaks_the_promise_in_the_end(facts: Facts) -> None:
    assert answer(facts, due_at=DUE, now=BEFORE) is Answer.PENDING
    assert answer(facts, due_at=DUE, now=DUE) is Answer.BREACH


@given(FACTS)
def test_it_is_published_only_where_readers_see_exactly_what_was_sent(facts: Facts) -> None:
    what = answer(facts, due_at=DUE, now=DUE)
    assert (what is Answer.PUBLISHED) is (facts.is_public and facts.is_unchanged)
    assert what is not Answer.PENDING
