"""Moderation in a browser: each of its pages is accessible, and reports work without scripts."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import col, select

from domain import languages
from domain.decisions import Moderator
from domain.moderators import Decider
from services import cases, complaints, rulings
from services.rulings import Reasons, Step
from store import cases as case_rows
from store.cases import Case
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop
from tests.browser.centre import CentreSite
from tests.browser.test_centre_frame import check

ROOT = "/control/operator/moderation"
WHY = Reasons("Der Text nennt eine Person beim Namen.", "ABUSIVE", "Ein Name steht darin.")


@pytest.fixture(scope="module")
def complained(centre: CentreSite) -> Case:
    """The seeded case that waits for Mona, decided by somebody else and complained about."""
    database, now = centre.installation.database, datetime.now(UTC)
    with database.read() as session:
        case = session.exec(select(Case).where(Case.state == "RECEIVED")).one()
        notice = session.exec(select(Notice).where(Notice.case_id == case.id)).one()
    nina = Decider(Moderator("nina"), languages=frozenset(languages.SUPPORTED))
    for step in (Step.TAKE, Step.REJECT_OBVIOUS):
        with database.write() as work:
            row = case_rows.by_public_id(work.session, case.public_id)
            assert row is not None
            rulings.decide(work, case.public_id, step, WHY, nina, seen=row.version, now=now)
    with database.write() as work:
        token = cases.reporter_token(database.keys, notice, case)
        complaints.complain(work, token, "Der Name steht in der zweiten Zeile.", now=now)
    return case


def links(centre: CentreSite) -> tuple[str, str]:
    """The secret parts of a reporter's and of an author's link of the case that is heard."""
    database = centre.installation.database
    with database.read() as session:
        case = session.exec(select(Case).where(Case.state == "AUTHOR_HEARING")).one()
        notice = session.exec(select(Notice).where(Notice.case_id == case.id)).first()
        assert notice is not None
        return (
            cases.reporter_token(database.keys, notice, case),
            cases.author_token(database.keys, case),
        )


def a_review(centre: CentreSite) -> str:
    """A review of Anna's shop that nobody has reported."""
    with centre.installation.database.read() as session:
        query = select(Review).join(Shop, col(Shop.id) == col(Review.shop_id))
        found = session.exec(
            query.where(Shop.shop_key == centre.annas, Review.state == "APPROVED")
        ).first()
        assert found is not None
        return found.public_id


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_pages_for_both_sides_and_the_public_are_accessible(
    browser: Browser, centre: CentreSite, language: str
) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    reporter, author = links(centre)
    for path in (
        f"/{language}/report/{centre.annas}?review={a_review(centre)}",
        f"/{language}/report/{centre.annas}",
        f"/{language}/notices/{reporter}",
        f"/{language}/notices/{author}",
        f"/{language}/reviews/ledger",
    ):
        check(page, centre.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)
    context.close()


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_pages_of_moderators_are_accessible(
    context: BrowserContext, page: Page, centre: CentreSite, complained: Case, language: str
) -> None:
    centre.sign_in(context, "Mona", language=language)
    for path in (ROOT, f"{ROOT}/{complained.public_id}", "/control/operator/complaints"):
        check(page, centre.url + path)
    page.goto(f"{centre.url}/control/operator/complaints")
    page.locator("main table a").first.click()
    check(page, page.url)
    with centre.installation.database.read() as session:
        heard = session.exec(select(Case).where(Case.state == "AUTHOR_HEARING")).one()
    check(page, f"{centre.url}{ROOT}/{heard.public_id}")


@pytest.mark.parametrize("language", ["de", "pl"])
def test_a11y_pages_of_the_shop_are_accessible(
    context: BrowserContext, page: Page, centre: CentreSite, language: str
) -> None:
    centre.sign_in(context, "Anna", language=language)
    root = f"{centre.url}/control/shops/{centre.annas}/cases"
    check(page, root)
    page.goto(root)
    page.locator("main table a").first.click()
    check(page, page.url)


def test_a_review_is_reported_without_scripts_and_by_keyboard(
    browser: Browser, centre: CentreSite
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{centre.url}/en/report/{centre.annas}?review={a_review(centre)}")
    page.get_by_label("Privacy", exact=False).focus()
    page.keyboard.press("Space")
    page.get_by_label("What is wrong or unlawful, and why?").fill("It names one of our people.")
    page.get_by_label("Your name").fill("Eve")
    page.get_by_label("Your e-mail address").fill("eve")
    page.get_by_label("Your e-mail address").press("Tab")
    page.keyboard.press("Space")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Send the report").press("Enter")
    expect(page.get_by_label("What is wrong or unlawful, and why?")).to_have_value(
        "It names one of our people."
    )
    page.get_by_label("Your e-mail address").fill("eve@mail.org")
    page.get_by_role("button", name="Send the report").press("Enter")
    expect(page.locator("main")).to_contain_text("Your report has come in.")
    expect(page.locator("main")).to_contain_text("Received")
    context.close()
