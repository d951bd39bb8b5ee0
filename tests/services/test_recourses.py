"""Recourses through their use cases: contested by the shop, ended by finance, once each."""

import pytest
from sqlmodel import select

from domain.duties import DutiesConflict, Officer, OwnShop
from domain.recourses import (
    RecourseChanged,
    RecourseNotFound,
    RecourseReasonMissing,
    RecourseState,
    RecourseStepForbidden,
)
from services import recourses
from services.installation import Installation
from store.recourses import Recourse
from tests.services import payable, protected
from tests.services.payable import AT, DORA, FELIX, HANNA
from tests.services.steps import ANNA

S = RecourseState


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return payable.open_shop(installation)


@pytest.fixture
def recourse_id(installation: Installation, shop_key: str) -> str:
    _, payout_id = payable.payout(installation, shop_key)
    payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)
    return row_of(installation).public_id


def row_of(installation: Installation) -> Recourse:
    with installation.database.read() as session:
        return session.exec(select(Recourse)).one()


def end(
    installation: Installation,
    recourse_id: str,
    after: S,
    reason: str = "",
    *,
    officer: Officer = FELIX,
    seen: int = 1,
) -> None:
    with installation.database.write() as work:
        recourses.end(work, recourse_id, after, reason, officer=officer, seen=seen, now=AT)


def contest(installation: Installation, shop_key: str, recourse_id: str, reason: str) -> None:
    with installation.database.write() as work:
        recourses.contest(work, shop_key, recourse_id, reason, actor=ANNA, now=AT)


def test_a_shop_pays(installation: Installation, recourse_id: str) -> None:
    end(installation, recourse_id, S.PAID)
    row = row_of(installation)
    assert (row.state, row.closed_at, row.version) == (S.PAID, AT, 2)
    with pytest.raises(RecourseStepForbidden):
        end(installation, recourse_id, S.WRITTEN_OFF, "Too late.", seen=2)


def test_a_shop_contests_and_finance_decides(
    installation: Installation, shop_key: str, recourse_id: str
) -> None:
    contest(installation, shop_key, recourse_id, "We had refunded it.")
    assert (row_of(installation).state, row_of(installation).closed_at) == (S.CONTESTED, None)
    with pytest.raises(RecourseChanged):
        end(installation, recourse_id, S.INVOICED, "Not shown.")
    end(installation, recourse_id, S.INVOICED, "Not shown.", seen=2)
    end(installation, recourse_id, S.INSURER, "The shop is insolvent.", seen=3)
    assert row_of(installation).reason == "The shop is insolvent."


def test_what_lacks_a_reason_changes_nothing(
    installation: Installation, shop_key: str, recourse_id: str
) -> None:
    with pytest.raises(RecourseReasonMissing):
        contest(installation, shop_key, recourse_id, " ")
    with pytest.raises(RecourseReasonMissing):
        end(installation, recourse_id, S.WRITTEN_OFF)
    with pytest.raises(RecourseStepForbidden):
        end(installation, recourse_id, S.CONTESTED, "Ours to say?")
    assert (row_of(installation).state, row_of(installation).version) == (S.INVOICED, 1)


def test_a_recourse_of_another_shop_is_not_found(
    installation: Installation, recourse_id: str
) -> None:
    other = payable.open_shop(installation, "other.example")
    with pytest.raises(RecourseNotFound):
        contest(installation, other, recourse_id, "Not ours.")
    with pytest.raises(RecourseNotFound):
        end(installation, "rcs-none", S.PAID)


def test_nobody_writes_off_what_a_company_of_their_own_owes(
    installation: Installation, shop_key: str, recourse_id: str
) -> None:
    with installation.database.write() as work:
        company = protected.shop_of(work, shop_key).account_id
    owner = Officer(FELIX.name, frozenset({company}))
    with pytest.raises(OwnShop):
        end(installation, recourse_id, S.WRITTEN_OFF, "A friend.", officer=owner)
    for name in (HANNA, DORA):
        with pytest.raises(DutiesConflict):
            end(installation, recourse_id, S.PAID, officer=name)
    assert (row_of(installation).state, row_of(installation).version) == (S.INVOICED, 1)
