"""The outbox: found by kind, state, shop and person; looked at only on record; sent again."""

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.mails import MailKey, MailNotFound, MailState, MailUnderway, Recipient
from services import mails, outbox
from services.installation import Installation
from services.outbox import Wanted
from store import shops
from store.decisions import AuditEntry
from store.mails import PAGE
from tests.services import steps
from tests.services.steps import NOON

RESET = MailKey.PASSWORD_RESET


def ask(
    installation: Installation, once: str, email: str = "dario@example.org", shop_key: str = ""
) -> str:
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key) if shop_key else None
        given = {"link": "https://trust.example/password/secret", "hours": "24"}
        to = Recipient(email, "Dario", "en")
        return mails.send(work, RESET, to, given, shop=shop, now=NOON, once=once)


def recipient_of(installation: Installation, email: str) -> str:
    return outbox.recipient_of(installation.database.keys, email)


def found(installation: Installation, wanted: Wanted) -> list[str]:
    return [record.mail_id for record in outbox.listed(installation, wanted).mails]


def with_server(installation: Installation) -> Installation:
    named = {"smtp_url": "smtp://127.0.0.1:25", "mail_from": "mail@trust.example"}
    settings = installation.settings.model_copy(update=named)
    return Installation(settings, installation.database, None)


def log_of(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        actions = session.exec(select(AuditEntry.action)).all()
    return [action for action in actions if action.startswith("mail.")]


def test_mails_are_found_by_what_is_known_of_them(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    first = ask(installation, "a")
    second = ask(installation, "b", "anna@example.org", shop_key)
    mails.sent(installation, first, "250 OK", now=NOON)
    assert found(installation, Wanted()) == [second, first]
    assert found(installation, Wanted(state=MailState.SENT)) == [first]
    assert found(installation, Wanted(key=RESET)) == [second, first]
    assert found(installation, Wanted(key=MailKey.TEST)) == []
    assert found(installation, Wanted(shop_key=shop_key)) == [second]
    assert found(installation, Wanted(shop_key="X" * 33)) == []
    dario = recipient_of(installation, " Dario@EXAMPLE.org ")
    assert found(installation, Wanted(recipient=dario)) == [first]
    counts = outbox.listed(installation, Wanted()).counts
    assert counts == {MailState.SENT: 1, MailState.QUEUED: 1}


def test_the_list_shows_nobodys_whole_address(installation: Installation) -> None:
    ask(installation, "a")
    (record,) = outbox.listed(installation, Wanted()).mails
    assert record.recipient == "d…@example.org"


def test_pages_follow_each_other_without_gap_or_overlap(installation: Installation) -> None:
    asked = [ask(installation, str(number)) for number in range(PAGE + 3)]
    first = outbox.listed(installation, Wanted())
    assert first.older is not None
    rest = outbox.listed(installation, Wanted(before=first.older))
    assert rest.older is None
    assert [r.mail_id for r in (*first.mails, *rest.mails)] == asked[::-1]


def test_a_look_at_a_mail_is_noted_and_shows_it_whole(installation: Installation) -> None:
    mail_id = ask(installation, "a")
    shown = outbox.view(installation, mail_id, actor=OPERATOR, now=NOON)
    headers = dict(shown.headers)
    assert headers["To"] == "Dario <dario@example.org>"
    assert mail_id in headers["Message-ID"]
    assert "https://trust.example/password/secret" in shown.rendered.html
    assert "mail.viewed" in log_of(installation)


def test_where_mails_are_sent_nobody_reads_the_link_of_a_login(installation: Installation) -> None:
    mail_id = ask(installation, "a")
    shown = outbox.view(with_server(installation), mail_id, actor=OPERATOR, now=NOON)
    assert "secret" not in shown.rendered.html + shown.rendered.text


def test_a_mail_to_no_address_can_be_looked_at(installation: Installation) -> None:
    mail_id = ask(installation, "a", "not an address\r\n")
    shown = outbox.view(installation, mail_id, actor=OPERATOR, now=NOON)
    assert "unusable" in dict(shown.headers)["To"]


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.BOUNCED])
def test_what_failed_is_sent_again(installation: Installation, state: MailState) -> None:
    mail_id = ask(installation, "a")
    is_bounced = state is MailState.BOUNCED
    mails.refused(installation, mail_id, "550 no", is_bounced=is_bounced, now=NOON)
    assert outbox.view(with_server(installation), mail_id, actor=OPERATOR, now=NOON).may_go_again
    with installation.database.write() as work:
        outbox.again(work, mail_id, actor=OPERATOR, now=NOON)
        (job,) = work.jobs
    assert job.id == f"{mails.SEND}:{mail_id}:2"
    assert mails.due(installation, mail_id) is not None
    assert "mail.sent_again" in log_of(installation)


def test_what_is_underway_or_unknown_is_not_sent_again(installation: Installation) -> None:
    mail_id = ask(installation, "a")
    with installation.database.write() as work:
        with pytest.raises(MailUnderway):
            outbox.again(work, mail_id, actor=OPERATOR, now=NOON)
        with pytest.raises(MailNotFound):
            outbox.again(work, "mai-unknown", actor=OPERATOR, now=NOON)
    with pytest.raises(MailNotFound):
        outbox.view(installation, "mai-unknown", actor=OPERATOR, now=NOON)


def test_a_kept_mail_waits_for_a_server(installation: Installation) -> None:
    mail_id = ask(installation, "a")
    mails.keep(installation, mail_id, now=NOON)
    assert not outbox.view(installation, mail_id, actor=OPERATOR, now=NOON).may_go_again
    assert outbox.view(with_server(installation), mail_id, actor=OPERATOR, now=NOON).may_go_again
