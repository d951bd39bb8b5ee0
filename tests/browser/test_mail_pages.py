"""Mails and their pages in a real browser: readable at any width, previews without scripts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from domain.mails import Design, Look, MailKey
from services import mail_templates
from tests.browser.centre import CentreSite
from tests.browser.test_profiles import is_too_wide

AXE = Axe()
WIDTHS = (320, 640)
# Landmarks belong to pages; mail programs put a mail into one of their own.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds in a mail: the rules that are broken, and where."""
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("design", Design)
def test_every_design_is_accessible_and_fits_at_any_width(
    browser: Browser, centre: CentreSite, tmp_path: Path, design: Design, scheme: str
) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    now = datetime.now(UTC)
    for key in mail_templates.EDITABLE:
        shown = mail_templates.preview(
            centre.installation, centre.annas, key, "de", now=now, look=Look(design)
        )
        page.set_content(shown.html)
        page.evaluate(AXE.axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == [], (key, width)
            assert not is_too_wide(page), (key, width)
        page.screenshot(path=tmp_path / f"{design}-{scheme}-{key}.png", full_page=True)
    context.close()


def test_what_is_typed_is_previewed_without_scripts_and_without_saving(
    browser: Browser, centre: CentreSite
) -> None:
    context = browser.new_context(java_script_enabled=False)
    centre.sign_in(context, "Anna", language="en")
    page = context.new_page()
    start = f"{centre.url}/control/shops/{centre.annas}/mails"
    page.goto(f"{start}/{MailKey.REVIEW_INVITATION}/en")
    page.get_by_label("Subject").fill("A new subject for {shop}")
    page.get_by_role("button", name="Preview on a telephone").click()
    narrow = page.frame_locator("iframe[name=mail-narrow]")
    expect(narrow.get_by_role("heading")).to_contain_text("A new subject for")
    wide = page.frame_locator("iframe[name=mail-wide]")
    expect(wide.get_by_role("heading")).to_contain_text("How was your order")
    text, is_own = mail_templates.wording(
        centre.installation, centre.annas, MailKey.REVIEW_INVITATION, "en"
    )
    assert not is_own
    assert text.subject.startswith("How was")
    context.close()
