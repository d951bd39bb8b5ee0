"""The review form in a browser: light, quick, by keyboard, without scripts, on a narrow screen."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Response, expect
from sqlmodel import col, select

from domain import languages
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from services import invitations, orders
from store.orders import Order
from store.review_drafts import ReviewDraft
from store.reviews import Review
from tests.browser.centre import CentreSite
from tests.browser.test_centre_frame import check
from tests.browser.test_profiles import is_too_wide
from tests.conditions import eventually

FOLDER: Final = Path(os.environ.get("SCREENSHOTS") or "var/screenshots")
MOST_BYTES: Final = 30 * 1024
_NUMBERS: Final = count(1)

NewForm = Callable[..., str]


@pytest.fixture
def form(centre: CentreSite) -> NewForm:
    """The address of a form for an order of nine days ago."""

    def new(*, reference: str = "", skus: Sequence[str] = ()) -> str:
        at = datetime.now(UTC) - timedelta(days=9)
        reference = reference or f"B-{next(_NUMBERS)}"
        lines = tuple(OrderLine(sku, f"Kopfhörer {sku}") for sku in skus)
        basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "1", at)
        new = NewOrder(reference, "erin@buyer.example", at, 1900, "EUR", lines, basis, source="api")
        with centre.installation.database.write() as work:
            orders.record(work, centre.annas, new, now=at)
            token = invitations.issue(work, centre.annas, reference, now=at).token
        return f"{centre.url}/r/{token}"

    return new


def review_of(centre: CentreSite, reference: str) -> Review | None:
    query = (
        select(Review)
        .join(Order, col(Order.id) == col(Review.order_id))
        .where(Order.reference == reference, Review.subject_id == 0)
    )
    with centre.installation.database.read() as session:
        return session.exec(query).first()


def is_drafted(centre: CentreSite) -> bool:
    """Whether anything was typed and not sent; the page sends it on its way out."""
    with centre.installation.database.read() as session:
        return session.exec(select(ReviewDraft)).first() is not None


def choose(page: Page, criterion: str, stars: str) -> None:
    group = page.get_by_role("group", name=criterion)
    group.get_by_role("radio", name=stars).check(force=True)


def test_a_short_review_takes_two_taps(centre: CentreSite, page: Page, form: NewForm) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(form(reference="TAPS"))
    page.locator("label", has_text="Ausgezeichnet").first.click()
    page.get_by_role("button", name="Absenden und weiter").click()
    page.wait_for_url("**/text")
    expect(page.get_by_role("status").first).to_contain_text("veröffentlicht")
    row = review_of(centre, "TAPS")
    assert row is not None
    assert (row.stars, row.is_public) == (5, True)


def test_a_short_review_takes_few_keys(centre: CentreSite, page: Page, form: NewForm) -> None:
    """From opening to published, without pointer: the count is what under a minute rests on."""
    page.goto(form(reference="KEYS"))
    keys = ["Tab", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"]
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/text")
    expect(page.get_by_role("status").first).to_contain_text("veröffentlicht")
    row = review_of(centre, "KEYS")
    assert row is not None
    assert (row.mark_delivery, row.stars) == (4, 4)
    assert len(keys) + 1 <= 10


def test_the_whole_way_works_without_scripts(
    browser: Browser, centre: CentreSite, form: NewForm
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(form(reference="PLAIN", skus=("K-1",)))
    choose(page, "Lieferung", "4 Sterne")
    choose(page, "Kundenservice", "5 Sterne")
    page.get_by_role("button", name="Absenden und weiter").click()
    page.get_by_label("Überschrift").fill("Gut verpackt")
    page.get_by_label("Ihre Erfahrung").fill("Kam nach zwei Tagen an, alles heil.")
    page.get_by_label("Name, der gezeigt wird").fill("erin@buyer.example")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Ihre Erfahrung")).to_have_value("Kam nach zwei Tagen an, alles heil.")
    page.get_by_label("Name, der gezeigt wird").fill("Erin")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.get_by_role("radio", name="3 Sterne").check(force=True)
    page.get_by_role("button", name="Absenden und weiter").click()
    expect(page.locator("main")).to_contain_text("Kopfhörer K-1")
    page.get_by_role("link", name="Überspringen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    page.get_by_role("link", name="Bewertung zurückziehen").click()
    page.get_by_role("button", name="Endgültig zurückziehen").click()
    expect(page.locator("main")).to_contain_text("zurückgezogen")
    context.close()
    row = review_of(centre, "PLAIN")
    assert row is not None
    assert (row.title, row.author_name, row.stars) == ("Gut verpackt", "Erin", 5)


def test_what_was_typed_survives_leaving_the_page(
    centre: CentreSite, page: Page, form: NewForm
) -> None:
    url = form(reference="LEFT")
    page.goto(url)
    choose(page, "Lieferung", "4 Sterne")
    page.get_by_role("button", name="Absenden und weiter").click()
    page.get_by_label("Ihre Erfahrung").fill("Ein halber Sa")
    page.goto(f"{centre.url}/de/reviews/how")
    eventually(lambda: is_drafted(centre))
    page.goto(url)
    expect(page.get_by_label("Ihre Erfahrung")).to_have_value("Ein halber Sa")


def test_a_lost_connection_loses_nothing(
    centre: CentreSite, page: Page, form: NewForm, complaints: list[str]
) -> None:
    page.goto(form(reference="OFFLINE"))
    choose(page, "Lieferung", "4 Sterne")
    send = page.get_by_role("button", name="Absenden und weiter")
    page.context.set_offline(True)
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("Keine Verbindung")
    page.context.set_offline(False)
    send.click()
    comment = page.get_by_label("Ihre Erfahrung")
    comment.fill("Kam nach zwei Tagen.")
    # What was typed comes back from the tab, even where no draft could be sent.
    page.route("**/draft", lambda route: route.abort())
    page.reload()
    expect(comment).to_have_value("Kam nach zwei Tagen.")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.wait_for_url("**/about*")
    page.get_by_role("link", name="Überspringen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    assert page.evaluate("Object.keys(sessionStorage)") == []
    row = review_of(centre, "OFFLINE")
    assert row is not None
    assert (row.comment, row.stars) == ("Kam nach zwei Tagen.", 4)
    assert complaints == []


def test_a_picture_that_is_too_large_is_not_sent(page: Page, form: NewForm) -> None:
    page.goto(form())
    choose(page, "Lieferung", "4 Sterne")
    page.get_by_role("button", name="Absenden und weiter").click()
    file = page.get_by_label("Bild auswählen")
    large: FilePayload = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": bytes(9_000_000)}
    file.set_input_files(large)
    assert "8 MB" in str(file.evaluate("input => input.validationMessage"))
    page.get_by_label("Ihre Erfahrung").fill("Kam nach zwei Tagen.")
    page.get_by_role("button", name="Bild hinzufügen").click()
    expect(page.get_by_label("Ihre Erfahrung")).to_have_value("Kam nach zwei Tagen.")


@pytest.mark.parametrize("step", ["stars", "text"])
def test_a_page_weighs_less_than_30_kilobytes(
    browser: Browser, page: Page, form: NewForm, step: str
) -> None:
    url, empty = form(), browser.new_context()
    answers: list[Response] = []
    if step == "text":
        page.goto(url)
        choose(page, "Lieferung", "4 Sterne")
        page.get_by_role("button", name="Absenden und weiter").click()
        url = page.url
        page = empty.new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url, wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes() for answer in answers}
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values())
    assert 3 <= len(answers) <= 5
    assert total <= MOST_BYTES, sizes
    empty.close()


def test_a_page_is_usable_at_3g_speed(page: Page, form: NewForm) -> None:
    """400 kbit/s and 400 ms: the stars are there within five seconds."""
    url = form()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = 400 * 1024 / 8
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": speed, "uploadThroughput": speed},
    )
    began = datetime.now(UTC)
    page.goto(url, wait_until="commit")
    expect(page.get_by_role("button", name="Absenden und weiter")).to_be_visible(timeout=5_000)
    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_targets_are_large_and_stars_have_names(page: Page, form: NewForm) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(form())
    radios = page.get_by_role("group", name="Lieferung").get_by_role("radio")
    for index in range(5):
        box = radios.nth(index).locator("xpath=..").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    expect(page.get_by_role("radio", name="3 Sterne: Mittelmäßig").first).to_be_attached()
    button = page.get_by_role("button", name="Absenden und weiter").bounding_box()
    assert button is not None
    assert button["height"] >= 44


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_every_page_is_accessible_in_every_language(
    page: Page, form: NewForm, language: str
) -> None:
    url = form(skus=("K-1", "K-2"))
    asked = f"?lang={language}"
    for path in ("", "/later"):
        check(page, f"{url}{path}{asked}")
        expect(page.locator("html")).to_have_attribute("lang", language)
    check(page, f"{url.replace('/r/', '/u/')}{asked}")
    page.goto(f"{url}{asked}")
    page.locator("label", has=page.locator("input[value='4']")).first.click()
    page.locator("main form button").first.click()
    page.wait_for_url("**/text*")
    for path in ("/text", "/products", "/about", "/thanks", "/withdraw"):
        check(page, f"{url}{path}{asked}")
    check(page, f"{url[:-4]}AAAA{asked}")
    assert not is_too_wide(page)


def test_pages_are_kept_as_pictures(browser: Browser, form: NewForm, complaints: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    url = form(skus=("K-1", "K-2"))
    for width, scheme in ((320, "light"), (1280, "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        for path in ("", "/later", "/text", "/products", "/about", "/thanks", "/withdraw"):
            page.goto(f"{url}{path}")
            if path == "" and page.locator("fieldset.stars").count() > 1 and width == 320:
                choose(page, "Lieferung", "4 Sterne")
            name = path.strip("/") or "stars"
            page.screenshot(path=FOLDER / f"review-form-{name}-{width}.png", full_page=True)
            if path == "/later" and width == 320:
                page.goto(url)
                choose(page, "Lieferung", "4 Sterne")
                page.get_by_role("button", name="Absenden und weiter").click()
        context.close()
    assert complaints == []
