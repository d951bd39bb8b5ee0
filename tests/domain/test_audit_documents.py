"""Documents of audits have numbers that tell nothing of how many there are."""

from domain import audit_documents, ids
from domain.ids import Prefix


def test_a_number_ends_with_its_version_and_is_that_of_one_audit() -> None:
    first, second = (ids.new(Prefix.AUDIT) for _ in range(2))
    assert audit_documents.number(first, 2) == f"AUD-{first[-12:].upper()}-2"
    assert audit_documents.number(first, 1) != audit_documents.number(second, 1)
