"""Every path of the contract's tables is read in all the ways in which clients write it."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    AreaRestricted,
    CommentNotFound,
    PageNotFound,
    ParameterInvalid,
    ReviewNotFound,
    ShopKeyMalformed,
    ShopNotFound,
    ShopUrlNotFound,
    TrustwrightError,
    WidgetNotFound,
)
from domain.skus import to_hex
from schemas.legacy import parameters
from schemas.legacy.paths import PATTERNS, has_suffix
from schemas.legacy.questions import Family, LegacyKind, LegacyQuestion, family_of, parse
from schemas.snapshots import Media
from tests.schemas.legacy.asked import CDN, KEY, PUBLIC, REVIEWS, ask

UID = "ddc6bdb70bed43e7b9daf88b6f3fccb8"
DASHED = "DDC6BDB7-0BED-43E7-B9DA-F88B6F3FCCB8"
CHANNEL = "chl-0192aaaa-0bed-43e7-b9da-f88b6f3fccb8"
WIDGET = "wdg-0192aaaa-0bed-43e7-b9da-f88b6f3fccb8"
RESTRICTED = "/rest/restricted/v2/shops"
HEX = to_hex("SKU-4711")


@pytest.mark.parametrize(
    ("path", "kind", "family"),
    [
        (f"{PUBLIC}/{KEY}", LegacyKind.SHOP, Family.PUBLIC),
        (f"{PUBLIC}/{KEY}/quality", LegacyKind.QUALITY, Family.PUBLIC),
        (f"{PUBLIC}/{KEY}/quality/reviews", LegacyKind.QUALITY, Family.PUBLIC),
        (f"{PUBLIC}/{KEY}/reviews", LegacyKind.REVIEWS, Family.PUBLIC),
        (f"{PUBLIC}/{KEY}/reviews/{UID}/comments/{UID}", LegacyKind.COMMENT, Family.PUBLIC),
        (f"/rest/internal/v2/shops/{KEY}/reviews", LegacyKind.REVIEWS, Family.INTERNAL),
        (f"/rest/internal/v2/shops/{KEY}/trustmarks", LegacyKind.TRUST_MARKS, Family.INTERNAL),
        (f"{RESTRICTED}/{KEY}", LegacyKind.SHOP, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/quality", LegacyKind.QUALITY_AND_COMPLAINTS, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/quality/reviews", LegacyKind.QUALITY, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/quality/complaints", LegacyKind.COMPLAINTS, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/reviews", LegacyKind.REVIEWS, Family.RESTRICTED),
        (f"{RESTRICTED}/reviews", LegacyKind.LOGIN_REVIEWS, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/reviews/{UID}/comments/{UID}", LegacyKind.COMMENT, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/reviews/{UID}/comments", LegacyKind.COMMENTS, Family.RESTRICTED),
        (
            f"{RESTRICTED}/{KEY}/products/reviews",
            LegacyKind.ORDERED_PRODUCT_REVIEWS,
            Family.RESTRICTED,
        ),
        (f"{RESTRICTED}/{KEY}/reviews/trigger", LegacyKind.TRIGGER, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/reviewcollector", LegacyKind.TRIGGER, Family.RESTRICTED),
        (f"{RESTRICTED}/{KEY}/reviews/requests", LegacyKind.REVIEW_REQUEST, Family.RESTRICTED),
        ("/rest/restricted/v2/retailers/shops", LegacyKind.LOGIN_SHOPS, Family.RESTRICTED),
        (
            f"{RESTRICTED}/{KEY}/templates/reviewCollectorReviewRequest/generator",
            LegacyKind.TEMPLATE,
            Family.RESTRICTED,
        ),
    ],
)
def test_paths_below_rest_have_a_suffix_or_leave_the_format_to_accept(
    path: str, kind: LegacyKind, family: Family
) -> None:
    for written in (path, f"{path}/"):
        assert ask(written, negotiated=Media.JSON).media is Media.JSON
        assert ask(written, negotiated=Media.XML).media is Media.XML
    for media in (Media.JSON, Media.XML):
        for written in (f"{path}.{media}", f"{path}.{media}/"):
            question = ask(written, negotiated=Media.XML)
            assert (question.kind, question.family, question.media) == (kind, family, media)
            assert question.path == f"{path}.{media}"
    assert family_of(path.encode()) is family


@pytest.mark.parametrize(
    ("path", "kind", "family"),
    [
        (f"{CDN}/mobiles/v1/sdks/ios/trustmarks", LegacyKind.TRUST_MARKS, Family.TRUST_MARKS),
        (f"{CDN}/mobiles/v1/sdks/android/trustmarks", LegacyKind.TRUST_MARKS, Family.TRUST_MARKS),
        (f"{CDN}/mobiles/v1/sdks/ios/quality/reviews", LegacyKind.QUALITY, Family.CDN),
        (
            f"{CDN}/products/skus/{HEX}/mobiles/v1/sdks/android/reviews",
            LegacyKind.PRODUCT_REVIEWS,
            Family.CDN,
        ),
        (
            f"{CDN}/products/skus/{HEX}/mobiles/v1/sdks/ios/quality/reviews",
            LegacyKind.PRODUCT_QUALITY,
            Family.CDN,
        ),
        (
            f"{CDN}/products/skus/{HEX}/productreviewstickers/v1/reviews",
            LegacyKind.PRODUCT_REVIEWS,
            Family.CDN,
        ),
        (
            f"{CDN}/products/skus/{HEX}/productstickersummaries/v1/quality/reviews",
            LegacyKind.PRODUCT_QUALITY,
            Family.CDN,
        ),
        (f"{CDN}/products/public/v1/feed", LegacyKind.PRODUCT_FEED, Family.CDN),
        (
            f"/feeds/grades/v1/channels/{CHANNEL}/touchpoints/all/feed",
            LegacyKind.SHOP_GRADES,
            Family.FEED,
        ),
        (
            f"/feeds/grades/v1/channels/{CHANNEL}/products/sku/{HEX}/feed",
            LegacyKind.PRODUCT_GRADES,
            Family.FEED,
        ),
        (
            f"/feeds/products/v1/channels/{CHANNEL}/sku/{HEX}/feed",
            LegacyKind.PRODUCT,
            Family.FEED,
        ),
        (
            f"/feeds/product-reviews/v1/channels/{CHANNEL}/sku/{HEX}/default/all/feed",
            LegacyKind.PRODUCT_REVIEW_LIST,
            Family.FEED,
        ),
        (f"/manifests/v1/{WIDGET}", LegacyKind.MANIFEST, Family.FEED),
    ],
)
def test_cdn_paths_and_feeds_exist_only_with_their_suffix(
    path: str, kind: LegacyKind, family: Family
) -> None:
    question = ask(f"{path}.json")
    assert (question.kind, question.family, question.media) == (kind, family, Media.JSON)
    assert question.path == f"{path}.json"
    for other in (path, f"{path}.html", f"{path}.json.json"):
        with pytest.raises((PageNotFound, WidgetNotFound)):
            ask(other)
    assert family_of(path.encode()) in {family, Family.CDN}


@pytest.mark.parametrize("media", [Media.JSON, Media.XML, Media.CSV])
def test_the_product_feed_comes_in_three_formats(media: Media) -> None:
    question = ask(f"{CDN}/products/public/v1/feed.{media}")
    assert (question.media, question.url) == (media, f"{CDN}/products/public/v1/feed.{media}")


def test_both_addresses_of_the_oldest_ratings_are_one_answer() -> None:
    newer = ask(f"/api/ratings/v1/{KEY}.xml")
    assert newer == ask("/bewertung/show_xml.php", f"tsid={KEY.lower()}")
    assert (newer.kind, newer.media) == (LegacyKind.RATINGS, Media.XML)


@pytest.mark.parametrize("path", ["/reviews/widgets/{}.gif", "/bewertung/widget/widgets/{}.gif"])
def test_rating_images_have_two_addresses(path: str) -> None:
    question = ask(path.format(KEY))
    assert (question.kind, question.media) == (LegacyKind.RATING_IMAGE, Media.GIF)
    assert question.path == path.format(KEY)


def test_a_shop_is_looked_for_by_its_address() -> None:
    for path in (PUBLIC, f"{PUBLIC}/", f"{PUBLIC}.xml"):
        question = ask(path, "url=%20shop.example/de%20&url=other")
        assert (question.kind, question.owner) == (LegacyKind.SHOP_SEARCH, "shop.example/de")
        assert question.url == f"{PUBLIC}.xml?url=shop.example%2Fde"


@pytest.mark.parametrize("query", ["", "url=", "url=%20", "URL=shop.example"])
def test_a_search_without_an_address_is_refused(query: str) -> None:
    with pytest.raises(ParameterInvalid):
        ask(PUBLIC, query)


@pytest.mark.parametrize("address", ["%00", "a%00b", "x" * 2_001])
def test_an_address_that_no_shop_can_have_is_not_found(address: str) -> None:
    with pytest.raises(ShopUrlNotFound):
        ask(PUBLIC, f"url={address}")


@pytest.mark.parametrize(
    "key", ["abc", "X" * 32, f"{KEY}0", f"Y{KEY[1:]}", "%58" + KEY[1:], "", "X" + "ü" * 32]
)
def test_a_malformed_id_is_refused(key: str) -> None:
    for path in (f"{PUBLIC}/{key}/quality.json", f"/shops/{key}/products/public/v1/feed.json"):
        with pytest.raises(ShopKeyMalformed):
            ask(path)


def test_ids_are_read_in_either_case_and_written_in_their_own() -> None:
    assert ask(f"{PUBLIC}/{KEY.lower()}.json").url == f"{PUBLIC}/{KEY}.json"
    channel = f"/feeds/grades/v1/channels/{{}}/products/sku/{HEX}/feed.json"
    assert ask(channel.format(CHANNEL.upper())).owner == CHANNEL
    assert ask(channel.format(CHANNEL.upper())).path == channel.format(CHANNEL)
    assert ask(f"/manifests/v1/{WIDGET.upper()}.json").owner == WIDGET


def test_ids_that_nothing_can_have_are_not_found() -> None:
    with pytest.raises(ShopNotFound):
        ask("/feeds/grades/v1/channels/chl-1/touchpoints/all/feed.json")
    with pytest.raises(WidgetNotFound):
        ask("/manifests/v1/wdg-1.json")


def test_reviews_and_comments_are_named_with_or_without_dashes_in_any_case() -> None:
    expected = f"{PUBLIC}/{KEY}/reviews/{UID}/comments/{UID}.json"
    for uid in (UID, UID.upper(), DASHED, DASHED.lower()):
        question = ask(f"{PUBLIC}/{KEY}/reviews/{uid}/comments/{uid}.json")
        assert (question.review, question.comment, question.url) == (UID, UID, expected)


@pytest.mark.parametrize("uid", ["1", UID[1:], UID + "0", "g" * 32, "-" * 36, "%00" * 10])
def test_a_uid_that_nothing_can_have_is_not_found(uid: str) -> None:
    with pytest.raises(ReviewNotFound):
        ask(f"{PUBLIC}/{KEY}/reviews/{uid}/comments/{UID}")
    with pytest.raises(CommentNotFound):
        ask(f"{PUBLIC}/{KEY}/reviews/{UID}/comments/{uid}")


def test_the_complaints_of_a_shop_are_not_public() -> None:
    with pytest.raises(AreaRestricted):
        ask(f"{PUBLIC}/{KEY}/quality/complaints.json")


def test_words_are_read_before_shop_keys() -> None:
    benchmark = ask(f"{RESTRICTED}/benchmarks.json", f"tsId={KEY.lower()}")
    assert (benchmark.kind, benchmark.owner) == (LegacyKind.BENCHMARK, KEY)
    assert ask(f"{RESTRICTED}/reviews").owner == ""
    with pytest.raises(ParameterInvalid):
        ask(f"{RESTRICTED}/benchmarks")
    with pytest.raises(ShopKeyMalformed):
        ask(f"{PUBLIC}/benchmarks")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/rest",
        "/rest/public/v1/shops",
        f"{PUBLIC}//{KEY}",
        f"{PUBLIC}/{KEY}/Quality",
        f"{PUBLIC}/{KEY}/quality//",
        f"{PUBLIC}/{KEY}/nothing",
        f"{PUBLIC}/{KEY}/quality.json/reviews",
        f"/rest/internal/v2/shops/{KEY}",
        f"/shops/{KEY}",
        f"{CDN}/mobiles/v1/sdks/windows/trustmarks.json",
        f"{CDN}/mobiles/v1/sdks/ios/trustmarks.xml",
        "/v1/shops/x/badge",
        "/bewertung/info.html",
    ],
)
def test_an_address_that_does_not_exist_is_not_found(path: str) -> None:
    with pytest.raises(PageNotFound):
        ask(path)


def test_parameters_of_other_kinds_do_not_multiply_answers() -> None:
    query = "page=3&size=5&startDate=2020-01-01&url=x&timeDimension=MONTH"
    assert ask(f"{PUBLIC}/{KEY}.json", query).url == f"{PUBLIC}/{KEY}.json"
    quality = ask(f"{PUBLIC}/{KEY}/quality.json", query)
    assert quality.url == f"{PUBLIC}/{KEY}/quality.json?startDate=2020-01-01"


def test_only_the_quality_speaks_a_language() -> None:
    assert ask(REVIEWS, language="de").url == REVIEWS
    assert ask(f"{PUBLIC}/{KEY}/quality", language="de").url == f"{PUBLIC}/{KEY}/quality.xml#de"


@st.composite
def questions(draw: st.DrawFn) -> LegacyQuestion:
    pattern = draw(st.sampled_from(PATTERNS))
    uid = st.text("0123456789abcdef", min_size=32, max_size=32)
    sku = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)
    values: dict[str, Any] = {
        "shop": draw(st.from_regex(r"[Xx][0-9A-Za-z]{32}", fullmatch=True)),
        "sdk": draw(st.sampled_from(["ios", "android"])),
        "hex": to_hex(draw(sku)),
        "channel": CHANNEL,
        "widget": WIDGET,
        "review": draw(uid),
        "comment": draw(uid),
    }
    media = draw(st.sampled_from(pattern.media or (Media.XML,)))
    given = {
        "page": str(draw(st.integers(0, 10**9 - 1))),
        "size": str(draw(st.integers(1, 500))),
        "startDate": str(draw(st.dates(parameters.FIRST_DAY, parameters.LAST_DAY))),
        "endDate": str(draw(st.dates(parameters.FIRST_DAY, parameters.LAST_DAY))),
        "url": draw(st.from_regex(r"[a-zü]{1,9}\.example(/[^\x00-\x20]{0,9})?", fullmatch=True)),
        "tsId": values["shop"],
        "tsid": values["shop"],
    }
    language = draw(st.none() | st.sampled_from(["de", "pl"]))
    path = pattern.filled(values, media)
    try:
        return parse(path, list(given.items()), negotiated=Media.XML, language=language)
    except (AreaRestricted, ShopUrlNotFound):
        return ask(f"{PUBLIC}/{KEY}.json")


@given(questions())
def test_the_canonical_url_asks_the_same_question(question: LegacyQuestion) -> None:
    url, _, language = question.url.partition("#")
    path, _, query = url.partition("?")
    again = parse(
        path,
        parse_qsl(query, keep_blank_values=True),
        negotiated=Media.XML if question.media is not Media.XML else Media.JSON,
        language=language or None,
    )
    assert again == question
    assert has_suffix(path.encode())


@given(st.text(max_size=80), st.lists(st.tuples(st.text(max_size=9), st.text(max_size=40))))
def test_whatever_is_asked_there_is_a_question_or_a_clear_refusal(
    rest: str, given: list[tuple[str, str]]
) -> None:
    for start in ("", "/", f"{PUBLIC}/", f"{REVIEWS}/", "/shops/", "/feeds/", "/manifests/v1/"):
        try:
            parse(start + rest, given, negotiated=Media.XML, language=None)
        except TrustwrightError:
            continue


@given(st.binary(max_size=40))
def test_any_bytes_belong_to_a_family_or_to_none(path: bytes) -> None:
    assert family_of(path) is None or path[1:].startswith(
        (b"rest", b"shops", b"feeds", b"manifests", b"api/", b"bewertung/", b"reviews/")
    )


@pytest.mark.parametrize(
    ("path", "family"),
    [
        (b"/rest", Family.PUBLIC),
        (b"/rest/else", Family.PUBLIC),
        (b"/shops", Family.CDN),
        (b"/bewertung/show_xml.php", Family.RATING),
        (b"/bewertung/widget/widgets/x.gif", Family.RATING),
        (b"/bewertung/info_x.html", None),
        (b"/reviews/evaluate_product", None),
        (b"/api/ratings/v1/x.xml", Family.RATING),
        (b"/api/else", None),
        (b"/v1/shops/x", None),
        (b"", None),
        (b"*", None),
    ],
)
def test_a_family_is_known_by_the_beginning_of_a_path(path: bytes, family: Family | None) -> None:
    assert family_of(path) is family
