"""Frames are granted by a rule, set by hand with a reason, and told to the member (§39)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.duties import OwnShop
from domain.errors import AccountNotFound, NotAllowed
from domain.frames import FrameChanged, FrameForbidden, FrameReasonMissing, FrameState, FrameStep
from domain.mails import MailKey
from domain.rights import OperatorRole, Right
from services import frame_keepers, frames, marks
from services.frames import Setting
from services.installation import Installation
from store import shops as shop_rows
from store.staff_tasks import StaffTask
from tests.services import framed, people, steps
from tests.services.framed import NOON, Member

FRAME_MAILS = {MailKey.FRAME_GRANTED, MailKey.FRAME_CHANGED, MailKey.FRAME_INFO_NEEDED}


@pytest.fixture
def owner(installation: Installation) -> Member:
    return framed.member(installation)


def validated(installation: Installation, owner: Member) -> bool:
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, owner.shop_key)
        assert shop is not None
        return frames.validated(work, shop, now=NOON)


def told(installation: Installation) -> list[str]:
    return [key for key in framed.mails_of(installation.database) if key in FRAME_MAILS]


@pytest.mark.parametrize(("euros", "cents"), [(0, 5_000_00), (200_000, 6_000_00)])
def test_with_the_validation_a_frame_is_granted_and_told_once(
    installation: Installation, owner: Member, euros: int, cents: int
) -> None:
    framed.guarantor(installation.database)
    framed.declare(installation.database, owner.account_id, euros)
    assert validated(installation, owner)
    assert validated(installation, owner)
    row = framed.frame_of(installation.database, owner.account_id)
    assert row is not None
    assert (row.state, row.base_eur_minor, row.factor_percent) == (FrameState.ACTIVE, cents, 100)
    assert told(installation) == [MailKey.FRAME_GRANTED]
    with installation.database.read() as session:
        assert len(frames.history(session, owner.account_id)) == 1
        assert frames.active(session, owner.account_id) is not None


def test_without_a_guarantor_there_is_no_frame(installation: Installation, owner: Member) -> None:
    assert not validated(installation, owner)
    with installation.database.read() as session:
        assert frames.of_member(session, owner.account_id) is None
        assert frames.active(session, owner.account_id) is None
    assert told(installation) == []


def test_a_high_turnover_is_a_task_of_finance_and_no_frame(
    installation: Installation, owner: Member
) -> None:
    database = installation.database
    framed.guarantor(database)
    framed.declare(database, owner.account_id, 5_000_000)
    assert not validated(installation, owner)
    assert not validated(installation, owner)
    with database.read() as session:
        (task,) = session.exec(select(StaffTask)).all()
    assert (task.kind, task.subject, task.is_open) == ("FRAME_INDIVIDUAL", owner.public_id, True)
    framed.employ_finance(installation)
    keeper = framed.finance(installation, owner)
    row = framed.frame_of(database, owner.account_id)
    seen = row.version if row else 1
    with database.write() as work:
        setting = Setting(120_000_00, "The insurer agrees to this.", "INS-7")
        frames.change(work, keeper, setting, seen=seen, now=NOON)
    row = framed.frame_of(database, owner.account_id)
    assert row is not None
    assert (row.state, row.base_eur_minor, row.insurer_ref) == ("ACTIVE", 120_000_00, "INS-7")
    with database.read() as session:
        (task,) = session.exec(select(StaffTask)).all()
    assert not task.is_open
    assert told(installation) == [MailKey.FRAME_GRANTED]


def test_goods_of_high_value_are_a_task_too(installation: Installation, owner: Member) -> None:
    database = installation.database
    framed.guarantor(database)
    with database.read() as session:
        assert frames.basket_of(session, owner.account_id, now=NOON) is None
    steps.order(database, owner.shop_key, at=NOON - timedelta(days=3))
    with database.read() as session:
        assert frames.basket_of(session, owner.account_id, now=NOON) == 47_11
        assert frames.basket_of(session, owner.account_id, now=NOON + timedelta(days=400)) is None


def test_a_frame_is_suspended_resumed_and_ended_with_reasons(
    installation: Installation, owner: Member
) -> None:
    database = installation.database
    framed.guarantor(database)
    validated(installation, owner)
    framed.employ_finance(installation)
    keeper = framed.finance(installation, owner)
    for wanted, state in (
        (FrameStep.SUSPEND, FrameState.SUSPENDED),
        (FrameStep.RESUME, FrameState.ACTIVE),
        (FrameStep.END, FrameState.ENDED),
    ):
        row = framed.frame_of(database, owner.account_id)
        assert row is not None
        with database.write() as work:
            frames.step(work, keeper, wanted, "As agreed.", seen=row.version, now=NOON)
            assert any(job.name == marks.CHANGED for job in work.jobs)
        row = framed.frame_of(database, owner.account_id)
        assert row is not None
        assert row.state == state
    assert told(installation) == [MailKey.FRAME_GRANTED, *[MailKey.FRAME_CHANGED] * 3]
    assert framed.logged(database, "frame.") == ["frame.changed"] * 4
    # What was ended stays so, whatever is validated.
    assert not validated(installation, owner)


def test_a_refused_change_leaves_nothing_behind(installation: Installation, owner: Member) -> None:
    database = installation.database
    framed.guarantor(database)
    validated(installation, owner)
    framed.employ_finance(installation)
    keeper = framed.finance(installation, owner)
    before = framed.frame_of(database, owner.account_id)
    assert before is not None
    refusals = [
        (FrameStep.SUSPEND, "no", before.version, FrameReasonMissing),
        (FrameStep.SUSPEND, "As agreed.", before.version - 1, FrameChanged),
        (FrameStep.RESUME, "As agreed.", before.version, FrameForbidden),
    ]
    for wanted, reason, seen, refusal in refusals:
        with pytest.raises(refusal), database.write() as work:
            frames.step(work, keeper, wanted, reason, seen=seen, now=NOON)
    with pytest.raises(FrameChanged), database.write() as work:
        frames.change(work, keeper, Setting(1, "As agreed."), seen=0, now=NOON)
    after = framed.frame_of(database, owner.account_id)
    assert after == before
    assert told(installation) == [MailKey.FRAME_GRANTED]


def test_only_finance_sets_frames_and_nobody_that_of_their_own_company(
    installation: Installation, owner: Member
) -> None:
    people.employ(installation, "fin", OperatorRole.FINANCE)
    people.employ(installation, "ivy", OperatorRole.INSURER_READER)
    people.employ(installation, "ada", OperatorRole.ADMINISTRATOR, OperatorRole.MODERATOR)
    other = framed.member(installation, domain="other.example")
    people.hire(installation, other.shop_key, "fin", Right.READ_ONLY, factor=True)
    with installation.database.read() as session:
        fin = framed.entered(installation, "fin")
        ivy = framed.entered(installation, "ivy")
        ada = framed.entered(installation, "ada")
        assert frame_keepers.keeper(session, fin, owner.public_id).account.id == owner.account_id
        assert frame_keepers.reader(session, ivy, owner.public_id).account.id == owner.account_id
        assert frame_keepers.readers(fin) == {other.account_id}
        with pytest.raises(OwnShop):
            frame_keepers.keeper(session, fin, other.public_id)
        with pytest.raises(OwnShop):
            frame_keepers.reader(session, fin, other.public_id)
        with pytest.raises(AccountNotFound):
            frame_keepers.keeper(session, fin, "acc-unknown")
        with pytest.raises(NotAllowed):
            frame_keepers.keeper(session, ivy, owner.public_id)
        for somebody in (ada, framed.entered(installation, "anna-shop")):
            with pytest.raises(NotAllowed):
                frame_keepers.readers(somebody)
