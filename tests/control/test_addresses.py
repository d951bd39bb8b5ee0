"""Public pages under their addresses: redirects, conditions, refusals that help (embed.md 3.9)."""

from collections.abc import Iterator

import pytest

from domain import languages
from domain.errors import PageNotFound, ShopKeyMalformed, ShopNotFound
from schemas import messages
from tests.api.exchanges import KEY
from tests.control.conftest import BASE, Site, read, words
from widgets import texts

INFO = (
    "bewertung",
    "buyerrating",
    "evaluation",
    "evaluacion",
    "opinia",
    "verkopersbeoordeling",
    "valutazione-del-negozio",
)


def older(key: str) -> Iterator[str]:
    for start in ("", "/fr", "/nl"):
        yield from (f"{start}/{name}/info_{key}.html" for name in INFO)
    yield f"/profil/{key}"
    yield f"/bewertung/info_{key}.html?utm_source=x"
    yield f"/bewertung/info_{key}.html&utm_source=x"


def test_the_slug_is_decorative_and_the_shops_own_language_has_no_prefix(site: Site) -> None:
    shop = site.shops[0]
    canonical = site.ask(f"/profile/{shop.key}").headers["location"]
    assert canonical.startswith(f"/profile/{shop.key}/")
    for target in (
        f"/profile/{shop.key}",
        f"/profile/{shop.key}/",
        f"/profile/{shop.key}/wrong",
        f"/profile/{shop.key}/%3Cb%3E",
        f"/profile/{shop.key.lower()}{canonical[42:]}",
        f"/{shop.language}{canonical}",
    ):
        moved = site.ask(target)
        assert (moved.status, moved.headers["location"]) == (301, canonical), target
        assert moved.headers["cache-control"] == "public, max-age=3600"
        assert moved.body == b""
    assert site.ask(canonical).status == 200
    assert (
        site.ask(f"/profile/{shop.key}?stars=4&x=1").headers["location"] == f"{canonical}?stars=4"
    )


def test_older_addresses_lead_to_the_profile_and_the_certificate(site: Site) -> None:
    for target in older(KEY.lower()):
        moved = site.ask(target)
        assert (moved.status, moved.headers["location"]) == (302, f"/profile/{KEY}"), target
        assert moved.headers["cache-control"] == "public, max-age=3600"
    for language, header in (("en", ""), ("de", "de-AT, en;q=0.5"), ("en", "sv")):
        moved = site.ask(f"/shop/certificate.php?shop_id={KEY}", accept_language=header)
        assert moved.headers["location"] == f"/{language}/certificate/{KEY}"


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_certificate_page_says_that_there_is_none(site: Site, language: str) -> None:
    for shop in site.shops:
        reply = site.ask(f"/{language}/certificate/{shop.key}")
        page, spoken = read(reply), texts.of(language)
        assert (reply.status, page.get("lang")) == (200, language)
        assert words(page.xpath("//h1")[0]) == spoken.say("certificate.title", shop=shop.name)
        assert spoken.say("certificate.none") in words(page)
        assert spoken.say("certificate.noProtection") in words(page)
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        assert page.xpath("//*[@class='stars'] | //script") == []
        profile = page.xpath("//main/p/a/@href")[0]
        assert site.ask(profile).status == 200


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        (f"/profile/{KEY}", 404, ShopNotFound.code),
        (f"/profile/{KEY}/any-name", 404, ShopNotFound.code),
        ("/profile/X123", 400, ShopKeyMalformed.code),
        ("/profile/", 400, ShopKeyMalformed.code),
        (f"/profile/{KEY}/a/b", 404, PageNotFound.code),
        (f"/sv/profile/{KEY}", 404, PageNotFound.code),
        (f"/de/certificate/{KEY}", 404, ShopNotFound.code),
        ("/de/certificate/X", 400, ShopKeyMalformed.code),
        ("/bewertung/info_X.html", 400, ShopKeyMalformed.code),
        ("/opinia/index.html", 404, PageNotFound.code),
        ("/shop/certificate.php", 400, ShopKeyMalformed.code),
    ],
)
@pytest.mark.parametrize("language", ["de", "pl"])
def test_what_is_not_there_is_refused_with_a_page_that_helps(
    site: Site, target: str, status: int, code: str, language: str
) -> None:
    reply = site.ask(target, accept_language=language)
    page = read(reply)
    spoken = "de" if target.startswith("/de/") else language
    assert (reply.status, page.get("lang")) == (status, spoken)
    assert messages.title(code, spoken) in words(page)
    assert texts.of(spoken).say("refusal.address") in words(page)
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
    assert reply.headers["cache-control"] in {"no-store", "public, max-age=60"}
    assert reply.headers["vary"] == "Accept-Language"
    for link in page.xpath("//a/@href[starts-with(., '/')]"):
        assert site.ask(link).status == 200


@pytest.mark.parametrize(
    "query",
    [
        "stars=6",
        "stars=0",
        "stars=%00",
        "sort=best",
        "language=%22%3E%3Cscript%3E",
        "after=rev-1",
        "after=rev-018f6f5e-0000-7000-8000-000000000000",
        "stars=1&stars=2",
        "sort=%ff",
    ],
)
def test_bad_parameters_are_refused_as_by_the_api_and_lead_back(site: Site, query: str) -> None:
    shop = site.shops[0]
    canonical = site.ask(f"/profile/{shop.key}").headers["location"]
    refused = site.ask(f"{canonical}?{query}", accept_language=shop.language)
    api = site.ask(f"/v1/shops/{shop.key}/reviews?{query}")
    page = read(refused)
    assert refused.status == api.status == 400
    assert messages.title(api.json()["code"], shop.language) in words(page)
    assert page.xpath("//main//a[@class='button']/@href") == [canonical]
    assert b"<script" not in refused.body


@pytest.mark.parametrize("review", ["rev-1", "rev-018f6f5e-0000-7000-8000-000000000000", "%00"])
def test_a_review_that_is_not_there_is_refused_and_leads_to_the_others(
    site: Site, review: str
) -> None:
    canonical = site.ask(f"/profile/{site.shops[0].key}").headers["location"]
    refused = site.ask(f"{canonical}?review={review}")
    assert refused.status == 404
    assert read(refused).xpath("//main//a[@class='button']/@href") == [canonical]


def test_conditional_requests_and_head_are_answered_without_body(site: Site) -> None:
    shop = site.shops[0]
    for target in (
        site.ask(f"/profile/{shop.key}").headers["location"],
        f"/en/certificate/{shop.key}",
        "/de/reviews/how",
        read(site.profile(shop)).xpath("//link[@rel='stylesheet']/@href")[0],
    ):
        for encoding in ("", "gzip", "br"):
            found = site.ask(target, accept_encoding=encoding)
            tag = found.headers["etag"]
            again = site.ask(target, accept_encoding=encoding, if_none_match=f"W/{tag}")
            assert (found.status, again.status, again.body) == (200, 304, b"")
            head = site.ask(target, method="HEAD", accept_encoding=encoding)
            assert (head.status, head.body) == (200, b"")
            described = ("content-type", "content-length", "etag", "cache-control", "vary")
            assert [head.headers[name] for name in described] == [
                found.headers[name] for name in described
            ]
            # A certificate is drawn for each reader: it is as new as the second of its asking.
            if "/certificate/" not in target:
                since = found.headers["last-modified"]
                assert site.ask(target, if_modified_since=since).status == 304


def test_other_methods_are_refused(site: Site) -> None:
    shop = site.shops[0]
    for target in (f"/profile/{shop.key}", f"/de/certificate/{shop.key}", f"/profil/{shop.key}"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            reply = site.ask(target, method=method)
            assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


def test_what_caches_and_browsers_are_told(site: Site) -> None:
    shop = site.shops[0]
    reply = site.profile(shop)
    assert reply.headers["cache-control"].startswith("public, max-age=300, stale-while-revalidate")
    assert reply.headers["vary"] == "Accept-Encoding"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    [style] = read(reply).xpath("//link[@rel='stylesheet']/@href")
    css = site.ask(style)
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert css.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_names_in_the_markup_are_those_of_the_public_address(site: Site) -> None:
    body = site.profile(site.shops[0]).body.decode()
    assert f"{BASE}/profile/{site.shops[0].key}#shop" in body
