"""The evidence ladder: a level follows from records alone, and nothing lifts it afterwards."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import Evidence, EvidenceKind, EvidenceLevel, level_of
from tests.domain.examples import SUBMITTED_AT, records

Kind = EvidenceKind
ORDER_PROOFS = {
    Kind.INVITATION_USED,
    Kind.SIGNED_LINK,
    Kind.PROTECTED_ORDER,
    Kind.ORDER_ON_RECORD,
    Kind.PROOF_ACCEPTED,
}
BEFORE = SUBMITTED_AT - timedelta(days=3)
AFTER = SUBMITTED_AT + timedelta(microseconds=1)


def seen(*kinds: Kind) -> list[Evidence]:
    return [Evidence(kind, BEFORE, "test") for kind in kinds]


def level(*evidence: Evidence, imported: bool = False) -> EvidenceLevel:
    return level_of(evidence, submitted_at=SUBMITTED_AT, imported=imported)


def test_lvl_0_open() -> None:
    assert level() is EvidenceLevel.L0


def test_lvl_1_email_confirmed() -> None:
    assert level(*seen(Kind.EMAIL_CONFIRMED)) is EvidenceLevel.L1


@pytest.mark.parametrize("kind", sorted(ORDER_PROOFS))
def test_lvl_2_each_proof_of_purchase_gives_it(kind: Kind) -> None:
    assert level(*seen(kind)) is EvidenceLevel.L2
    assert level(*seen(kind, Kind.EMAIL_CONFIRMED)) is EvidenceLevel.L2


@pytest.mark.parametrize("kind", sorted(ORDER_PROOFS))
def test_lvl_3_independent_confirmation(kind: Kind) -> None:
    assert level(*seen(kind, Kind.INDEPENDENT_SOURCE)) is EvidenceLevel.L3


@pytest.mark.parametrize("kind", sorted(ORDER_PROOFS))
def test_lvl_4_signed_at_order(kind: Kind) -> None:
    signed = seen(kind, Kind.INDEPENDENT_SOURCE, Kind.SIGNED_AT_ORDER)
    assert level(*signed) is EvidenceLevel.L4
    assert level(*signed[::2]) is EvidenceLevel.L2


@pytest.mark.parametrize(
    "kinds",
    [
        (Kind.INDEPENDENT_SOURCE,),
        (Kind.SIGNED_AT_ORDER,),
        (Kind.INDEPENDENT_SOURCE, Kind.SIGNED_AT_ORDER),
    ],
)
def test_lvl_5_what_adds_to_a_proof_of_purchase_is_none_by_itself(kinds: tuple[Kind, ...]) -> None:
    assert level(*seen(*kinds)) is EvidenceLevel.L0
    assert level(*seen(*kinds, Kind.EMAIL_CONFIRMED)) is EvidenceLevel.L1


def test_the_ladder_has_the_steps_0_to_4() -> None:
    assert [(level.name, int(level)) for level in EvidenceLevel] == [
        ("L0", 0),
        ("L1", 1),
        ("L2", 2),
        ("L3", 3),
        ("L4", 4),
    ]


def test_lvl_5_verified_starts_at_l2() -> None:
    assert [level for level in EvidenceLevel if level.is_verified] == [
        EvidenceLevel.L2,
        EvidenceLevel.L3,
        EvidenceLevel.L4,
    ]


def test_an_order_record_that_arrives_after_the_review_never_lifts_it() -> None:
    on_time = Evidence(Kind.ORDER_ON_RECORD, SUBMITTED_AT, "api")
    late = Evidence(Kind.ORDER_ON_RECORD, AFTER, "api")
    assert level(on_time) is EvidenceLevel.L2
    assert level(late) is EvidenceLevel.L0
    assert level(late, *seen(Kind.EMAIL_CONFIRMED)) is EvidenceLevel.L1


def test_lvl_4_a_signature_made_after_the_review_was_known_does_not_count() -> None:
    confirmed = seen(Kind.INVITATION_USED, Kind.INDEPENDENT_SOURCE)
    late = Evidence(Kind.SIGNED_AT_ORDER, AFTER, "api")
    assert level(*confirmed, late) is EvidenceLevel.L3


def test_a_receipt_that_the_author_sends_later_counts() -> None:
    assert level(Evidence(Kind.PROOF_ACCEPTED, AFTER, "moderator")) is EvidenceLevel.L2


@given(st.lists(records))
def test_lvl_6_level_derived(evidence: list[Evidence]) -> None:
    again = level(*reversed(evidence), *evidence)
    assert level(*evidence) is again


@given(st.lists(records), records, st.booleans())
def test_one_more_record_never_lowers_the_level(
    evidence: list[Evidence], record: Evidence, imported: bool
) -> None:
    assert level(*evidence, record, imported=imported) >= level(*evidence, imported=imported)


@given(st.lists(records))
def test_lvl_7_import_capped(evidence: list[Evidence]) -> None:
    capped = level(*evidence, imported=True)
    assert not capped.is_verified
    assert level(*evidence) is level_of(evidence, submitted_at=SUBMITTED_AT)
    assert capped == min(level(*evidence), EvidenceLevel.L1)
