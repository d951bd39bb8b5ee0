"""Public ids carry their kind and sort by the time they were made."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ids
from domain.ids import Prefix


@pytest.mark.parametrize("prefix", Prefix)
def test_a_new_id_is_valid_for_its_kind_and_no_other(prefix: Prefix) -> None:
    new = ids.new(prefix)
    assert [kind for kind in Prefix if ids.is_valid(kind, new)] == [prefix]


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [ids.new(Prefix.REVIEW) for _ in range(1_000)]
    assert made == sorted(set(made))


def test_a_new_id_is_version_7() -> None:
    assert UUID(ids.new(Prefix.SHOP).removeprefix("chl-")).version == 7


@given(st.uuids())
def test_the_id_of_a_migrated_shop_keeps_whatever_version_it_has(uuid: UUID) -> None:
    assert ids.is_valid(Prefix.SHOP, f"chl-{uuid}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rev",
        "rev-",
        "019aa7d0-0000-7000-8000-000000000000",
        "chl-019aa7d0-0000-7000-8000-000000000000",
        "REV-019aa7d0-0000-7000-8000-000000000000",
        "rev-019AA7D0-0000-7000-8000-000000000000",
        "rev-019aa7d0000070008000000000000000",
        "rev-019aa7d0-0000-7000-8000-00000000000",
        "rev-019aa7d0-0000-7000-8000-000000000000\n",
        "rev-019aa7d0-0000-7000-8000-00000000000٣",
        " rev-019aa7d0-0000-7000-8000-000000000000",
    ],
)
def test_anything_else_is_no_review_id(text: str) -> None:
    assert not ids.is_valid(Prefix.REVIEW, text)
