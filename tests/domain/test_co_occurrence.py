"""Groups of authors with the same purchases, and people who only like the same shops."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import co_occurrence
from domain.co_occurrence import CoOccurrencePolicy, Reviewed, noticed


def bought(author: str, *orders: Sequence[int]) -> list[Reviewed]:
    """Reviews of one author: the things of each order."""
    number = int.from_bytes(author.encode())
    return [
        Reviewed(number * 1_000 + at * 10 + thing, author, (1, thing), number * 100 + at)
        for at, things in enumerate(orders)
        for thing in things
    ]


RING = [row for author in "abc" for row in bought(author, [1], [2], [3])]


def test_sig_7_three_authors_with_the_same_three_purchases_are_noticed() -> None:
    alone = bought("z", [1], [7], [8])
    assert noticed([*RING, *alone]) == {row.review for row in RING}


def test_what_only_one_of_a_group_has_reviewed_is_not_noticed() -> None:
    more = bought("a", [], [], [], [9])
    assert noticed([*RING, *more]) == {row.review for row in RING}


def test_groups_grow_by_links_that_overlap() -> None:
    chain = [
        *bought("a", [1], [2], [3]),
        *bought("b", [1], [2], [3], [4], [5], [6]),
        *bought("c", [4], [5], [6]),
    ]
    assert noticed(chain) == {row.review for row in chain}


@pytest.mark.parametrize(
    "rows",
    [
        # A bundle that many order once.
        [row for author in "abcde" for row in bought(author, [1, 2, 3, 4])],
        # Two friends are no group.
        [row for author in "ab" for row in bought(author, [1], [2], [3])],
        # Regulars of one shop, with nothing else in common.
        [row for author in "abc" for row in bought(author, [1], [1], [1])],
        [],
    ],
)
def test_honest_buyers_are_left_alone(rows: list[Reviewed]) -> None:
    assert noticed(rows) == frozenset()


@pytest.mark.parametrize("limit", [CoOccurrencePolicy(popular=2), CoOccurrencePolicy(pairs=5)])
def test_what_many_have_reviewed_tells_nothing_and_work_is_bounded(
    monkeypatch: pytest.MonkeyPatch, limit: CoOccurrencePolicy
) -> None:
    monkeypatch.setattr(co_occurrence, "POLICY", limit)
    assert noticed(RING) == frozenset()


@given(
    st.lists(
        st.builds(
            Reviewed,
            st.integers(1, 40),
            st.sampled_from("abcdef"),
            st.tuples(st.just(1), st.integers(1, 5)),
            st.integers(1, 12),
        ),
        max_size=60,
    )
)
def test_only_reviews_that_are_there_are_noticed_in_whatever_order(rows: list[Reviewed]) -> None:
    assert noticed(rows) <= {row.review for row in rows}
    assert noticed(rows) == noticed(rows[::-1])
