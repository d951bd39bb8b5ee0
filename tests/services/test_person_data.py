"""A person sees, takes along and erases what belongs to their address, and nobody else does."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.logins import SignInPaused
from domain.mails import MailAddressInvalid
from domain.person_data import PERSON_DATA, PersonLinkExpired
from domain.policies import LOGINS
from domain.reviews import Submission
from services import (
    erasures,
    invitation_mails,
    mails,
    person_data,
    receipts,
    reviews,
)
from services.installation import Installation
from store import shops as shop_rows
from store.mails import Mail
from store.person_data import PersonRequest
from tests.services import collected, reported, steps
from tests.services.own_data import EMAIL, LATER, ask, copy_of, erase, token
from tests.services.steps import NOON, marks


def test_an_address_to_which_nothing_belongs_gets_no_mail_and_leaves_nothing(
    installation: Installation,
) -> None:
    assert not ask(installation, "stranger@example.org")
    with installation.database.read() as session:
        assert session.exec(select(PersonRequest)).all() == []
        assert session.exec(select(Mail)).all() == []


def test_an_address_that_is_none_is_refused(installation: Installation) -> None:
    with installation.database.write() as work, pytest.raises(MailAddressInvalid):
        person_data.ask(work, "nobody\nbcc: x", language="en", address="client", now=NOON)


def test_one_client_asks_a_few_times_and_one_address_gets_three_mails_a_day(
    installation: Installation,
) -> None:
    steps.order(installation.database, steps.open_shop(installation.database))
    sent = [ask(installation, at=NOON + timedelta(hours=n), address=f"c{n}") for n in range(5)]
    assert sent == [True] * PERSON_DATA.links_per_day + [False] * 2
    assert ask(installation, at=NOON + timedelta(days=1, hours=3), address="c9")


def test_wishes_in_a_row_are_slowed_down_whoever_is_asked_for(installation: Installation) -> None:
    for number in range(LOGINS.free_failures):
        ask(installation, f"b{number}@example.org")
    with pytest.raises(SignInPaused):
        ask(installation, "another@example.org")


def test_a_link_ends_after_a_day_and_another_token_is_none(installation: Installation) -> None:
    database = installation.database
    steps.order(database, steps.open_shop(database))
    own = token(installation)
    end = NOON + timedelta(hours=PERSON_DATA.link_hours)
    with database.read() as session:
        held = person_data.held(session, database.keys, own, now=end - timedelta(seconds=1))
        assert held.ends_at == end
        for wrong, at in ((own, end), (own[:-1] + "_", NOON), ("", NOON), ("\ud800", NOON)):
            with pytest.raises(PersonLinkExpired):
                person_data.held(session, database.keys, wrong, now=at)


def test_the_page_counts_what_is_held_and_leads_to_each_review(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=4))
    steps.order(database, shop_key)
    steps.order(database, shop_key, email="other@example.org")
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
    with database.write() as work:
        mails.suppress(work, shop.account_id, EMAIL, reason="unsubscribed", now=NOON)
    own = token(installation)
    with database.read() as session:
        held = person_data.held(session, database.keys, own, now=NOON)
    assert (held.orders, held.opt_outs, held.is_erasing) == (2, 1, False)
    assert [each.path for each in held.reviews] == [f"/r/{written.token}"]


def test_a_copy_holds_orders_consents_texts_and_every_version(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key, email=EMAIL)
    invitation_mails.send_due(installation, collected.DUE, now=collected.DUE)
    invitation = next(row for row in collected.rows(database) if row.mail_id)
    own_token = steps.invite(database, shop_key, "A-1", at=collected.DUE)
    first = Submission(marks(service=4), comment="Quick.", author_name="Dario")
    with database.write() as work:
        reviews.submit(work, own_token, first, now=collected.DUE)
    second = Submission(marks(service=2), comment="Not so quick.", author_name="Dario")
    with database.write() as work:
        reviews.edit(work, own_token, second, now=collected.DUE)
    steps.order(database, shop_key, email="other@example.org", reference="B-2")
    copied = copy_of(installation, token(installation))
    (order,) = copied["orders"]
    assert (copied["address"], copied["is_complete"]) == (EMAIL, True)
    assert (order["reference"], order["name"], order["email"]) == ("A-1", "Dario", EMAIL)
    assert order["legal_basis"]["text_version"] == "2026-11"
    assert [line["sku"] for line in order["lines"]] == ["S1", "S2"]
    carried = next(each for each in order["invitations"] if each["id"] == invitation.public_id)
    (text,) = copied["texts_shown"]
    assert carried["text_shown"] == text["digest"]
    (review,) = order["reviews"]
    assert (review["comment"], review["name_shown"]) == ("Not so quick.", "Dario")
    assert [each["comment"] for each in review["earlier_versions"]] == ["Quick."]
    assert {each["key"] for each in copied["mails"]} >= {"review_invitation", "person_data"}


def test_asking_twice_for_an_erasure_is_asking_once(installation: Installation) -> None:
    database = installation.database
    steps.order(database, steps.open_shop(database))
    own = token(installation)
    for jobs_asked in (1, 0):
        with database.write() as work:
            person_data.erase(work, own, now=LATER)
            assert len(work.jobs) == jobs_asked


def test_the_receipt_of_an_erased_review_says_so(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=3))
    with database.read() as session:
        file = receipts.file_of(
            session, database.keys, written.review_id, issuer=installation.settings.base_url
        )
    assert file is not None
    erase(installation)
    answered = receipts.looked_up(installation, file, now=LATER)
    assert answered.answer == "ERASED"


def test_a_withdrawn_review_is_erased_as_well(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=3))
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    assert erase(installation) == erasures.Erased(1, 0)
    assert reported.review(database, written.review_id).comment == ""
