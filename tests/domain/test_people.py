"""People: complete data, known rights, and an administrator who stays."""

from dataclasses import replace

import pytest

from domain import people
from domain.errors import TextInvalid
from domain.mails import MailAddressInvalid
from domain.people import LastAdministrator, NewPerson, PersonInvalid
from domain.rights import OperatorRole, Right

BEN = NewPerson(" Ben@Shop.example ", "  Ben ", "van  Dam", "nl")


def test_names_are_tidied_and_the_address_is_one_that_mails_reach() -> None:
    assert people.checked(BEN) == NewPerson("Ben@shop.example", "Ben", "van Dam", "nl")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"last_name": ""}, "last_name"),
        ({"language": "sv"}, "language"),
    ],
)
def test_incomplete_data_are_refused_with_the_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(PersonInvalid) as refused:
        people.checked(replace(BEN, **change))
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["https://spam.example", "x" * 81, "call 0123 456789"])
def test_a_name_that_stands_in_mails_carries_no_advertising(name: str) -> None:
    with pytest.raises(TextInvalid) as refused:
        people.checked(replace(BEN, first_name=name))
    assert refused.value.field == "first_name"


@pytest.mark.parametrize("email", ["", "ben", "ben@", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(MailAddressInvalid):
        people.checked(replace(BEN, email=email))


def test_rights_and_roles_are_read_by_their_names() -> None:
    assert people.rights_named(["reviews", "read-only"]) == {Right.REVIEWS, Right.READ_ONLY}
    assert people.roles_named(["auditor"]) == {OperatorRole.AUDITOR}
    with pytest.raises(PersonInvalid, match="administrator"):
        people.rights_named(["owner"])
    with pytest.raises(PersonInvalid, match="moderator"):
        people.roles_named(["administrator"])


def test_the_last_administrator_stays_where_there_was_one() -> None:
    people.check_administrators(2, 1)
    people.check_administrators(0, 0)
    people.check_administrators(0, 1)
    with pytest.raises(LastAdministrator):
        people.check_administrators(1, 0)
