"""Pages of protected buyers: in by a link from a mail, and nothing of anybody else's."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import pytest
from sqlmodel import col, select

from domain import languages
from domain.mails import MailKey
from schemas.buyer_accounts import account_path, terms_path
from services import buyer_accounts, letters, protection_members
from services.installation import Installation
from store.buyer_accounts import BuyerLink, BuyerLogin
from store.mails import Mail
from store.protections import Protection
from tests.control.centre.conftest import Centre, Visitor, words
from tests.services import protected

PATH: Final = "/en/protection/account"
TERMS: Final = "/en/protection/terms"
COOKIE: Final = "__Host-buyer"
_NUMBERS: Final = count(1)


@pytest.fixture(scope="module")
def protects(centre: Centre) -> str:
    """The key of a shop whose purchases can be protected."""
    database, now = centre.installation.database, datetime.now(UTC)
    protected.guarantor(database, now=now)
    protected.rates(database, now=now)
    with database.write() as work:
        protected.certify(work, protected.shop_of(work, centre.annas), now=now)
    return centre.annas


@pytest.fixture
def email() -> str:
    """The address of a buyer of whom nothing is known yet."""
    return f"buyer-{next(_NUMBERS)}@example.org"


def buy(centre: Centre, shop_key: str, email: str) -> str:
    """The number of a protection of this buyer."""
    now, reference = datetime.now(UTC), f"P-{next(_NUMBERS)}"
    row = protected.protect(centre.installation.database, shop_key, reference, at=now, email=email)
    return row.public_id


def state_of(centre: Centre, number: str) -> str:
    with centre.installation.database.read() as session:
        query = select(Protection.state).where(col(Protection.public_id) == number)
        return session.exec(query).one()


def mailed(installation: Installation, key: MailKey) -> str:
    database = installation.database
    with database.read() as session:
        query = select(Mail).where(Mail.key == key).order_by(col(Mail.id).desc())
        mail = session.exec(query).first()
        assert mail is not None
        return str(letters.opened(database.keys, mail.content)["values"]["account_url"])


def link(centre: Centre, email: str) -> str:
    """The path that the mail to this address leads to."""
    answer = centre.stranger().post(PATH, {"email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    with centre.installation.database.read() as session:
        newest = select(BuyerLink).order_by(col(BuyerLink.id).desc())
        row = session.exec(newest).first()
        assert row is not None
    assert buyer_accounts.send_link(centre.installation, row.public_id)
    return mailed(centre.installation, MailKey.BUYER_ACCOUNT)


def inside(centre: Centre, email: str) -> Visitor:
    """A browser that the link of a mail has let in."""
    visitor, path = centre.stranger(), link(centre, email)
    assert "Open my account" in words(visitor.page(path))
    answer = visitor.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "SameSite=Lax", "Max-Age=1800", "Path=/"):
        assert part in cookie
    return visitor


def shown(visitor: Visitor) -> str:
    return words(visitor.page(PATH).findall(".//main")[0])


def test_where_nobody_stands_behind_it_the_terms_say_that_there_is_none(centre: Centre) -> None:
    assert "not offered here" in words(centre.stranger().page(TERMS))


def test_the_account_shows_what_is_covered_and_hands_out_a_confirmation(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    visitor = inside(centre, email)
    said = shown(visitor)
    for part in (number, "€100.00; €150.00 are not covered", "Surety Example plc", "Running"):
        assert part in said
    assert "order P-" in said
    file = visitor.get(f"{PATH}/{number}/confirmation")
    assert file.headers["content-disposition"].startswith("attachment")
    text = file.content.decode("utf-8-sig")
    assert number in text
    assert "Surety Example plc" in text
    assert TERMS in text


def test_a_purchase_is_cancelled_only_by_who_says_so_twice(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    visitor = inside(centre, email)
    unsure = visitor.post(f"{PATH}/{number}/cancel")
    assert unsure.status_code == 422
    assert "confirm first" in unsure.text
    assert "Running" in shown(visitor)
    assert visitor.post(f"{PATH}/{number}/cancel", {"sure": "1"}).status_code == 303
    assert "Cancelled by you" in shown(visitor)
    again = visitor.post(f"{PATH}/{number}/cancel", {"sure": "1"})
    assert again.status_code == 409


def test_protections_of_others_are_not_there(centre: Centre, protects: str, email: str) -> None:
    number = buy(centre, protects, email)
    buy(centre, protects, f"mallory-{email}")
    mallory = inside(centre, f"mallory-{email}")
    assert number not in shown(mallory)
    assert mallory.get(f"{PATH}/{number}/confirmation").status_code == 404
    for act in ("cancel", "prolong"):
        assert mallory.post(f"{PATH}/{number}/{act}", {"sure": "1"}).status_code == 404
    assert state_of(centre, number) == "ACTIVE"


def test_without_a_login_nothing_is_shown_or_changed(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    stranger = centre.stranger()
    assert number not in shown(stranger)
    for path in (f"{number}/cancel", f"{number}/prolong", "consent", "withdraw", "plus"):
        values = {"sure": "1", "residence": "DE"}
        answer = stranger.post(f"{PATH}/{path}", values)
        assert (answer.status_code, answer.headers["location"]) == (303, PATH)
        assert "not open any more" in shown(stranger)
    assert stranger.get(f"{PATH}/{number}/confirmation").status_code == 303
    forged = centre.stranger()
    forged.client.cookies.set(COOKIE, "x" * 43)
    assert number not in shown(forged)
    assert state_of(centre, number) == "ACTIVE"


def test_a_link_is_used_once_and_forged_and_old_ones_say_the_same(
    centre: Centre, protects: str, email: str
) -> None:
    buy(centre, protects, email)
    path = link(centre, email)
    first = centre.stranger()
    assert first.post(path).status_code == 303
    used = centre.stranger().post(path)
    assert (used.status_code, "set-cookie" in used.headers) == (410, False)
    pages = [centre.stranger().get(each) for each in (path, f"{PATH}/link/x", f"{PATH}/mail/x")]
    assert {page.status_code for page in pages} == {410}
    assert all("ask for a new one" in page.text for page in pages)
    with centre.installation.database.write() as work:
        for login in work.session.exec(select(BuyerLogin)):
            login.ends_at = datetime.now(UTC) - timedelta(seconds=1)
            work.session.add(login)
    assert "Account of" not in shown(first)


def test_the_link_in_the_confirmation_asks_for_one_click(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    path = mailed(centre.installation, MailKey.PROTECTION_CONFIRMED)
    visitor = centre.stranger()
    page = visitor.page(path)
    assert page.findall(".//main//input[@type='text']") == []
    assert len(page.findall(".//main//button")) == 1
    assert visitor.post(path).status_code == 303
    assert number in shown(visitor)


def test_leaving_ends_the_login(centre: Centre, protects: str, email: str) -> None:
    buy(centre, protects, email)
    visitor = inside(centre, email)
    cookie = visitor.client.cookies.get(COOKIE)
    answer = visitor.post(f"{PATH}/leave")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    thief = centre.stranger()
    thief.client.cookies.set(COOKIE, str(cookie))
    assert "Account of" not in shown(thief)


def test_consent_and_plus_are_given_and_taken_back(
    centre: Centre, protects: str, email: str
) -> None:
    buy(centre, protects, email)
    visitor = inside(centre, email)
    for path, values, said in (
        ("consent", {"residence": "AT"}, "You have agreed. Country you live in: Austria."),
        ("withdraw", {}, "nothing is protected by itself any more"),
        ("plus", {"residence": "DE"}, "The operator will send you an invoice."),
        ("plus/cancel", {}, "Protection Plus is cancelled, and runs until"),
    ):
        assert visitor.post(f"{PATH}/{path}", values).status_code == 303
        assert said in shown(visitor)
    for path, residence in (("consent", ""), ("plus", "FR")):
        answer = visitor.post(f"{PATH}/{path}", {"residence": residence})
        assert answer.status_code in {409, 422}
    database = centre.installation.database
    with database.read() as session:
        row = protection_members.of_hash(session, database.keys.hash_email(email))
    assert row is not None
    assert not protection_members.is_consent(row)


def test_plus_extends_a_protection_once(centre: Centre, protects: str, email: str) -> None:
    now = datetime.now(UTC)
    with centre.installation.database.write() as work:
        member = protection_members.Buyer(email, "en", "DE")
        protection_members.book_plus(work, member, now=now)
    number = buy(centre, protects, email)
    visitor = inside(centre, email)
    assert "Extend by 30 days" in shown(visitor)
    assert visitor.post(f"{PATH}/{number}/prolong").status_code == 303
    said = shown(visitor)
    assert "Running, extended" in said
    assert "Extend by 30 days" not in said
    assert visitor.post(f"{PATH}/{number}/prolong").status_code == 409


def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    centre: Centre, protects: str, email: str
) -> None:
    buy(centre, protects, email)
    answers = []
    for each in (email, f"nobody-{email}"):
        visitor = centre.stranger()
        answer = visitor.post(PATH, {"email": each})
        answers.append((answer.status_code, answer.headers["location"], shown(visitor)))
    assert answers[0] == answers[1]
    assert "on its way" in answers[0][2]


def test_links_cannot_be_asked_for_without_end(centre: Centre) -> None:
    visitor = centre.stranger()
    codes = [visitor.post(PATH, {"email": f"n{n}@example.org"}).status_code for n in range(12)]
    assert codes[0] == 303
    assert codes[-1] == 429


def test_a_form_from_another_site_changes_nothing(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    visitor = inside(centre, email)
    answer = visitor.post(f"{PATH}/{number}/cancel", {"sure": "1"}, sec_fetch_site="cross-site")
    assert answer.status_code == 403
    assert "Running" in shown(visitor)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_pages_stand_in_every_language(
    centre: Centre, protects: str, email: str, language: str
) -> None:
    buy(centre, protects, email)
    visitor = inside(centre, email)
    for path in (account_path(language), terms_path(language)):
        page = visitor.page(path)
        assert page.get("lang") == language
        assert "{" not in words(page.findall(".//main")[0])


def test_every_page_and_mail_of_the_account_names_who_stands_behind_it(
    centre: Centre, protects: str, email: str
) -> None:
    assert "Guarantor: Surety Example plc" in words(centre.stranger().page(PATH))
    buy(centre, protects, email)
    path = link(centre, email)
    assert "Guarantor: Surety Example plc" in words(centre.stranger().page(path))
    database = centre.installation.database
    with database.read() as session:
        newest = session.exec(select(Mail).order_by(col(Mail.id).desc())).first()
    assert newest is not None
    assert newest.key == MailKey.BUYER_ACCOUNT
    values = letters.opened(database.keys, newest.content)["values"]
    assert values["guarantor"] == "Surety Example plc"
    # Who has agreed and bought nothing yet reads it too.
    nobody = f"new-{email}"
    protected.agree(database, nobody, at=datetime.now(UTC))
    assert "Guarantor: Surety Example plc" in shown(inside(centre, nobody))


def test_the_terms_name_who_stands_behind_them_and_every_tier(
    centre: Centre, protects: str
) -> None:
    assert protects
    page = centre.stranger().page(TERMS)
    said = words(page)
    for part in ("Surety Example plc", "Licence 4711", "€20,000.00", "£2,500.00", "€9.90 a year"):
        assert part in said
    assert "the first one is covered, if its agreed start lies within the 30 days" in said
    assert "cancel the order by e-mail to the shop before that and report the problem" in said
    assert len(page.findall(".//tbody/tr")) == 9
