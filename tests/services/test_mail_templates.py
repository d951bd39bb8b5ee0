"""A shop's look and texts: saved, refused, previewed, tested and taken back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import Invalid, PageNotFound
from domain.mails import (
    ColoursAlike,
    Design,
    Look,
    MailAddressInvalid,
    MailKey,
    MailState,
    MailTestsTooMany,
    MailWordingForbidden,
    PlaceholderMissing,
    Recipient,
    Wording,
)
from domain.policies import MAILS
from services import mail_templates
from services.installation import Installation
from services.mail_templates import NewSender
from store import mails as rows
from store.decisions import AuditEntry
from tests.services import steps
from tests.services.steps import ANNA, NOON
from widgets import mails as designs

INVITATION = MailKey.REVIEW_INVITATION
TEXT = Wording("Well, {name}?", "Here: {rate_url}\n\nStop: {unsubscribe_url}", "Tell us")
ME = Recipient("anna@shop.example", "Anna", "fr")


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def save(installation: Installation, shop_key: str, text: Wording = TEXT) -> None:
    with installation.database.write() as work:
        mail_templates.save_wording(work, shop_key, INVITATION, "en", text, actor=ANNA, now=NOON)


def saved(installation: Installation, shop_key: str) -> tuple[Wording, bool]:
    return mail_templates.wording(installation, shop_key, INVITATION, "en")


def log_of(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        actions = session.exec(select(AuditEntry.action)).all()
    return [action for action in actions if action.startswith("mail.")]


def test_without_texts_of_its_own_a_shop_has_ours(
    installation: Installation, shop_key: str
) -> None:
    assert saved(installation, shop_key) == (designs.wording(INVITATION, "en"), False)
    assert mail_templates.overview(installation, shop_key).own == frozenset()


def test_a_text_holds_for_its_mail_and_language_until_it_is_taken_back(
    installation: Installation, shop_key: str
) -> None:
    save(installation, shop_key)
    assert saved(installation, shop_key) == (TEXT, True)
    assert not mail_templates.wording(installation, shop_key, INVITATION, "de")[1]
    assert mail_templates.overview(installation, shop_key).own == {(INVITATION, "en")}
    save(installation, shop_key, Wording("Again", TEXT.body, "Go"))
    assert saved(installation, shop_key)[0].subject == "Again"
    for _ in range(2):
        with installation.database.write() as work:
            mail_templates.reset_wording(work, shop_key, INVITATION, "en", actor=ANNA, now=NOON)
    assert not saved(installation, shop_key)[1]


def test_our_own_text_is_no_text_of_the_shops(installation: Installation, shop_key: str) -> None:
    save(installation, shop_key)
    save(installation, shop_key, designs.wording(INVITATION, "en"))
    assert not saved(installation, shop_key)[1]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (Wording("s", "{rate_url}", "b"), PlaceholderMissing),
        (Wording("Win a voucher", TEXT.body, "b"), MailWordingForbidden),
    ],
)
def test_a_text_that_may_not_be_sent_changes_nothing(
    installation: Installation, shop_key: str, text: Wording, error: type[Invalid]
) -> None:
    save(installation, shop_key)
    with pytest.raises(error):
        save(installation, shop_key, text)
    assert saved(installation, shop_key) == (TEXT, True)


def test_a_look_is_kept_with_sender_and_address(installation: Installation, shop_key: str) -> None:
    for name in ("First", "Annas Team"):
        new = NewSender("CUSTOMER_SERVICE", "#8A1C5B", "#FFFFFF", name, "anna@shop.example")
        with installation.database.write() as work:
            mail_templates.save_sender(work, shop_key, new, actor=ANNA, now=NOON)
    sender = mail_templates.overview(installation, shop_key).sender
    assert sender.look == Look(Design.CUSTOMER_SERVICE, "#8a1c5b", "#ffffff")
    assert (sender.name, sender.reply_to) == ("Annas Team", "anna@shop.example")


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewSender("NONE", "#000000", "#ffffff"), Invalid),
        (NewSender("BEST_PRACTICE", "#000000", "#111111"), ColoursAlike),
        (NewSender("BEST_PRACTICE", "#000000", "#ffffff", "", "anna"), MailAddressInvalid),
        (NewSender("BEST_PRACTICE", "#000000", "#ffffff", "eve@example.org"), Invalid),
    ],
)
def test_a_look_that_nobody_could_use_is_refused(
    installation: Installation, shop_key: str, new: NewSender, error: type[Invalid]
) -> None:
    with installation.database.write() as work, pytest.raises(error):
        mail_templates.save_sender(work, shop_key, new, actor=ANNA, now=NOON)
    assert mail_templates.overview(installation, shop_key).sender.look == Look()


def test_a_preview_shows_what_is_not_saved_yet(installation: Installation, shop_key: str) -> None:
    look = Look(Design.BEST_PRACTICE, "#123456", "#ffffff")
    shown = mail_templates.preview(
        installation, shop_key, INVITATION, "en", now=NOON, look=look, text=TEXT
    )
    assert "#123456" in shown.html
    assert shown.subject == "Well, ?"
    assert f"{installation.settings.base_url}/profile/{shop_key}" in shown.text
    assert saved(installation, shop_key) == (designs.wording(INVITATION, "en"), False)
    usual = mail_templates.preview(installation, shop_key, INVITATION, "en", now=NOON)
    assert usual.subject == "How was your order from Anna's shop?"
    assert "12 November 2026" in usual.text


@pytest.mark.parametrize("key", [*mail_templates.EDITABLE, MailKey.TEST])
def test_a_test_goes_to_whoever_asks_in_the_shops_look(
    installation: Installation, shop_key: str, key: MailKey
) -> None:
    with installation.database.write() as work:
        mail_id = mail_templates.send_test(work, shop_key, key, ME, actor=ANNA, now=NOON)
    with installation.database.read() as session:
        row = rows.by_public_id(session, mail_id)
    assert row is not None
    assert (row.key, row.language, row.state) == (key, "fr", MailState.QUEUED)


def test_tests_are_counted_by_the_hour(installation: Installation, shop_key: str) -> None:
    other = steps.open_shop(installation.database, domain="other.example")

    def test(key: str, minutes: int = 0) -> None:
        at = NOON + timedelta(minutes=minutes)
        with installation.database.write() as work:
            mail_templates.send_test(work, key, MailKey.TEST, ME, actor=ANNA, now=at)

    for _ in range(MAILS.tests_per_hour):
        test(shop_key)
    with pytest.raises(MailTestsTooMany):
        test(shop_key, 59)
    test(other)
    test(shop_key, 61)


@pytest.mark.parametrize(
    ("key", "language"),
    [("password_reset", "de"), ("x", "de"), ("test", "en"), (INVITATION, "xx")],
)
def test_only_mails_of_shops_can_be_written_by_shops(key: str, language: str) -> None:
    with pytest.raises(PageNotFound):
        mail_templates.editable(key, language)


def test_every_change_stands_in_the_log(installation: Installation, shop_key: str) -> None:
    save(installation, shop_key)
    new = NewSender("BEST_PRACTICE", "#000000", "#ffffff")
    with installation.database.write() as work:
        mail_templates.save_sender(work, shop_key, new, actor=ANNA, now=NOON)
        mail_templates.reset_wording(work, shop_key, INVITATION, "en", actor=ANNA, now=NOON)
    assert sorted(log_of(installation)) == ["mail.look_saved", "mail.text_reset", "mail.text_saved"]
