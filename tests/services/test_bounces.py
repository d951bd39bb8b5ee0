"""Reports of mail servers settle the mail and the invitation that it carried, once."""

import pytest

from domain.bounces import Fate, Report
from domain.mails import MailKey, MailState, Recipient
from services import bounces, mails
from services.installation import Installation
from store import mails as rows
from store import shops
from store.mails import Mail
from tests.services import steps
from tests.services.steps import NOON
from tests.services.test_mails import values

DARIO = Recipient("dario@example.org", "Dario", "en")


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def asked(installation: Installation, shop_key: str) -> str:
    """The id of a mail of the shop that waits to be sent."""
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        key = MailKey.SHOP_REPLIED
        return mails.send(work, key, DARIO, values(key), shop=shop, now=NOON, once="once")


def sent(installation: Installation, shop_key: str) -> str:
    """The id of a mail of the shop that a server has taken."""
    mail_id = asked(installation, shop_key)
    mails.sent(installation, mail_id, "250 taken", now=NOON)
    return mail_id


def settle(installation: Installation, mail_id: str, fate: Fate, status: str = "5.1.1") -> bool:
    report = Report(f"{mail_id}@trust.example", fate, status)
    with installation.database.write() as work:
        return bounces.settle(work, report, now=NOON)


def row_of(installation: Installation, mail_id: str) -> Mail:
    with installation.database.read() as session:
        row = rows.by_public_id(session, mail_id)
        assert row is not None
        return row


def is_suppressed(installation: Installation, shop_key: str) -> bool:
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        hashed = installation.database.keys.hash_email(DARIO.email)
        return rows.is_suppressed(session, shop.account_id, hashed)


def test_a_mail_that_came_back_has_bounced_and_the_address_gets_no_more(
    installation: Installation, shop_key: str
) -> None:
    mail_id = sent(installation, shop_key)
    assert settle(installation, mail_id, Fate.FAILED)
    row = row_of(installation, mail_id)
    assert (row.state, row.answer) == (MailState.BOUNCED, "5.1.1")
    assert is_suppressed(installation, shop_key)


@pytest.mark.parametrize(
    ("answer", "is_none"),
    [("550 5.1.1 No such user …", True), ("550 5.7.1 Relaying denied", False)],
)
def test_an_address_that_the_server_does_not_know_gets_no_more_either(
    answer: str, is_none: bool, installation: Installation, shop_key: str
) -> None:
    mail_id = asked(installation, shop_key)
    mails.refused(installation, mail_id, answer, is_bounced=True, now=NOON)
    assert row_of(installation, mail_id).state == MailState.BOUNCED
    assert is_suppressed(installation, shop_key) is is_none


def test_a_full_mailbox_is_no_reason_to_write_never_again(
    installation: Installation, shop_key: str
) -> None:
    mail_id = sent(installation, shop_key)
    assert settle(installation, mail_id, Fate.FAILED, "5.2.2")
    assert row_of(installation, mail_id).state == MailState.BOUNCED
    assert not is_suppressed(installation, shop_key)


@pytest.mark.parametrize("fate", [Fate.DELAYED, Fate.DELIVERED])
def test_a_mail_that_is_late_or_arrived_stays_sent(
    fate: Fate, installation: Installation, shop_key: str
) -> None:
    mail_id = sent(installation, shop_key)
    assert settle(installation, mail_id, fate)
    assert row_of(installation, mail_id).state == MailState.SENT


def test_the_same_report_twice_changes_nothing_more(
    installation: Installation, shop_key: str
) -> None:
    mail_id = sent(installation, shop_key)
    assert settle(installation, mail_id, Fate.FAILED, "5.2.2")
    assert settle(installation, mail_id, Fate.FAILED, "5.1.1")
    assert row_of(installation, mail_id).answer == "5.2.2"
    assert not is_suppressed(installation, shop_key)


@pytest.mark.parametrize("mail_id", ["", "mai-nothing", "mai-0192aa7d-0000-7000-8000-000000000000"])
def test_a_report_of_somebody_elses_mail_is_none_of_ours(
    mail_id: str, installation: Installation
) -> None:
    assert not settle(installation, mail_id, Fate.FAILED)
