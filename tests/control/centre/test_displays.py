"""Widgets, markup and feeds of a shop: chosen, checked and opened in the control centre."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from domain.badges import DEFAULTS, OpenOn, Position
from domain.pages import PageUnreachable
from schemas.lints import LintCounts, LintFinding, LintReport
from services import badges, feed_runs, lint_runs, review_feeds
from services.review_feeds import FeedKind, FeedRecord
from store.lint_runs import LintRun
from tests.control.centre.conftest import Centre, Visitor, read, words

DOMAIN = "buecher-und-toene.example"
PAGE = f"https://www.{DOMAIN}/buch"
HOSTILE = "<script>alert(1)</script>"
BADGE = {
    "widget": "floating",
    "variant": "reviews",
    "position": "left",
    "mobile-position": "center",
    "offset": "20",
    "mobile-offset": "10",
    "open-on": "click",
    "scheme": "dark",
    "colours": "1",
    "accent": "#112233",
    "text": "#000000",
    "surface": "#ffffff",
    "star": "#445566",
}


def root(centre: Centre, name: str) -> str:
    return f"/control/shops/{centre.annas}/{name}"


def finish(centre: Centre, outcome: LintReport | PageUnreachable) -> None:
    """Do what the job does with the page that was asked for last."""
    with centre.installation.database.write() as work:
        run = work.session.exec(select(LintRun).order_by(col(LintRun.id).desc())).first()
        assert run is not None
        lint_runs.finish(work, run.id, outcome, now=datetime.now(UTC))


def report(verdict: str, *findings: LintFinding) -> LintReport:
    counts = LintCounts(error=len(findings), policy=0, warning=0)
    return LintReport(
        source=PAGE,
        verdict=verdict,
        counts=counts,
        findings=findings,
        items=(),
        item_count=0,
    )


FINDING = LintFinding(
    rule="R1",
    severity="E",
    message=f"Missing field {HOSTILE}",
    search_console=True,
    line=7,
    path="review.author",
    subject="Review",
    mend="Name the author.",
)


def test_a_badge_is_saved_as_the_preview_shows_it(centre: Centre, anna: Visitor) -> None:
    path = root(centre, "widgets")
    query = "&".join(f"{name}={value.replace('#', '%23')}" for name, value in BADGE.items())
    page = anna.page(f"{path}?{query}")
    (preview,) = page.xpath("//iframe/@src")
    assert "position=left" in preview
    assert anna.get(preview).status_code == 200
    (form,) = page.xpath("//form[contains(@action, '/widgets/badge')]")
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}
    assert sent == BADGE | {"csrf": sent["csrf"]}
    assert anna.post(f"{path}/badge", sent).status_code == 303
    with centre.installation.database.read() as session:
        stored = badges.read(session, centre.annas)
    assert (stored.position, stored.mobile_position) == (Position.LEFT, Position.CENTER)
    assert (stored.offset, stored.open_on) == (20, OpenOn.CLICK)
    assert stored.colours.accent == "#112233"
    shown = anna.page(path).xpath("//input[@name='accent'][@type='color']/@value")
    assert shown == ["#112233"]


def test_illegible_colours_are_refused_and_kept(centre: Centre, anna: Visitor) -> None:
    with centre.installation.database.read() as session:
        before = badges.read(session, centre.annas)
    sent = BADGE | {"text": "#eeeeee", "accent": "#abcdef"}
    page = read(anna.post(f"{root(centre, 'widgets')}/badge", sent), status=422)
    assert page.xpath("//input[@name='accent'][@type='color']/@value") == ["#abcdef"]
    with centre.installation.database.read() as session:
        assert badges.read(session, centre.annas) == before


def test_only_a_badge_can_be_saved(centre: Centre, anna: Visitor) -> None:
    sent = BADGE | {"widget": "reviews"}
    assert anna.post(f"{root(centre, 'widgets')}/badge", sent).status_code == 422


@pytest.mark.parametrize("name", ["widget", "offset", "language", "sku", "accent"])
def test_whatever_the_address_says_the_page_is_shown(
    centre: Centre, anna: Visitor, name: str
) -> None:
    response = anna.get(f"{root(centre, 'widgets')}?widget=product&{name}={HOSTILE}")
    assert response.status_code == 200
    assert HOSTILE not in response.text


@pytest.mark.parametrize("name", ["widgets", "snippets"])
@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://other.example/",
        f"https://{DOMAIN}.other.example/",
        f"ftp://{DOMAIN}/",
        f"https://{DOMAIN}/a b",
        f"https://{DOMAIN}/" + "a" * 2_000,
        "http://127.0.0.1/",
        "javascript:alert(1)",
    ],
)
def test_a_page_elsewhere_is_not_checked(
    centre: Centre, anna: Visitor, name: str, url: str
) -> None:
    path = f"{root(centre, name)}/check"
    page = read(anna.post(path, {"url": url, "kind": "product"}), status=422)
    (typed,) = page.xpath("//input[@id='f-url']")
    assert (typed.get("value") or "").strip() == url
    assert typed.get("aria-invalid") == "true"


def test_a_checked_page_is_listed_with_what_was_found(centre: Centre, anna: Visitor) -> None:
    path = root(centre, "snippets")
    for outcome, verdict in (
        (report("errors", FINDING), "Fehler"),
        (report("clean"), "ohne Fehler"),
        (PageUnreachable(), "nicht abrufbar"),
    ):
        response = anna.post(f"{path}/check", {"url": PAGE, "kind": "product"})
        assert response.status_code == 303
        waiting = anna.page(path)
        assert PAGE in words(waiting.xpath("//p[@role='status']/following-sibling::ul")[0])
        finish(centre, outcome)
        response = anna.get(path)
        assert HOSTILE not in response.text
        (row,) = read(response).xpath("//ul[@class='checked']/li")
        assert words(row.xpath(".//span[contains(@class, 'tag')]")[0]) == verdict
    assert anna.post(f"{path}/check", {"url": PAGE, "kind": "no"}).status_code == 400


def test_a_shop_keeps_the_pages_that_were_checked_last(centre: Centre) -> None:
    cleo = centre.signed_in("Cleo")
    path = f"/control/shops/{centre.cleos}/snippets"
    (url,) = cleo.page(path).xpath("//input[@id='f-url']/@value")
    for number in range(52):
        cleo.post(f"{path}/check", {"url": f"{url}/{number}", "kind": "product"})
        finish(centre, report("clean"))
    found = cleo.page(path).xpath("//ul[@class='checked']//span[@class='url']/text()")
    assert len(found) == 50
    assert f"{url}/0" not in found
    assert f"{url}/51" in found


def feeds(centre: Centre) -> dict[FeedKind, FeedRecord]:
    database = centre.installation.database
    with database.read() as session:
        found = review_feeds.of_shop(session, centre.annas, database.keys)
    return {each.kind: each for each in found}


def test_a_feed_is_opened_and_its_last_run_is_told(centre: Centre, anna: Visitor) -> None:
    path = root(centre, "feeds")
    assert anna.post(f"{path}/product-ratings").status_code == 303
    address = feeds(centre)[FeedKind.PRODUCT_RATINGS].path
    now = datetime.now(UTC)
    feed_runs.write(centre.installation, centre.annas, FeedKind.PRODUCT_RATINGS, now=now)
    page = anna.page(path)
    assert address in words(page.get_element_by_id("content"))
    assert "ausgelassen" in words(page.get_element_by_id("content"))
    anna.post(f"{path}/product-ratings")
    assert feeds(centre)[FeedKind.PRODUCT_RATINGS].path != address


def test_the_password_of_a_feed_is_shown_once(centre: Centre, anna: Visitor) -> None:
    path = root(centre, "feeds")
    page = read(anna.post(f"{path}/merchant-reviews", {"has_password": "1"}))
    *_, password = page.xpath("//div[@role='status']//code/text()")
    assert password not in anna.get(path).text
    assert feeds(centre)[FeedKind.MERCHANT_REVIEWS].has_password


def test_a_feed_that_does_not_exist_cannot_be_opened(centre: Centre, anna: Visitor) -> None:
    assert anna.post(f"{root(centre, 'feeds')}/other").status_code == 404


def test_who_may_only_see_gets_no_address_and_changes_nothing(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    anna.post(f"{root(centre, 'feeds')}/product-ratings")
    address = feeds(centre)[FeedKind.PRODUCT_RATINGS].path
    assert address not in ben.get(root(centre, "feeds")).text
    for path in ("widgets/badge", "widgets/check", "snippets/check", "feeds/product-ratings"):
        assert ben.post(root(centre, path), BADGE | {"url": PAGE}).status_code in (403, 404)
    assert feeds(centre)[FeedKind.PRODUCT_RATINGS].path == address
    assert (
        ben.page(root(centre, "widgets")).xpath("//form[@method='post'][not(@action='/logout')]")
        == []
    )


def test_links_to_public_pages_lead_somewhere(centre: Centre, anna: Visitor) -> None:
    links = anna.page(root(centre, "feeds")).xpath("//article[@aria-labelledby='public']//a/@href")
    assert len(links) == 4
    for link in links:
        assert anna.client.get(link).status_code == 200


def test_the_badge_of_a_new_shop_is_the_usual_one(centre: Centre) -> None:
    cleo = centre.signed_in("Cleo")
    page = cleo.page(f"/control/shops/{centre.cleos}/widgets")
    chosen = page.xpath("//select[@name='position']/option[@selected]/@value")
    assert chosen == [DEFAULTS.position]
