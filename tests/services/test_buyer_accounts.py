"""Links and logins to the account of a protected buyer: once, for an hour, for nobody else."""

import re
from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlmodel import col, select

from domain.buyer_accounts import BUYER_ACCOUNTS, BuyerLinkExpired
from domain.logins import SignInPaused
from domain.mails import MailAddressInvalid, MailKey
from services import buyer_accounts, letters, protections
from services.buyer_accounts import Buyer
from services.installation import Installation
from store.buyer_accounts import BuyerLink, BuyerLogin
from store.database import Database
from store.mails import Mail
from store.protections import Protection
from tests.services import own_data, protected
from tests.services.steps import NOON

EMAIL: Final = "dario@example.org"
HOUR: Final = timedelta(hours=1)


@pytest.fixture
def bought(installation: Installation) -> Installation:
    """An installation in which the buyer has one protected purchase."""
    shop_key = protected.open_shop(installation.database, now=NOON)
    protected.protect(installation.database, shop_key, at=NOON)
    return installation


def ask(
    installation: Installation, email: str = EMAIL, *, at: datetime = NOON, address: str = "client"
) -> bool:
    """Ask for a link and do what the job does, twice; whether a mail was made."""
    with installation.database.write() as work:
        buyer_accounts.ask(work, email, language="fr", address=address, now=at)
        work.session.flush()
        (job,) = work.jobs
    assert job.name == buyer_accounts.SEND_LINK
    link_id = str(job.arguments["link_id"])
    buyer_accounts.send_link(installation, link_id)
    return buyer_accounts.send_link(installation, link_id)


def mailed(database: Database, key: MailKey) -> list[str]:
    """Where the buttons of the mails of this kind lead."""
    with database.read() as session:
        query = select(Mail).where(Mail.key == key).order_by(col(Mail.id))
        return [
            str(letters.opened(database.keys, row.content)["values"]["account_url"])
            for row in session.exec(query)
        ]


def token(installation: Installation, *, at: datetime = NOON) -> str:
    assert ask(installation, at=at)
    url = mailed(installation.database, MailKey.BUYER_ACCOUNT)[-1]
    found = re.fullmatch(r"/fr/protection/account/link/([A-Za-z0-9_-]{43})", url)
    assert found is not None
    return found[1]


def enter(database: Database, link: str, *, at: datetime = NOON) -> str:
    with database.write() as work:
        return buyer_accounts.open_link(work, link, now=at)


def whose(database: Database, cookie: str, *, at: datetime = NOON) -> Buyer | None:
    with database.read() as session:
        return buyer_accounts.of_cookie(session, database.keys, cookie, now=at)


def test_a_link_opens_the_account_once(bought: Installation) -> None:
    database, link = bought.database, token(bought)
    with database.read() as session:
        # Looking uses nothing up: programs look at mails before people do.
        for _ in range(2):
            buyer_accounts.check_link(session, link, now=NOON)
    buyer = whose(database, enter(database, link))
    assert buyer == Buyer(database.keys.hash_email(EMAIL), EMAIL, "fr")
    with pytest.raises(BuyerLinkExpired):
        enter(database, link)


def test_two_who_open_a_link_at_once_open_it_once(bought: Installation) -> None:
    database, link = bought.database, token(bought)
    enter(database, link)
    with pytest.raises(BuyerLinkExpired), database.read() as session:
        buyer_accounts.check_link(session, link, now=NOON)
    with database.read() as session:
        assert len(session.exec(select(BuyerLogin)).all()) == 1


def test_a_link_works_for_an_hour_and_not_at_its_end(bought: Installation) -> None:
    database, link = bought.database, token(bought)
    with pytest.raises(BuyerLinkExpired):
        enter(database, link, at=NOON + HOUR)
    assert enter(database, link, at=NOON + HOUR - timedelta(seconds=1))


def test_a_login_ends_after_half_an_hour_and_when_its_owner_leaves(bought: Installation) -> None:
    database = bought.database
    cookie = enter(database, token(bought))
    minutes = timedelta(minutes=BUYER_ACCOUNTS.login_minutes)
    assert whose(database, cookie, at=NOON + minutes - timedelta(seconds=1))
    assert whose(database, cookie, at=NOON + minutes) is None
    with database.write() as work:
        buyer_accounts.leave(work, cookie)
    assert whose(database, cookie) is None


@pytest.mark.parametrize("forged", ["", "x", "\ud800", "A" * 43, "A" * 10_000])
def test_what_nobody_has_issued_opens_nothing(bought: Installation, forged: str) -> None:
    database = bought.database
    token(bought)
    with pytest.raises(BuyerLinkExpired):
        enter(database, forged)
    with database.write() as work, pytest.raises(BuyerLinkExpired):
        buyer_accounts.open_ticket(work, forged, now=NOON)
    assert whose(database, forged) is None


def test_tokens_stand_in_no_table(bought: Installation) -> None:
    database, link = bought.database, token(bought)
    cookie = enter(database, link)
    with database.read() as session:
        (row,) = session.exec(select(BuyerLink)).all()
        (login,) = session.exec(select(BuyerLogin)).all()
    assert link not in str(row)
    assert cookie not in str(login)
    assert EMAIL.encode() not in login.email_cipher + row.email_cipher


def test_who_has_no_protection_gets_no_mail_and_leaves_no_trace(bought: Installation) -> None:
    assert not ask(bought, "nobody@example.org")
    assert mailed(bought.database, MailKey.BUYER_ACCOUNT) == []
    with bought.database.read() as session:
        assert session.exec(select(BuyerLink)).all() == []


def test_an_address_gets_a_few_mails_a_day(bought: Installation) -> None:
    sent = [ask(bought, at=NOON + n * HOUR, address=f"client-{n}") for n in range(7)]
    assert sent == [True] * BUYER_ACCOUNTS.links_per_day + [False] * 2


def test_many_wishes_in_a_row_have_to_wait_whatever_the_address(bought: Installation) -> None:
    def many() -> None:
        for number in range(20):
            ask(bought, f"nobody{number}@example.org")

    with pytest.raises(SignInPaused):
        many()
    with bought.database.write() as work, pytest.raises(MailAddressInvalid):
        buyer_accounts.ask(work, "nobody", language="en", address="other", now=NOON)


def ticket(database: Database) -> str:
    (url,) = mailed(database, MailKey.PROTECTION_CONFIRMED)
    found = re.fullmatch(r"/en/protection/account/mail/([A-Za-z0-9_-]{76})", url)
    assert found is not None
    return found[1]


def test_the_confirmation_leads_to_the_account_until_the_protection_ends(
    bought: Installation,
) -> None:
    database, own = bought.database, ticket(bought.database)
    for _ in range(2):
        with database.write() as work:
            cookie = buyer_accounts.open_ticket(work, own, now=NOON + 24 * HOUR)
        buyer = whose(database, cookie, at=NOON + 24 * HOUR)
        assert buyer is not None
        assert buyer.email == EMAIL
    with database.read() as session:
        ends_at = session.exec(select(Protection.ends_at)).one()
        buyer_accounts.check_ticket(session, database.keys, own, now=ends_at - timedelta(seconds=1))
        with pytest.raises(BuyerLinkExpired):
            buyer_accounts.check_ticket(session, database.keys, own, now=ends_at)


def test_links_and_logins_go_when_their_time_is_over(bought: Installation) -> None:
    database = bought.database
    enter(database, token(bought))
    for later, links, logins in ((timedelta(minutes=30), 1, 0), (HOUR, 0, 0)):
        buyer_accounts.purge(database, now=NOON + later)
        with database.read() as session:
            assert len(session.exec(select(BuyerLink)).all()) == links
            assert len(session.exec(select(BuyerLogin)).all()) == logins


def test_an_erasure_ends_links_and_logins(bought: Installation) -> None:
    database, link = bought.database, token(bought)
    cookie, own = enter(database, link), ticket(database)
    # A protection that runs is needed still, and defers the erasure.
    with database.write() as work:
        protections.cancel(work, work.session.exec(select(Protection)).one(), now=NOON)
    assert own_data.erase(bought).deferred == 0
    assert whose(database, cookie) is None
    with database.read() as session:
        assert session.exec(select(BuyerLink)).all() == []
        with pytest.raises(BuyerLinkExpired):
            buyer_accounts.check_ticket(session, database.keys, own, now=NOON)
