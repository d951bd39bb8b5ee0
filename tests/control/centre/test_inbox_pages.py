"""The inbox as people use it: found, opened, answered, reported; nobody reads another shop's."""

import io
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from lxml.html import HtmlElement
from sqlmodel import col, select, update

from domain.inbox import Filters, Place
from services import inbox
from services.inbox import InboxItem
from store.decisions import AuditEntry
from store.reviews import Review
from tests.control.centre.conftest import Centre, Visitor, read, words

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def _items(centre: Centre, shop_key: str | None = None) -> list[InboxItem]:
    with centre.installation.database.read() as session:
        return list(inbox.page(session, shop_key or centre.annas, Filters(), Place(100)).items)


def _waiting(centre: Centre) -> InboxItem:
    """A public review that nobody has answered or reported yet."""
    return next(
        each
        for each in _items(centre)
        if each.is_public and not each.is_answered and not each.moderation
    )


def _url(centre: Centre, *parts: str) -> str:
    return "/".join((f"/control/shops/{centre.annas}/reviews", *parts))


def test_the_list_shows_each_review_with_stars_and_state_in_words(
    centre: Centre, ben: Visitor
) -> None:
    page = ben.page(_url(centre))
    lines = page.cssselect("ol.inbox > li")
    assert len(lines) == 25
    assert all("5" in words(line) for line in lines)
    seconds = ben.page(_href(page.cssselect("nav.paging a[rel=next]")[0]))
    assert seconds.cssselect("nav.paging a[rel=prev]")
    others = {_id(line) for line in seconds.cssselect("ol.inbox > li")}
    assert not {_id(line) for line in lines} & others


def _href(link: HtmlElement) -> str:
    href = link.get("href")
    assert href is not None
    return href


def _seen(page: HtmlElement) -> set[str]:
    """The version of the reply that the page's forms say their reader has looked at."""
    return {each.get("value") or "" for each in page.cssselect("[name=seen]")}


def _id(line: HtmlElement) -> str:
    return _href(line.cssselect("a")[0]).rpartition("/")[2].partition("?")[0]


def test_filters_are_a_form_that_keeps_what_was_chosen(centre: Centre, ben: Visitor) -> None:
    page = ben.page(_url(centre) + "?stars=1-2&reply=missing&q=&kind=shop")
    chosen = [option.get("value") for option in page.cssselect("option[selected]")]
    assert chosen == ["1-2", "", "missing", "", "shop"]
    low = [each for each in _items(centre) if each.stars <= 2 and not each.is_answered]
    assert len(page.cssselect("ol.inbox > li")) == len([e for e in low if e.product is None])


@pytest.mark.parametrize(
    "query",
    ["stars=6", "since=yesterday", "state=x", "after=rev-none", "kind=SHOP", "until=9999-12-31"],
)
def test_what_the_form_does_not_offer_is_refused(centre: Centre, ben: Visitor, query: str) -> None:
    assert ben.get(f"{_url(centre)}?{query}").status_code == 400


def test_a_search_that_is_too_long_is_refused_and_a_strange_one_finds_nothing(
    centre: Centre, ben: Visitor
) -> None:
    assert ben.get(f"{_url(centre)}?q={'a' * 201}").status_code == 422
    page = ben.page(f"{_url(centre)}?q=%22)%20OR%20*%20NEAR(")
    assert page.cssselect("#f-q")[0].get("value") == '") OR * NEAR('


def test_opening_a_review_marks_it_as_read_for_those_who_answer(centre: Centre) -> None:
    item = next(each for each in _items(centre) if each.is_unread)
    centre.signed_in("Ben").page(_url(centre, item.public_id))
    found = {each.public_id: each for each in _items(centre)}
    assert not found[item.public_id].is_unread


def test_reviews_are_marked_together_and_all_at_once(centre: Centre, ben: Visitor) -> None:
    ids = [each.public_id for each in _items(centre)][:3]
    sent = {"review": ids, "deed": "unread", "here": "?stars=5&evil=//x"}
    answer = ben.post(_url(centre, "read"), sent)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{_url(centre)}?stars=5"
    assert [each.public_id for each in _items(centre) if each.is_unread][:3] == ids
    until = datetime.now(UTC).isoformat()
    assert ben.post(_url(centre, "read"), {"deed": "all", "until": until}).status_code == 303
    assert not [each for each in _items(centre) if each.is_unread]


@pytest.mark.parametrize("sent", [{"deed": "x"}, {"deed": "all", "until": "soon"}])
def test_a_mark_that_nobody_offers_is_refused(
    centre: Centre, ben: Visitor, sent: dict[str, str]
) -> None:
    assert ben.post(_url(centre, "read"), sent).status_code == 400


def test_a_reply_is_looked_at_published_replaced_and_deleted(centre: Centre, ben: Visitor) -> None:
    url = _url(centre, _waiting(centre).public_id)
    preview = read(ben.post(f"{url}/reply", {"text": HOSTILE, "seen": "", "deed": "preview"}))
    assert HOSTILE in preview.cssselect("section.message.note blockquote")[0].text_content()
    assert not preview.cssselect("script:not([src]), img[onerror]")
    assert not ben.page(url).cssselect("form[action$=delete]")
    assert ben.post(f"{url}/reply", {"text": HOSTILE, "seen": ""}).status_code == 303
    page = ben.page(url)
    assert not page.cssselect("script:not([src]), img[onerror]")
    assert page.cssselect("#f-text")[0].text_content().strip() == HOSTILE
    assert "Ben " in page.cssselect("blockquote + p.quiet")[0].text_content()
    [seen] = _seen(page)
    assert ben.post(f"{url}/reply", {"text": "Danke.", "seen": seen}).status_code == 303
    [seen] = _seen(ben.page(url))
    assert ben.post(f"{url}/reply/delete", {"seen": seen}).status_code == 303
    assert not ben.page(url).cssselect("form[action$=delete]")


def test_of_two_who_reply_at_once_the_second_sees_the_first_and_keeps_the_text(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    url = _url(centre, _waiting(centre).public_id)
    assert anna.post(f"{url}/reply", {"text": "Von Anna", "seen": ""}).status_code == 303
    page = read(ben.post(f"{url}/reply", {"text": "Von Ben", "seen": ""}), status=409)
    assert "Von Anna" in words(page)
    assert page.cssselect("#f-text")[0].text_content().strip() == "Von Ben"
    [seen] = _seen(page)
    assert ben.post(f"{url}/reply", {"text": "Von Ben", "seen": seen}).status_code == 303


def test_the_same_reply_sent_twice_is_one(centre: Centre, ben: Visitor) -> None:
    url = _url(centre, _waiting(centre).public_id)
    for _ in range(2):
        assert ben.post(f"{url}/reply", {"text": "Danke!", "seen": ""}).status_code == 303
    assert ben.post(f"{url}/reply", {"text": " ", "seen": ""}).status_code == 422
    assert ben.post(f"{url}/reply", {"text": "a" * 5_001, "seen": ""}).status_code == 422


def test_a_template_fills_the_field(centre: Centre, ben: Visitor) -> None:
    templates = _url(centre, "templates")
    sent = {"name": HOSTILE[:60], "language": "de", "text": "Danke {name}, Ihr Team von {shop}"}
    assert ben.post(templates, sent).status_code == 303
    assert ben.post(templates, sent).status_code == 409
    page = ben.page(templates)
    assert not page.cssselect("script:not([src]), main img")
    [link] = page.cssselect("ul.cards a")
    url = _url(centre, _waiting(centre).public_id)
    chosen = _href(ben.page(url).cssselect("details a[href*=template]")[0])
    text = ben.page(chosen.partition("#")[0]).cssselect("#f-text")[0].text_content()
    assert "Ihr Team von Bücher & Töne" in text
    own = _href(link)
    assert ben.post(own, sent | {"text": "Hallo {email}"}).status_code == 422
    assert ben.post(own, sent | {"name": "Dank"}).status_code == 303
    assert ben.post(f"{own}/delete").status_code == 303
    assert ben.get(own).status_code == 404


def test_a_look_at_the_buyers_address_is_asked_for_and_logged(centre: Centre, ben: Visitor) -> None:
    with centre.installation.database.read() as session:
        query = select(Review.public_id).where(col(Review.order_id).is_not(None))
        ids = set(session.exec(query).all())
    item = next(each for each in _items(centre) if each.public_id in ids)
    url = _url(centre, item.public_id)
    assert "@" not in words(ben.page(url).cssselect("main")[0])
    page = read(ben.post(f"{url}/buyer"))
    assert "@" in words(page.cssselect("main dl.facts")[-1])
    with centre.installation.database.read() as session:
        seen = select(AuditEntry).where(AuditEntry.action == "review.buyer_seen")
        assert [each.object for each in session.exec(seen)] == [item.public_id]


def test_a_report_is_filed_once_and_the_review_stays_visible(centre: Centre, ben: Visitor) -> None:
    item = _waiting(centre)
    url = _url(centre, item.public_id)
    short = {"reason": "FALSE_FACTS", "explanation": "Falsch.", "good_faith": "1"}
    page = read(ben.post(f"{url}/report", short), status=422)
    assert page.cssselect("#f-explanation")[0].text_content().strip() == "Falsch."
    full = short | {"explanation": "Das Paket kam am dritten November an, nicht im Dezember."}
    assert ben.post(f"{url}/report", {**full, "good_faith": ""}).status_code == 422
    assert ben.post(f"{url}/report", full).status_code == 303
    assert ben.post(f"{url}/report", full).status_code == 303
    other = full | {"explanation": "Es gab zu dieser Bewertung gar keine Bestellung."}
    assert ben.post(f"{url}/report", other).status_code == 409
    found = {each.public_id: each for each in _items(centre)}[item.public_id]
    assert (found.is_public, found.moderation) == (True, "OPEN")


def test_what_people_write_is_never_markup(centre: Centre, anna: Visitor) -> None:
    item = _waiting(centre)
    with centre.installation.database.write() as work:
        chosen = col(Review.public_id) == item.public_id
        hostile = {"title": HOSTILE, "comment": HOSTILE, "author_name": HOSTILE[:40]}
        work.session.execute(update(Review).where(chosen).values(**hostile))
    for path in (_url(centre), _url(centre, item.public_id), _url(centre, "offline")):
        page = anna.page(path)
        assert not page.cssselect("script:not([src]), main img, [onerror]"), path
    assert HOSTILE in anna.page(_url(centre, item.public_id)).cssselect("h1")[0].text_content()


def test_cleo_meets_nothing_of_annas(centre: Centre, cleo: Visitor) -> None:
    item = _items(centre)[0].public_id
    for shop_key, status in ((centre.annas, 404), (centre.cleos, 404)):
        base = f"/control/shops/{shop_key}/reviews/{item}"
        assert cleo.get(base).status_code == status
        assert cleo.get(f"{base}/report").status_code == status
        for deed in ("reply", "reply/delete", "buyer", "report"):
            sent = {
                "text": "Mine!",
                "seen": "",
                "reason": "ABUSIVE",
                "explanation": "x" * 30,
                "good_faith": "1",
            }
            assert cleo.post(f"{base}/{deed}", sent).status_code == status, deed
    assert cleo.get(_url(centre)).status_code == 404


def test_the_page_to_be_kept_holds_the_latest_reviews_whole(centre: Centre, ben: Visitor) -> None:
    assert ben.page(_url(centre)).cssselect("meta[name=trustwright-keep]")
    page = ben.page(_url(centre, "offline"))
    assert len(page.cssselect("main article")) == min(50, len(_items(centre)))
    assert page.cssselect("form[data-queue] [name=seen][value='']")


@pytest.mark.parametrize(("form", "ending"), [("csv", "zip"), ("jsonl", "zip"), ("xlsx", "xlsx")])
def test_an_administrator_takes_all_data_along(
    centre: Centre, anna: Visitor, ben: Visitor, form: str, ending: str
) -> None:
    url = f"/control/shops/{centre.annas}/export"
    answer = anna.post(url, {"format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f"-{form}.{ending}")
    assert ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert ben.post(url, {"format": form}).status_code in (403, 404)
    assert anna.post(url, {"format": "exe"}).status_code == 400
