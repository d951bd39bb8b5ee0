"""What every answer carries, what browsers may do with it, and the app that is installed."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import orjson
import pytest
from lxml import html
from starlette.testclient import TestClient

from api.main import create_app
from control.centre import replies, site
from control.centre.assets import ASSETS
from control.centre.replies import Cookies
from control.centre.words import catalogues, of
from domain import languages
from tests.api.conftest import settings_for
from tests.control.centre.conftest import SAME_ORIGIN, Centre, Visitor
from widgets import texts

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx centre"
)
EVERYWHERE = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/login", "/control/account", "/control/nothing", "/control"])
def test_every_answer_says_what_browsers_may_do(anna: Visitor, path: str) -> None:
    response = anna.get(path)
    assert EVERYWHERE.items() <= dict(response.headers).items()


def test_every_page_has_a_nonce_of_its_own(anna: Visitor) -> None:
    pages = [anna.get("/control/account") for _ in range(2)]
    nonces = [set(re.findall(r'nonce="([^"]+)"', page.text)) for page in pages]
    assert [len(each) for each in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    for page, (nonce,) in zip(pages, nonces, strict=True):
        assert page.headers["content-security-policy"] == POLICY.format(nonce=nonce)


def test_no_page_has_anything_inline(centre: Centre, anna: Visitor) -> None:
    for path in ("/control/account", f"/control/shops/{centre.annas}/users", "/login"):
        page = html.document_fromstring(anna.get(path).text or "<p>moved</p>")
        assert page.xpath("//style | //@style | //script[not(@src)]") == []
        assert [each for each in page.xpath("//@*") if each.attrname.startswith("on")] == []


def test_htmx_gets_the_content_alone(anna: Visitor) -> None:
    part = anna.get("/control/account", hx_request="true", hx_request_type="partial")
    assert part.text.lstrip().startswith("<title>")
    assert "<header" not in part.text
    whole = anna.get("/control/account", hx_request="true", hx_request_type="full")
    assert "<header" in whole.text


def test_files_of_the_pages_are_kept_for_ever_under_their_hash(stranger: Visitor) -> None:
    for asset in ASSETS:
        response = stranger.get(asset.url)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-type"] == asset.media_type


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_app_can_be_installed_in_every_language(stranger: Visitor, language: str) -> None:
    response = stranger.get(f"/control/app-{language}.webmanifest")
    assert response.headers["content-type"] == "application/manifest+json"
    manifest = orjson.loads(response.content)
    assert (manifest["lang"], manifest["start_url"], manifest["display"]) == (
        language,
        "/control",
        "standalone",
    )
    for icon in manifest["icons"]:
        assert stranger.get(icon["src"]).headers["content-type"] == "image/png"
    page = stranger.page(f"/control/offline?lang={language}")
    assert page.xpath("/html/@lang") == [language]


def test_the_worker_may_work_for_the_list_of_shops_as_well(stranger: Visitor) -> None:
    response = stranger.get("/control/worker.js?v=1&lang=de")
    assert response.headers["service-worker-allowed"] == "/control"
    assert response.headers["cache-control"] == "no-cache"


def test_the_app_hears_of_new_reviews_of_the_persons_shops_only(
    centre: Centre, anna: Visitor, cleo: Visitor
) -> None:
    ago = int((datetime.now(UTC) - timedelta(days=400)).timestamp())
    for visitor, own in ((anna, centre.annas), (cleo, centre.cleos)):
        told = orjson.loads(visitor.get(f"/control/news?since={ago}").content)
        assert {alert["url"] for alert in told["alerts"]} <= {f"/control/shops/{own}/reviews"}
    for moment in ("", "x", "-1", "1" * 20, "\N{ARABIC-INDIC DIGIT ONE}"):
        assert anna.get(f"/control/news?since={moment}").status_code == 400


def test_every_area_says_everything_in_seven_languages() -> None:
    for area, catalogue in catalogues().items():
        for key, said in catalogue.items():
            assert "." in key, (area, key)
            assert set(said) == set(languages.SUPPORTED), (area, key)
            asked = {tag: placeholders(message) for tag, message in said.items()}
            assert len(set(map(frozenset, asked.values()))) == 1, (area, key, asked)


def placeholders(message: texts.Message) -> set[str]:
    said = message.values() if isinstance(message, dict) else [message]
    return {name for each in said for name in re.findall(r"\{(\w*)\}", each)}


def test_plural_forms_are_those_of_the_language() -> None:
    for area, catalogue in catalogues().items():
        for key, said in catalogue.items():
            for tag, message in said.items():
                if isinstance(message, dict):
                    forms = set(texts.of(tag).locale.plural_form.tags) | {"other"}
                    assert set(message) == forms, (area, key, tag)


def test_no_area_takes_a_word_of_another() -> None:
    keys = [key for catalogue in catalogues().values() for key in catalogue]
    assert sorted(keys) == sorted(set(keys))
    assert not set(keys) & set(texts.of("en").messages)


def test_every_entry_of_the_menu_has_a_name() -> None:
    for tag in languages.SUPPORTED:
        for screen in site.ALL_SCREENS:
            if screen.menu:
                assert of(tag).say(f"menu.{screen.menu}")


@pytest.mark.parametrize(
    ("url", "is_confidential", "name"),
    [
        ("https://trust.example", True, "__Host-session"),
        ("https://trust.example/base", True, "__Host-session"),
        ("http://127.0.0.1:8080", True, "session"),
        ("http://localhost", True, "session"),
        ("http://[::1]:8080", True, "session"),
        ("http://trust.example", False, "session"),
        ("http://0.0.0.0:8080", False, "session"),
        ("http://localhost.evil.example", False, "session"),
    ],
)
def test_passwords_travel_encrypted_or_not_at_all(
    url: str, is_confidential: bool, name: str
) -> None:
    assert replies.is_confidential(url) is is_confidential
    cookie = Cookies.of(url).session("token")[1].decode()
    assert cookie.startswith(f"{name}=token; ")
    assert ("Secure" in cookie) is url.startswith("https")


def test_a_form_over_plain_http_from_elsewhere_is_refused(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = copy(migrated_sqlite, tmp_path / "trustwright.db")
    url = "http://trust.example"
    app = create_app(settings_for(f"sqlite:///{path}", tmp_path, PUBLIC_URL=url))
    with TestClient(app, base_url=url) as client:
        values = {"email": "a@b.example", "password": "secret"}
        response = client.post("/login", data=values, headers=SAME_ORIGIN)
    assert (response.status_code, "TRANSPORT_INSECURE" in response.text) == (403, True)
