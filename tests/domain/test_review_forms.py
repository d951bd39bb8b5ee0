"""What a draft keeps, and when a change is an edit."""

from hypothesis import given
from hypothesis import strategies as st

from domain.criteria import Criterion
from domain.review_forms import DRAFTED, Said, drafted, is_edit

STARS = Said({Criterion.SERVICE: 5}, "", "")


def test_a_draft_keeps_the_fields_of_the_form_and_nothing_else() -> None:
    given_ = {"title": "Good", "comment": " ", "csrf": "x", "name": "Eve\x00", "mark_service": "5"}
    assert drafted(given_) == {"title": "Good", "name": "Eve", "mark_service": "5"}


@given(st.dictionaries(st.sampled_from([*DRAFTED, "other"]), st.text(max_size=30_000)))
def test_a_draft_is_bounded_whatever_is_sent(sent: dict[str, str]) -> None:
    kept = drafted(sent)
    assert kept.keys() <= DRAFTED.keys()
    assert all(len(value) <= DRAFTED[name] for name, value in kept.items())


def test_the_first_text_of_stars_completes_them() -> None:
    assert not is_edit(STARS, Said(STARS.marks, "Good", "It came in a day."))
    assert not is_edit(STARS, STARS)


def test_a_changed_mark_or_text_is_an_edit() -> None:
    whole = Said(STARS.marks, "Good", "It came in a day.")
    assert is_edit(STARS, Said({Criterion.SERVICE: 4}, "", ""))
    assert is_edit(STARS, Said({Criterion.SERVICE: 5, Criterion.GOODS: 1}, "", ""))
    assert is_edit(whole, Said(STARS.marks, "Good", "It broke."))
    assert is_edit(whole, STARS)
    assert not is_edit(whole, whole)
