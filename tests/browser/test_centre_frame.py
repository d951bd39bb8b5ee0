"""The control centre in a browser: accessible, by keyboard, without scripts, and offline."""

import re
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain import languages
from tests.browser.centre import CentreSite
from tests.browser.test_profiles import is_too_wide, violations

AXE = Axe()
WIDTHS = (320, 1280)
PUBLIC = ("/login", "/password", "/signup", "/signup/sent", "/control/offline", "/password/nothing")
OWN = ("/control?all=1", "/control/account", "/control/account/sessions", "/control/account/device")
ON_SHOP = ("users", "packs", "beside", "nothing")


def check(page: Page, url: str) -> None:
    """The page is accessible and does not scroll sideways, narrow and wide."""
    page.goto(url)
    page.evaluate(AXE.axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], (url, width)
        assert not is_too_wide(page), (url, width)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_pages_before_the_login_are_accessible(
    browser: Browser, centre: CentreSite, language: str
) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    for path in PUBLIC:
        check(page, centre.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)
    context.close()


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_pages_behind_the_login_are_accessible(
    context: BrowserContext, page: Page, centre: CentreSite, language: str
) -> None:
    anna = centre.sign_in(context, "Anna", language=language)
    shop = f"/control/shops/{centre.annas}"
    paths = [*OWN, "/control/account/factors", *(f"{shop}/{each}" for each in ON_SHOP)]
    for path in [*paths, f"{shop}/users/{anna.user_id}"]:
        check(page, centre.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_a11y_pages_are_accessible_in_the_dark_and_with_the_menu_open(
    browser: Browser, centre: CentreSite
) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 360, "height": 740})
    centre.sign_in(context, "Anna")
    page = context.new_page()
    for path in (f"/control/shops/{centre.annas}/users", "/control/account", "/control?all=1"):
        check(page, centre.url + path)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{centre.url}/control/shops/{centre.annas}/users")
    page.get_by_role("button", name="Menü").click()
    expect(page.locator("#menu")).to_be_visible()
    page.locator(".me summary").click()
    page.evaluate(AXE.axe_script)
    assert violations(page) == []
    context.close()


def test_somebody_signs_in_by_keyboard_alone(
    page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    page.goto(f"{centre.url}/control/account/sessions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("anna@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type(centre.password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/login/factor"))
    page.get_by_label("Code from your app").focus()
    page.keyboard.type(pyotp.TOTP(centre.totp_secret).now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/control/account/sessions")
    assert complaints == []


def test_somebody_signs_in_and_out_without_scripts(browser: Browser, centre: CentreSite) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de")
    # Another test may have let Ben read another language.
    centre.sign_in(context, "Ben", language="de")
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{centre.url}/login")
    page.get_by_label("E-Mail-Adresse").fill("ben@demo.example")
    page.get_by_label("Passwort").fill(centre.password)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/control/shops/*")
    page.locator(".me summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/login")
    expect(page.get_by_role("status")).to_have_text("Sie sind abgemeldet.")
    page.goto(f"{centre.url}/control")
    page.wait_for_url(re.compile(r"/login\?next=/control$"))
    context.close()


def test_a_wrong_password_is_told_and_the_address_stays(page: Page, centre: CentreSite) -> None:
    page.goto(f"{centre.url}/login")
    page.get_by_label("E-mail address").fill("nobody@demo.example")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("wrong")
    expect(page.get_by_label("E-mail address")).to_have_value("nobody@demo.example")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


def authenticator(page: Page) -> Any:
    """A key inside the browser that its owner unlocks at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_then_opens_the_control_centre_alone(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    centre.sign_in(context, "Ben", language="en")
    authenticator(page)
    page.goto(f"{centre.url}/control/account/factors")
    page.get_by_label("Name of the passkey").fill("Ben's laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{centre.url}/control/account/factors")
    expect(page.get_by_text("Ben's laptop")).to_be_visible()
    context.clear_cookies()
    page.goto(f"{centre.url}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/control/shops/*")
    page.goto(f"{centre.url}/control/account/factors")
    page.get_by_role("button", name="Remove: Ben's laptop").click()
    expect(page.get_by_role("status").first).to_have_text("Removed.")
    assert complaints == []


def test_without_a_connection_there_is_a_page_that_says_so(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    centre.sign_in(context, "Ben", language="nl")
    page.goto(f"{centre.url}/control/account")
    page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    page.wait_for_function("caches.match('/control/offline?lang=nl').then(Boolean)")
    context.set_offline(True)
    page.goto(f"{centre.url}/control/account/sessions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")
    context.set_offline(False)
    page.get_by_role("button", name="Opnieuw proberen").click()
    page.wait_for_url("**/control/shops/*")
    assert [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []


def test_the_policy_stops_scripts_and_attributes_that_are_not_ours(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Anna")
    page.goto(f"{centre.url}/control/account")
    page.evaluate("""() => {
        const link = document.createElement("a");
        link.id = "injected";
        link.setAttribute("hx-get", "/control/account/sessions");
        link.setAttribute("hx-target", "#content");
        link.textContent = "x";
        document.body.append(link);
        htmx.process(link);
    }""")
    page.locator("#injected").dispatch_event("click")
    assert page.evaluate("document.getElementById('injected').hasAttribute('hx-get')") is False
    sinks = (
        "body.innerHTML = '<p>x'",
        "createElement('script').src = '/evil.js'",
        "body.setAttribute('onclick', 'x')",
    )
    for sink in sinks:
        tried = f"try {{ document.{sink}; 'taken' }} catch (error) {{ error.name }}"
        assert page.evaluate(tried) == "TypeError"


def test_htmx_gets_its_part_of_a_page_under_the_policy(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    centre.sign_in(context, "Anna", language="en")
    page.goto(f"{centre.url}/control/account")
    page.evaluate("""() => {
        const link = document.createElement("button");
        link.id = "ours";
        link.setAttribute("hx-nonce", document.querySelector("script[nonce]").nonce);
        link.setAttribute("hx-get", "/control/account/sessions");
        link.setAttribute("hx-target", "#content");
        link.textContent = "x";
        document.body.append(link);
        htmx.process(link);
    }""")
    page.locator("#ours").dispatch_event("click")
    expect(page.locator("#content")).to_contain_text("This device")
    expect(page.locator("header.top")).to_have_count(1)
    expect(page.locator("#content header.top")).to_have_count(0)
    assert complaints == []
