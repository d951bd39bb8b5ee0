"""The control centre as an app: offline, replies that wait, alerts, and how it is installed."""

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from domain import languages
from domain.criteria import Criterion
from services import push
from store.push import PushSubscription
from store.replies import Reply
from tests.browser.centre import CentreSite
from tests.browser.test_centre_frame import check
from tests.browser.test_profiles import is_too_wide
from tests.conditions import eventually
from tests.push_services import Device
from tests.services import steps

READY = "navigator.serviceWorker.ready.then(() => {})"
SHOWN = "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
DEVICE = "/control/account/device"


@pytest.fixture(scope="module")
def chromium(whole_chromium: str) -> str:
    """The browser with windows, because the one without shows no alerts."""
    return whole_chromium


def comes(page: Page, expression: str) -> None:
    """Wait until the page finds this true; a promise is waited for each time."""
    eventually(lambda: page.evaluate(expression), within=60)


def inbox(centre: CentreSite) -> str:
    return f"{centre.url}/control/shops/{centre.annas}/reviews"


def replies(centre: CentreSite, text: str) -> int:
    """How many replies are stored that say exactly this."""
    with centre.installation.database.read() as session:
        return len(session.exec(select(Reply).where(col(Reply.text) == text)).all())


def kept(page: Page, centre: CentreSite) -> None:
    """Open the inbox, and wait until the browser has kept its latest reviews."""
    page.goto(inbox(centre))
    page.evaluate(READY)
    path = f"/control/shops/{centre.annas}/reviews/offline"
    comes(page, f"caches.match('{path}').then(Boolean)")


def write_offline(page: Page, centre: CentreSite, text: str) -> None:
    """Answer the first review of the kept page that has no answer."""
    page.goto(f"{inbox(centre)}/offline")
    page.locator("summary", has_text="write a reply").first.click()
    page.locator("details[open] textarea").fill(text)
    page.locator("details[open] button").click()
    expect(page.locator("#queue li")).to_contain_text(text)
    expect(page.locator("#queue")).to_be_visible()
    expect(page.locator("#queue h2")).to_have_text("Not sent yet")


def test_the_latest_reviews_can_be_read_without_a_connection(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    kept(page, centre)
    context.set_offline(True)
    page.goto(f"{inbox(centre)}/offline")
    assert 0 < page.locator("main article").count() <= 50
    expect(page.locator("main blockquote").first).to_be_visible()
    page.goto(f"{centre.url}/control/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    page.locator("#kept a").first.click()
    page.wait_for_url("**/reviews/offline")
    assert page.locator("main article").count() > 0


def test_a_reply_that_is_written_offline_waits_and_is_sent_once(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    kept(page, centre)
    context.set_offline(True)
    text = "Written on a train, without a connection."
    write_offline(page, centre, text)
    # It outlives the page; and nobody has sent it.
    page.goto(f"{inbox(centre)}/offline")
    expect(page.locator("#queue")).to_contain_text(text)
    assert replies(centre, text) == 0
    context.set_offline(False)
    expect(page.locator("#queue")).to_be_hidden()
    assert replies(centre, text) == 1
    for _ in range(2):
        page.goto(inbox(centre))
        expect(page.locator("#queue")).to_be_hidden()
    assert replies(centre, text) == 1


def test_two_windows_send_a_waiting_reply_once(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    kept(page, centre)
    other = context.new_page()
    other.goto(inbox(centre))
    posted: list[str] = []
    context.on("request", lambda sent: posted.append(sent.url) if sent.method == "POST" else None)
    context.set_offline(True)
    text = "Two windows were open when this was sent."
    write_offline(page, centre, text)
    posted.clear()
    context.set_offline(False)
    for window in (page, other):
        comes(
            window,
            "!Object.keys(localStorage).some((key) => key.startsWith('trustwright.queue.'))",
        )
    assert replies(centre, text) == 1
    assert len([url for url in posted if url.endswith("/reply")]) == 1


def test_what_waits_can_be_discarded(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    kept(page, centre)
    context.set_offline(True)
    text = "Rather not."
    write_offline(page, centre, text)
    page.locator("#queue button").first.click()
    expect(page.locator("#queue")).to_be_hidden()
    context.set_offline(False)
    page.goto(inbox(centre))
    assert replies(centre, text) == 0


def test_the_service_worker_works_for_the_control_centre_alone(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}{DEVICE}")
    page.evaluate(READY)
    scopes = "navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))"
    assert page.evaluate(scopes) == [f"{centre.url}/control"]
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    page.goto(f"{centre.url}/profile/{centre.annas}")
    assert page.evaluate("navigator.serviceWorker.controller === null")


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_browsers_can_install_the_app_and_its_bar_fits(
    context: BrowserContext, page: Page, centre: CentreSite, language: str
) -> None:
    centre.sign_in(context, "Anna", language=language)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(inbox(centre))
    page.evaluate(READY)
    tools = context.new_cdp_session(page)
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith(f"/control/app-{language}.webmanifest")
    assert f'"lang":"{language}"' in manifest["data"].replace('": "', '":"')
    found = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A private window is no place to install anything in, whatever the page.
    assert [each for each in found if each["errorId"] != "in-incognito"] == []
    clipped = """[...document.querySelectorAll("nav.bar a, nav.bar button")].filter((one) =>
        one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight
    ).map((one) => one.textContent)"""
    assert page.evaluate(clipped) == []
    edges = """[...document.querySelectorAll("nav.bar li > *")].map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const text = range.getBoundingClientRect(), box = one.getBoundingClientRect();
        return text.left >= box.left && text.right <= box.right && text.bottom <= innerHeight;
    })"""
    assert all(page.evaluate(edges))
    assert not is_too_wide(page)


def shown(page: Page) -> list[list[str]]:
    """Title and text of the notifications that this browser shows now."""
    found: list[list[str]] = page.evaluate(
        f"{SHOWN}.then((all) => all.map(({{ title, body }}) => [title, body]))"
    )
    return found


def test_a_page_that_is_open_tells_of_new_reviews(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    context.grant_permissions(["notifications"], origin=centre.url)
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}{DEVICE}")
    expect(page.locator("#alerting")).to_contain_text("Alerts are allowed")
    page.evaluate(READY)
    assert shown(page) == []
    # The answer to the page's own first question sets the moment that news are asked for since.
    comes(page, "localStorage.getItem('trustwright.since') !== null")
    now = datetime.now(UTC)
    page.evaluate(f"localStorage.setItem('trustwright.since', '{int(now.timestamp()) - 5}')")
    steps.review(centre.installation.database, centre.annas, {Criterion.SERVICE: 2}, at=now)
    page.reload()
    comes(page, f"{SHOWN}.then((all) => all.length === 1)")
    ((title, text),) = shown(page)
    assert (title != "", text) == (True, "1 new review")


def given(device: Device) -> str:
    """A script that stands for the maker's push service, which tests cannot reach.

    The browser's own ``subscribe`` asks a host of its maker for an address; here the address is
    the device's. All else is the browser's own.
    """
    new = device.subscription
    return f"""
    const subscription = {{
        endpoint: "{new.endpoint}",
        toJSON: () => ({{ endpoint: "{new.endpoint}",
            keys: {{ p256dh: "{new.public_key}", auth: "{new.secret}" }} }}),
        unsubscribe: async () => sessionStorage.removeItem("subscribed"),
    }};
    PushManager.prototype.getSubscription = async () =>
        sessionStorage.getItem("subscribed") ? subscription : null;
    PushManager.prototype.subscribe = async (options) => {{
        sessionStorage.setItem("subscribed", options.applicationServerKey);
        return subscription;
    }};
    """


def logins(centre: CentreSite, device: Device) -> list[int]:
    """The logins that this device is kept for."""
    database = centre.installation.database
    hashed = database.keys.keyed_hash("push-endpoint", device.endpoint)
    with database.read() as session:
        query = select(PushSubscription).where(col(PushSubscription.endpoint_hash) == hashed)
        return [row.session_id for row in session.exec(query)]


def test_alerts_of_the_closed_app_are_switched_on_by_a_button_and_follow_the_login(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    device = Device("https://push.example/send/browser")
    context.grant_permissions(["notifications"], origin=centre.url)
    context.add_init_script(given(device))
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}/control/shops/{centre.annas}/notifications")
    assert logins(centre, device) == []
    page.get_by_role("button", name="Switch on for this device").click()
    off = page.get_by_role("button", name="Switch off for this device")
    expect(off).to_be_visible()
    assert page.url.endswith("/notifications")
    settings = centre.installation.settings
    key = push.application_key(centre.installation.database.keys, settings.push_services)
    assert page.evaluate("sessionStorage.getItem('subscribed')") == key
    (first,) = logins(centre, device)
    check(page, page.url)
    # Another login on this device: the next page that is open tells the server.
    centre.sign_in(context, "Ben", language="en")
    with page.expect_response("**/control/account/push"):
        page.goto(f"{centre.url}/control/account")
    (second,) = logins(centre, device)
    assert second != first
    # Somebody else on this device has not switched anything on.
    centre.sign_in(context, "Anna", language="en")
    page.goto(f"{centre.url}/control/account")
    comes(page, "sessionStorage.getItem('subscribed') === null")
    page.goto(f"{centre.url}{DEVICE}")
    expect(page.get_by_role("button", name="Switch on for this device")).to_be_visible()
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}{DEVICE}")
    page.get_by_role("button", name="Switch on for this device").click()
    off.click()
    expect(page.get_by_role("button", name="Switch on for this device")).to_be_visible()
    assert logins(centre, device) == []
    assert page.evaluate("sessionStorage.getItem('subscribed')") is None
    assert complaints == []


def test_a_browser_that_reaches_no_push_service_says_so(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    context.grant_permissions(["notifications"], origin=centre.url)
    context.add_init_script("PushManager.prototype.subscribe = () => Promise.reject(new Error());")
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}{DEVICE}")
    page.get_by_role("button", name="Switch on for this device").click()
    expect(page.locator("form[data-push] [role=alert]")).to_contain_text("e-mails come as before")


def test_a_message_that_arrives_is_shown_in_the_place_of_the_one_before(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    context.grant_permissions(["notifications"], origin=centre.url)
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{centre.url}{DEVICE}")
    page.evaluate(READY)
    tools = context.new_cdp_session(page)
    registered: list[str] = []

    def note(event: dict[str, Any]) -> None:
        registered.extend(each["registrationId"] for each in event["registrations"])

    tools.on("ServiceWorker.workerRegistrationUpdated", note)
    tools.send("ServiceWorker.enable")
    eventually(lambda: page.evaluate("1") and registered, within=30)
    for count in ("1 new review", "2 new reviews"):
        data = (
            f'{{"title": "A shop", "text": "{count}", "lang": "en", '
            f'"url": "/control/shops/{centre.annas}/reviews"}}'
        )
        sent = {"origin": centre.url, "registrationId": registered[-1], "data": data}
        is_shown = f"{SHOWN}.then(([one]) => one?.body === '{count}')"
        # The browser drops what comes while its worker starts; a second copy takes the same place.
        for _ in range(10):
            tools.send("ServiceWorker.deliverPushMessage", sent)
            with suppress(AssertionError):
                eventually(partial(page.evaluate, is_shown), within=5)
                break
    assert shown(page) == [["A shop", "2 new reviews"]]
