"""A confirmed file is taken in once, whole, whenever its worker dies."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, func, select

from domain import uploads as rules
from domain.uploads import POLICY, Outcome, Statement, UploadState
from jobs import queue
from services import upload_views, uploads
from services.installation import Installation
from services.upload_views import UploadRecord
from store.invitations import Invitation
from store.orders import Order
from tests.conditions import eventually
from tests.jobs.conftest import Launch, Start
from tests.services import steps
from tests.services.steps import ANNA

pytestmark = pytest.mark.slow
ORDERS = 5 * POLICY.batch // 2


def confirmed(installation: Installation, key: str) -> str:
    """An upload of two batches and a half, confirmed together with its job."""
    now = datetime.now(UTC)
    lines = [f"b{number}@example.org;UP-{number}" for number in range(ORDERS)]
    body = "\n".join(["email;reference", *lines]).encode()
    file = uploads.read(installation.database.keys, "orders.csv", body, now=now)
    home = installation.settings.home
    with installation.database.write() as work:
        upload_id = uploads.add(work, home, key, file, actor=ANNA, now=now)
        at = now + timedelta(days=3)
        said = tuple(Statement)
        uploads.confirm(work, key, upload_id, said, at, actor=ANNA, now=now)
    return upload_id


def shown(installation: Installation, key: str, upload_id: str) -> UploadRecord:
    with installation.database.read() as session:
        return upload_views.shown(session, key, upload_id)


def counted(installation: Installation) -> tuple[int, int]:
    """How many orders and how many of their invitations there are."""
    with installation.database.read() as session:
        mailed = select(func.count()).where(col(Invitation.is_mailed))
        return session.exec(select(func.count(col(Order.id)))).one(), session.exec(mailed).one()


def test_two_killed_workers_take_no_line_twice_and_lose_none(
    installation: Installation, start: Start, launch: Launch
) -> None:
    queue.connect(installation)
    key = steps.open_shop(installation.database)
    upload_id = confirmed(installation, key)
    for whole in (1, 0):
        dying = start("work_and_stall_in_an_upload", str(whole))
        dying.said("stalled")
        dying.kill()
    assert shown(installation, key, upload_id).counts == {
        Outcome.TAKEN: POLICY.batch,
        Outcome.READY: ORDERS - POLICY.batch,
    }
    assert counted(installation) == (POLICY.batch, POLICY.batch)
    launch("one")
    eventually(lambda: shown(installation, key, upload_id).state is UploadState.DONE, within=60)
    assert shown(installation, key, upload_id).counts == {Outcome.TAKEN: ORDERS}
    assert counted(installation) == (ORDERS, ORDERS)
    assert rules.refused(shown(installation, key, upload_id).counts) == 0
