"""The integration guide as its readers get it: choices, code, preview, and the check of a page."""

from urllib.parse import urlencode

import pytest
from lxml.html import HtmlElement

from api.bodies import MAX_BYTES
from domain import languages
from domain.policies import CHECKS
from tests.api.exchanges import Reply, scope_of
from tests.control.conftest import BASE, Site, read, words

FORM = "application/x-www-form-urlencoded"


def key(site: Site) -> str:
    return site.shops[0].key


def guide(site: Site, query: str = "", *, language: str = "en") -> HtmlElement:
    return read(site.ask(f"/{language}/embed/{key(site)}{query}"))


def codes(page: HtmlElement) -> list[str]:
    """The code that is to be copied first, before all recipes."""
    return [each.text_content() for each in page.xpath("//section[h2/@id='code']//code")]


def chosen(page: HtmlElement, name: str) -> str:
    [option] = page.xpath(f"//select[@name='{name}']/option[@selected]")
    return str(option.get("value"))


def post(site: Site, path: str, **fields: str) -> Reply:
    headers = [("content-type", FORM)]
    scope = scope_of(path, method="POST", headers=headers)
    return site.running.exchange(scope, [urlencode(fields).encode()])


def check(site: Site, html: str, *, language: str = "en") -> Reply:
    return post(site, f"/{language}/embed/check", shop=key(site), html=html)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_guide_speaks_every_language_of_the_platform(site: Site, language: str) -> None:
    page = guide(site, language=language)
    assert page.get("lang") == language
    assert len(page.xpath("//details")) == 10
    others = {each.get("hreflang") for each in page.xpath("//footer//a[@hreflang]")}
    assert others == set(languages.SUPPORTED) - {language}


def test_without_a_language_it_speaks_that_of_the_shop(site: Site) -> None:
    page = read(site.ask(f"/embed/{key(site)}"))
    assert page.get("lang") == site.shops[0].language


def test_the_code_is_for_this_very_shop(site: Site) -> None:
    tag = f'<script async src="{BASE}/v1/badge.js" data-shop="{key(site)}"></script>'
    assert codes(guide(site)) == [tag]
    everything = [each.text_content() for each in guide(site).xpath("//details//code")]
    assert sum(key(site) in code for code in everything) >= 10


def test_what_is_chosen_is_in_form_code_and_preview(site: Site) -> None:
    query = "?widget=inline&variant=horizontal&scheme=dark&language=pl&colours=1&text=%23222222"
    page = guide(site, query)
    assert (chosen(page, "variant"), chosen(page, "scheme")) == ("horizontal", "dark")
    assert page.xpath("//input[@name='widget'][@checked]/@value") == ["inline"]
    _, element, style = codes(page)
    assert element == (
        '<trust-badge variant="horizontal" position="inline" color-scheme="dark" lang="pl">'
        "</trust-badge>"
    )
    assert "--trust-text: #222222;" in style
    [frame] = page.xpath("//iframe/@src")
    preview = site.ask(frame)
    assert element in preview.body.decode()
    assert style in preview.body.decode()
    assert read(preview).get("lang") == "pl"


def test_the_preview_runs_under_a_policy_of_its_own_and_only_in_our_frame(site: Site) -> None:
    reply = site.ask(f"/en/embed/{key(site)}/preview?colours=1")
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy
    assert "'unsafe" not in policy
    assert (
        "frame-ancestors 'none'"
        in site.ask(f"/en/embed/{key(site)}").headers["content-security-policy"]
    )


def test_an_example_is_a_product_of_the_shop(site: Site) -> None:
    page = guide(site, "?widget=stars")
    skus = page.xpath("//datalist/option/@value")
    assert codes(page)[1] == f'<trust-stars sku="{skus[0]}"></trust-stars>'


def test_nothing_that_is_chosen_becomes_markup(site: Site) -> None:
    query = "?widget=stars&sku=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E&language=%3Cb%3E"
    for path in ("", "/preview"):
        body = site.ask(f"/en/embed/{key(site)}{path}{query}").body.decode()
        assert "<script>alert" not in body
        assert "<b>" not in body


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?variant=mark", "holds no valid one"),
        ("?colours=1&text=%23aaaaaa&surface=%23ffffff", "contrast of at least 4.5"),
        ("?widget=reviews", "floating badge as well"),
    ],
)
def test_a_choice_that_surprises_is_explained(site: Site, query: str, says: str) -> None:
    assert says in words(guide(site, query))
    assert says not in words(guide(site))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/embed/X", 400),
        ("/en/embed/X" + "0" * 32, 404),
        ("/xx/embed/{key}", 404),
        ("/en/embed/check/unknown", 404),
    ],
)
def test_where_there_is_no_guide_a_page_says_so(site: Site, path: str, status: int) -> None:
    reply = site.ask(path.format(key=key(site)))
    assert reply.status == status
    assert read(reply).xpath("//h1")


def test_forms_are_sent_and_guides_are_read(site: Site) -> None:
    assert site.ask("/en/embed/check").status == 405
    assert post(site, f"/en/embed/{key(site)}").status == 405
    head = site.ask(f"/en/embed/{key(site)}", method="HEAD")
    assert (head.status, head.body) == (200, b"")


def test_a_page_that_works_is_told_so_at_once(site: Site) -> None:
    reply = check(site, codes(guide(site))[0])
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert words(read(reply).xpath("//*[@role='status']")[0]).startswith("It works")


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_mistakes_are_told_in_the_readers_language_with_their_lines(
    site: Site, language: str
) -> None:
    html = "\n\n<trust-star></trust-star>\n<script src='//old.example/v1/badge.js?shop=X'></script>"
    page = read(check(site, html, language=language))
    found = [words(each) for each in page.xpath("//ul[@class='findings']/li")]
    assert len(found) == 4
    assert "3" in found[0]
    assert "<trust-stars>" in found[0]
    assert "{" not in " ".join(found)


def test_what_is_pasted_is_shown_as_text(site: Site) -> None:
    reply = check(site, "<trust-badge variant='<img src=x onerror=alert(1)>'></trust-badge>")
    assert b"<img" not in reply.body


def test_a_whole_page_may_be_pasted_and_no_more(site: Site) -> None:
    assert check(site, "é" * (CHECKS.page_bytes // 2)).status == 200
    too_much = "é" * (CHECKS.page_bytes // 2 + MAX_BYTES)
    assert check(site, too_much).status == 413


@pytest.mark.parametrize("shop", ["", "X", "X" + "0" * 32])
def test_a_form_without_a_shop_is_refused(site: Site, shop: str) -> None:
    assert post(site, "/en/embed/check", shop=shop, html="<p>").status in (400, 404)


def test_a_form_that_is_none_is_refused(site: Site) -> None:
    scope = scope_of("/en/embed/check", method="POST", headers=[("content-type", FORM)])
    assert site.running.exchange(scope, ["é".encode()]).status == 400
    assert post(site, "/en/embed/check", **{str(each): "" for each in range(20)}).status == 400


def test_an_address_is_fetched_by_a_job_and_waited_for(site: Site) -> None:
    reply = post(site, "/de/embed/fetch", shop=key(site), url=" shop.example/mug ")
    location = reply.headers["location"]
    assert (reply.status, location.startswith("/de/embed/check/")) == (303, True)
    waiting = site.ask(location)
    assert (waiting.status, waiting.headers["retry-after"]) == (202, "2")
    page = read(waiting)
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["2"]
    assert words(page.xpath("//code")[0]) == "https://shop.example/mug"


@pytest.mark.parametrize("url", ["ftp://shop.example/", "https://a:b@shop.example/", "https://"])
def test_what_is_no_address_of_a_page_is_refused(site: Site, url: str) -> None:
    reply = post(site, "/en/embed/fetch", shop=key(site), url=url)
    assert reply.status in (400, 422)
    assert read(reply).xpath("//h1")


def test_script_and_style_have_lasting_addresses(site: Site) -> None:
    page = guide(site)
    [script] = page.xpath("//script/@src")
    for url in (script, *page.xpath("//link[@rel='stylesheet']/@href")):
        reply = site.ask(url)
        assert reply.status == 200
        assert "immutable" in reply.headers["cache-control"]
