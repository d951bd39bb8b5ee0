"""Guarantors through their use cases: off by default, one at most, and every step in the log."""

import threading
from dataclasses import replace
from typing import Final

import pytest
from sqlmodel import col, select

from domain.actors import OPERATOR
from domain.guarantors import (
    GuarantorActive,
    GuarantorChanged,
    GuarantorInvalid,
    GuarantorIsDemo,
    GuarantorNotFound,
)
from services import guarantors, marks
from services.installation import Installation
from store.decisions import AuditEntry
from tests.services.protected import GUARANTOR
from tests.services.steps import NOON

OTHER: Final = replace(GUARANTOR, name="Other Surety")


def entered(installation: Installation, *, is_demo: bool = False) -> str:
    with installation.database.write() as work:
        return guarantors.create(work, GUARANTOR, actor=OPERATOR, now=NOON, is_demo=is_demo)


def activate(installation: Installation, guarantor_id: str, *, seen: int = 1) -> int:
    with installation.database.write() as work:
        guarantors.activate(work, guarantor_id, seen=seen, actor=OPERATOR, now=NOON)
        return len(work.jobs)


def active(installation: Installation) -> str:
    with installation.database.read() as session:
        row = guarantors.active(session)
        return row.public_id if row else ""


def test_nobody_stands_behind_protections_by_default(installation: Installation) -> None:
    assert active(installation) == ""
    entered(installation)
    assert active(installation) == ""


def test_a_guarantor_begins_and_ends_and_marks_are_drawn_again(
    installation: Installation,
) -> None:
    guarantor_id = entered(installation)
    assert activate(installation, guarantor_id) == 1
    assert active(installation) == guarantor_id
    assert activate(installation, guarantor_id, seen=2) == 0
    with installation.database.write() as work:
        guarantors.deactivate(work, guarantor_id, seen=2, actor=OPERATOR, now=NOON)
        assert [job.name for job in work.jobs] == [marks.CHANGED]
        guarantors.deactivate(work, guarantor_id, seen=3, actor=OPERATOR, now=NOON)
    assert active(installation) == ""
    with installation.database.read() as session:
        query = select(AuditEntry.action).where(col(AuditEntry.object) == guarantor_id)
        actions = session.exec(query.order_by(col(AuditEntry.id))).all()
    assert actions == ["guarantor.created", "guarantor.activated", "guarantor.deactivated"]


def test_at_most_one_is_active_also_at_once(installation: Installation) -> None:
    ids = [entered(installation) for _ in range(4)]
    refused: list[str] = []
    barrier = threading.Barrier(len(ids))

    def call(guarantor_id: str) -> None:
        barrier.wait()
        try:
            activate(installation, guarantor_id)
        except GuarantorActive as error:
            refused.append(error.code)

    threads = [threading.Thread(target=call, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["GUARANTOR_ACTIVE"] * 3
    assert active(installation) in ids


def test_a_change_says_what_was_and_what_is(installation: Installation) -> None:
    guarantor_id = entered(installation)
    with installation.database.write() as work:
        guarantors.change(work, guarantor_id, OTHER, seen=1, actor=OPERATOR, now=NOON)
    with installation.database.read() as session:
        assert guarantors.one(session, guarantor_id).name == "Other Surety"
        query = select(AuditEntry).where(col(AuditEntry.action) == "guarantor.changed")
        entry = session.exec(query).one()
    assert GUARANTOR.name in entry.before
    assert "Other Surety" in entry.after


def test_two_people_notice_one_another(installation: Installation) -> None:
    guarantor_id = entered(installation)
    database = installation.database
    with database.write() as work:
        guarantors.change(work, guarantor_id, OTHER, seen=1, actor=OPERATOR, now=NOON)
    with pytest.raises(GuarantorChanged):
        activate(installation, guarantor_id, seen=1)
    with pytest.raises(GuarantorChanged), database.write() as work:
        guarantors.change(work, guarantor_id, GUARANTOR, seen=1, actor=OPERATOR, now=NOON)
    with pytest.raises(GuarantorNotFound):
        activate(installation, "gua-0")
    with pytest.raises(GuarantorNotFound), database.read() as session:
        guarantors.one(session, "gua-0")


def test_the_demos_guarantor_keeps_its_name(installation: Installation) -> None:
    guarantor_id = entered(installation, is_demo=True)
    with pytest.raises(GuarantorIsDemo), installation.database.write() as work:
        guarantors.change(work, guarantor_id, OTHER, seen=1, actor=OPERATOR, now=NOON)


def test_one_that_lacks_something_is_not_entered(installation: Installation) -> None:
    data = replace(GUARANTOR, licence_note=" ")
    with pytest.raises(GuarantorInvalid), installation.database.write() as work:
        guarantors.create(work, data, actor=OPERATOR, now=NOON)
    with installation.database.read() as session:
        assert guarantors.listed(session) == []
