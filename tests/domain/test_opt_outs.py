"""Lists of opt-outs: every address is found once, and nothing else is taken for one."""

import pytest

from domain import opt_outs
from domain.errors import Invalid
from domain.opt_outs import Listed


def test_addresses_are_parted_by_whatever_lists_part_them_with() -> None:
    text = "anna@example.org\r\nben@example.org; cleo@example.org,\n\nanna@example.org\tnobody\n"
    emails = ("anna@example.org", "ben@example.org", "cleo@example.org")
    assert opt_outs.read(text) == Listed(emails, ("nobody",))


@pytest.mark.parametrize("number", [0, opt_outs.MOST + 1])
def test_a_list_without_an_address_or_with_too_many_is_refused(number: int) -> None:
    with pytest.raises(Invalid) as refused:
        opt_outs.read("\n".join(f"a{each}@example.org" for each in range(number)))
    assert refused.value.field == "emails"


def test_as_many_as_are_allowed_are_taken() -> None:
    text = " ".join(f"a{each}@example.org" for each in range(opt_outs.MOST))
    assert len(opt_outs.read(text).emails) == opt_outs.MOST
