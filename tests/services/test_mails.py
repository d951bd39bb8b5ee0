"""Mails are asked for once and in their transaction, kept secret, and made without surprises."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO

import pytest
from PIL import Image

from domain.mails import KINDS, UNSUBSCRIBE, MailKey, MailState, Recipient, Wording, is_link
from services import logos, mail_templates, mails
from services.installation import Installation
from services.mail_templates import NewSender
from store import mails as rows
from store import shops
from store.mails import Mail
from tests.services import steps
from tests.services.steps import ANNA, NOON

DARIO = Recipient("Dario@Example.org", "Dario", "de-AT")
REPLIED = MailKey.SHOP_REPLIED
INVITED = MailKey.REVIEW_INVITATION


def values(key: MailKey, **own: str) -> dict[str, str]:
    return {name: "/x" if is_link(name) else name for name in KINDS[key].values} | own


def ask(
    installation: Installation,
    key: MailKey = REPLIED,
    *,
    shop_key: str = "",
    to: Recipient = DARIO,
    once: str = "once",
    own: Mapping[str, str] | None = None,
) -> str:
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key) if shop_key else None
        given = values(key, **(own or {}))
        return mails.send(work, key, to, given, shop=shop, now=NOON, once=once)


def row_of(installation: Installation, mail_id: str) -> Mail:
    with installation.database.read() as session:
        row = rows.by_public_id(session, mail_id)
        assert row is not None
        return row


def message(installation: Installation, mail_id: str) -> EmailMessage:
    """The mail as a mail program reads it."""
    due = mails.due(installation, mail_id)
    assert due is not None
    read = message_from_bytes(due.message, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def picture_of(width: int, height: int) -> bytes:
    """A PNG with edges of this many px."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#8a1c5b").save(file, "PNG")
    return file.getvalue()


def part(read: EmailMessage, kind: str) -> str:
    found = read.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_the_same_occasion_gives_the_same_mail(installation: Installation) -> None:
    first = ask(installation)
    assert ask(installation) == first
    assert ask(installation, once="other") != first


def test_two_who_ask_at_once_get_one_mail(installation: Installation) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: ask(installation), range(16)))
    assert len(found) == 1
    with installation.database.read() as session:
        assert rows.counts(session) == {MailState.QUEUED: 1}


def test_a_mail_and_its_job_are_asked_for_together(installation: Installation) -> None:
    with installation.database.write() as work:
        given = values(REPLIED)
        mail_id = mails.send(work, REPLIED, DARIO, given, shop=None, now=NOON, once="x")
        (job,) = work.jobs
        mails.send(work, REPLIED, DARIO, given, shop=None, now=NOON, once="x")
        assert work.jobs == [job]
    assert (job.name, job.arguments) == (mails.SEND, {"mail_id": mail_id})


def test_a_missing_value_is_a_mistake_of_ours_and_nothing_is_stored(
    installation: Installation,
) -> None:
    with installation.database.write() as work:
        for given in ({"reply": "x"}, values(REPLIED, review_url="javascript:alert(1)")):
            with pytest.raises(ValueError, match="review"):
                mails.send(work, REPLIED, DARIO, given, shop=None, now=NOON, once="x")
    with installation.database.read() as session:
        assert rows.counts(session) == {}


def test_neither_address_nor_name_nor_content_is_stored_in_plain(
    installation: Installation,
) -> None:
    row = row_of(installation, ask(installation, own={"reply": "Geheimnis"}))
    stored = repr(row.model_dump())
    for secret in ("Dario", "Example.org", "example.org", "Geheimnis"):
        assert secret not in stored
    keys = installation.database.keys
    assert row.recipient_hash == keys.hash_email("dario@example.org")


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("sv", "en"), ("", "en")])
def test_a_mail_speaks_its_recipients_language(
    installation: Installation, tag: str, language: str
) -> None:
    mail_id = ask(installation, to=Recipient("a@example.org", "", tag))
    assert message(installation, mail_id)["Content-Language"] == language


def test_a_shop_speaks_via_the_operator_and_gets_the_answers(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    new = NewSender("BEST_PRACTICE", "#8A1C5B", "#ffffff", "Annas Team", "anna@shop.example")
    with installation.database.write() as work:
        mail_templates.save_sender(work, shop_key, new, actor=ANNA, now=NOON)
    read = message(installation, ask(installation, shop_key=shop_key))
    assert read["From"] == "Annas Team via Trustwright <mail@trustwright.invalid>"
    assert read["Reply-To"] == "anna@shop.example"
    assert "#8a1c5b" in part(read, "html")


def test_the_operator_speaks_for_itself(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    mail_id = ask(installation, MailKey.DECISION_AUTHOR, shop_key=shop_key)
    read = message(installation, mail_id)
    assert read["From"] == "Trustwright <mail@trustwright.invalid>"
    assert read["Reply-To"] is None
    assert "Anna's shop" in part(read, "plain")


def test_paths_of_ours_become_addresses(installation: Installation) -> None:
    read = message(installation, ask(installation, own={"review_url": "/profile/X?a=1"}))
    assert f"{installation.settings.base_url}/profile/X?a=1" in part(read, "plain")


def test_an_invitation_can_be_refused_with_one_click(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    own = {UNSUBSCRIBE: "https://trust.example/u/abc"}
    read = message(installation, ask(installation, INVITED, shop_key=shop_key, own=own))
    assert read["List-Unsubscribe"] == "<https://trust.example/u/abc>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message(installation, ask(installation, once="b"))["List-Unsubscribe"] is None


def test_who_has_opted_out_is_not_invited_by_the_companys_shops_again(
    installation: Installation,
) -> None:
    shop_key = steps.open_shop(installation.database)
    other = steps.open_shop(installation.database, domain="other.example")
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        for _ in range(2):
            mails.suppress(
                work, shop.account_id, " DARIO@example.org", reason="unsubscribed", now=NOON
            )
    states = [
        row_of(installation, ask(installation, key, shop_key=key_of, once=once)).state
        for once, key, key_of in (
            ("a", INVITED, shop_key),
            ("b", REPLIED, shop_key),
            ("c", INVITED, other),
        )
    ]
    assert states == [MailState.SUPPRESSED, MailState.QUEUED, MailState.QUEUED]
    mail_id = ask(installation, INVITED, shop_key=shop_key, once="a")
    assert mails.due(installation, mail_id) is None


@pytest.mark.parametrize("hostile", ["A\r\nBcc: eve@example.org", "A\nB", "A\x1fB", '"<eve@x.org>'])
def test_no_name_and_no_text_can_add_a_header(installation: Installation, hostile: str) -> None:
    shop_key = steps.open_shop(installation.database)
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        shop.name = hostile
        template = rows.MailTemplate(
            shop_id=shop.id,
            key=REPLIED,
            language="en",
            subject="{shop} {reply} {name}",
            body="{reply}",
            button="{shop}",
            changed_at=NOON,
        )
        work.session.add(template)
    to = Recipient("dario@example.org", hostile, "en")
    mail_id = ask(installation, shop_key=shop_key, to=to, own={"reply": hostile})
    due = mails.due(installation, mail_id)
    assert due is not None
    assert due.recipient == "dario@example.org"
    read = message(installation, mail_id)
    assert read["Bcc"] is None
    assert [address.addr_spec for address in read["To"].addresses] == ["dario@example.org"]
    assert [address.addr_spec for address in read["From"].addresses] == ["mail@trustwright.invalid"]
    assert len(read.get_all("Subject") or ()) == 1


def test_the_shops_logo_travels_in_the_mail(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    with installation.database.write() as work:
        logos.save(work, shop_key, picture_of(400, 100), actor=ANNA, now=NOON)
    read = message(installation, ask(installation, shop_key=shop_key))
    (picture,) = [each for each in read.walk() if each.get_content_maintype() == "image"]
    identity = str(picture["Content-ID"]).strip("<>")
    html = part(read, "html")
    assert f'src="cid:{identity}"' in html
    assert 'width="200"' in html
    assert 'height="50"' in html
    assert bytes(picture.get_content()).startswith(b"\x89PNG")


def test_a_mail_keeps_the_text_that_it_was_asked_for_with(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    own = Wording("Ours: {shop}", "{reply}", "See")
    with installation.database.write() as work:
        mail_templates.save_wording(work, shop_key, REPLIED, "de", own, actor=ANNA, now=NOON)
    mail_id = ask(installation, shop_key=shop_key)
    with installation.database.write() as work:
        mail_templates.reset_wording(work, shop_key, REPLIED, "de", actor=ANNA, now=NOON)
    assert message(installation, mail_id)["Subject"] == "Ours: Anna's shop"
    later = message(installation, ask(installation, shop_key=shop_key, once="later"))
    assert later["Subject"] == "Anna's shop hat auf Ihre Bewertung geantwortet"


def test_each_attempt_has_the_same_id_and_date(installation: Installation) -> None:
    mail_id = ask(installation)
    first, second = message(installation, mail_id), message(installation, mail_id)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    mails.postponed(installation, mail_id, "451 later", now=NOON)
    assert message(installation, mail_id)["Message-ID"] == first["Message-ID"]


def test_what_is_over_is_not_changed_any_more(installation: Installation) -> None:
    mail_id = ask(installation)
    mails.sent(installation, mail_id, "250 OK", now=NOON)
    mails.postponed(installation, mail_id, "451 later", now=NOON)
    mails.refused(installation, mail_id, "550 no", is_bounced=True, now=NOON)
    mails.keep(installation, mail_id, now=NOON)
    row = row_of(installation, mail_id)
    assert (row.state, row.attempts, row.answer) == (MailState.SENT, 1, "250 OK")
    mails.sent(installation, "mai-unknown", "250 OK", now=NOON)
