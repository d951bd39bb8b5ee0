"""Questions are read from any URL or refused, and written in one canonical form."""

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain import ids, skus
from domain.errors import (
    CursorUnknown,
    Malformed,
    PageNotFound,
    ParameterInvalid,
    ShopKeyMalformed,
    TrustwrightError,
)
from domain.ids import Prefix
from schemas import questions
from schemas.questions import PARAMETERS, Question, ReviewQuery, Sort
from schemas.snapshots import Kind, Media
from tests.schemas.question_examples import all_questions, cursors

KEY = "X0123456789ABCDEF0123456789ABCDEF"
SHOP = f"/v1/shops/{KEY}"
CURSOR = "rev-019aa7d0-0000-7000-8000-000000000000"
Parameters = list[tuple[str, str]]


def parse(path: str, *parameters: tuple[str, str], negotiated: Media = Media.JSON) -> Question:
    return questions.parse(path, parameters, negotiated=negotiated)


def read_back(question: Question) -> Question:
    return parse(question.path, *question.parameters, negotiated=Media.XML)


@given(all_questions)
def test_what_is_written_is_read_back_as_the_same_question(question: Question) -> None:
    assert read_back(question) == question


@given(all_questions)
def test_the_canonical_form_is_stable(question: Question) -> None:
    assert read_back(question).url == question.url


@given(all_questions)
def test_the_canonical_url_is_a_url_as_it_stands(question: Question) -> None:
    parts = urlsplit(question.url)
    assert question.url.isascii()
    assert question.url.isprintable()
    assert " " not in question.url
    assert parts.path == question.path
    assert parse_qsl(parts.query) == question.parameters


@given(all_questions)
def test_every_parameter_that_is_written_is_one_that_the_kind_knows(question: Question) -> None:
    names = [name for name, _ in question.parameters]
    assert set(names) <= PARAMETERS[question.kind]
    assert names == sorted(names)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_which_parameters_it_knows(kind: Kind) -> None:
    assert kind in PARAMETERS


anything = st.text(st.characters(codec=None), max_size=40)
hostile_paths = st.one_of(
    anything,
    anything.map(lambda rest: f"{SHOP}/{rest}"),
    anything.map(lambda sku: f"{SHOP}/products/{sku}/reviews.json"),
    st.binary(max_size=20).map(lambda raw: f"{SHOP}/products/{quote(raw)}/reviews"),
    st.sampled_from([f"{SHOP}/{name}" for name in ("reviews", "sticker", "stars", "badge.svg")]),
)
hostile_parameters = st.lists(
    st.tuples(
        st.sampled_from(sorted(frozenset().union(*PARAMETERS.values()))) | anything,
        anything | st.integers().map(str) | cursors | st.sampled_from(("5", "٣", "²", "+5", "1_0")),
    ),
    max_size=4,
)


def question_or_refusal(
    path: str, parameters: Parameters, negotiated: Media
) -> Question | TrustwrightError:
    try:
        return questions.parse(path, parameters, negotiated=negotiated)
    except TrustwrightError as refusal:
        return refusal


@given(hostile_paths, hostile_parameters, st.sampled_from((Media.JSON, Media.XML)))
@example(f"{SHOP}/products/\ud800/reviews", [], Media.JSON)
@example(f"{SHOP}/products/%ff/reviews", [], Media.JSON)
@example(f"{SHOP}/stars", [("hex", "00")], Media.JSON)
def test_any_request_is_a_question_or_refused_by_name(
    path: str, parameters: Parameters, negotiated: Media
) -> None:
    answer = question_or_refusal(path, parameters, negotiated)
    if isinstance(answer, Question):
        assert read_back(answer) == answer
    else:
        assert isinstance(answer, Malformed | PageNotFound)
        assert len(answer.detail) < 500
        assert answer.detail.isprintable()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("badge", Kind.BADGE),
        ("grade", Kind.GRADE),
        ("reviews", Kind.REVIEWS),
        ("sticker", Kind.STICKER),
        ("products/SKU-4711/reviews", Kind.PRODUCT_REVIEWS),
    ],
)
def test_the_suffix_wins_over_what_the_client_accepts(path: str, kind: Kind) -> None:
    for negotiated in (Media.JSON, Media.XML):
        assert parse(f"{SHOP}/{path}.json", negotiated=negotiated).media is Media.JSON
        assert parse(f"{SHOP}/{path}.xml", negotiated=negotiated).media is Media.XML
        without = parse(f"{SHOP}/{path}", negotiated=negotiated)
        assert (without.kind, without.media) == (kind, negotiated)
    assert parse(f"{SHOP}/{path}/") == parse(f"{SHOP}/{path}")
    assert parse(f"{SHOP}/{path}").media is Media.JSON


def test_the_badge_is_the_only_image() -> None:
    assert parse(f"{SHOP}/badge.svg").kind is Kind.BADGE_IMAGE
    for name in ("grade.svg", "reviews.svg", "stars.svg", "products/a/reviews.svg", ".svg"):
        with pytest.raises(PageNotFound):
            parse(f"{SHOP}/{name}")


def test_a_feed_is_the_list_of_reviews_with_a_suffix_of_its_own() -> None:
    for suffix, media in (("atom", Media.ATOM), ("feed.json", Media.JSONFEED)):
        shop = parse(f"{SHOP}/reviews.{suffix}", ("sort", "lowest"), ("stars", "1"), ("limit", "5"))
        assert (shop.kind, shop.media) == (Kind.FEED, media)
        assert shop.url == f"{SHOP}/reviews.{suffix}?limit=5"
        product = parse(f"{SHOP}/products/a%2Fb/reviews.{suffix}")
        assert (product.kind, product.media, product.sku) == (Kind.PRODUCT_FEED, media, "a/b")
        with pytest.raises(PageNotFound):
            parse(f"{SHOP}/badge.{suffix}")


def test_html_is_a_piece_of_a_page_with_parameters_of_its_own() -> None:
    for name, kind in (
        ("badge", Kind.BADGE_FRAGMENT),
        ("reviews", Kind.REVIEWS_FRAGMENT),
        ("sticker", Kind.STICKER_FRAGMENT),
        ("products/a%2Fb/reviews", Kind.PRODUCT_REVIEWS_FRAGMENT),
    ):
        question = parse(f"{SHOP}/{name}.html", ("limit", "3"), ("stars", "5"), ("lang", "fr-CA"))
        assert (question.kind, question.media) == (kind, Media.HTML)
        limit = "" if name == "badge" else "&limit=3"
        assert question.url == f"{SHOP}/{name}.html?lang=fr{limit}"
    stars = parse(f"{SHOP}/stars.html", ("hex", "41"), ("lang", "de"))
    assert stars.url == f"{SHOP}/stars.html?hex=41&lang=de"
    assert parse(f"{SHOP}/badge", negotiated=Media.HTML).media is Media.JSON


def test_a_shop_key_in_small_letters_leads_to_the_canonical_address() -> None:
    question = parse(f"/v1/shops/{KEY.lower()}/badge.json")
    assert question.url == f"{SHOP}/badge.json"


@pytest.mark.parametrize("key", ["X1", "Y" + KEY[1:], KEY + "0", "%58" + KEY[1:], ""])
def test_a_malformed_shop_key_is_refused(key: str) -> None:
    with pytest.raises(ShopKeyMalformed):
        parse(f"/v1/shops/{key}/badge")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1/shops/",
        f"/v2/shops/{KEY}/badge",
        SHOP,
        f"{SHOP}/",
        f"{SHOP}/Badge",
        f"{SHOP}/badges",
        f"{SHOP}/badge_image",
        f"{SHOP}/product_reviews",
        f"{SHOP}/badge.json/",
        f"{SHOP}/grade.html",
        f"{SHOP}//badge",
        f"{SHOP}/products/a",
        f"{SHOP}/products/a/b/reviews",
        f"{SHOP}/products/a/grade",
        f"{SHOP}/product/a/reviews",
        f"/{SHOP}/badge",
        f"{KEY}/badge",
    ],
)
def test_an_address_that_does_not_exist_is_not_found(path: str) -> None:
    with pytest.raises(PageNotFound):
        parse(path)


@pytest.mark.parametrize(
    ("encoded", "sku"),
    [
        ("SKU-4711", "SKU-4711"),
        ("a%2Fb", "a/b"),
        ("100%25", "100%"),
        ("%C3%BC", "ü"),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("x.json", "x.json"),
        ("%F0%9F%98%80", "😀"),
    ],
)
def test_a_sku_in_a_path_is_percent_encoded_utf_8(encoded: str, sku: str) -> None:
    question = parse(f"{SHOP}/products/{encoded}/reviews.json")
    assert (question.kind, question.sku) == (Kind.PRODUCT_REVIEWS, sku)


@pytest.mark.parametrize("encoded", ["", "%FF", "%C3", "%ED%A0%80", "%00", "%EF%BF%BF", "a" * 256])
def test_an_impossible_sku_is_refused(encoded: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/products/{encoded}/reviews")
    assert refusal.value.field == "sku"


def test_a_list_is_asked_for_with_all_its_parameters() -> None:
    question = parse(
        f"{SHOP}/reviews.xml",
        ("stars", "4"),
        ("sort", "lowest"),
        ("limit", "100"),
        ("language", "de-AT"),
        ("after", CURSOR),
    )
    assert question.query == ReviewQuery(100, Sort.LOWEST, 4, "de", after=CURSOR)
    assert question.url == (
        f"{SHOP}/reviews.xml?after={CURSOR}&language=de&limit=100&sort=lowest&stars=4"
    )


def test_defaults_are_left_out_of_the_canonical_address() -> None:
    explicit = parse(f"{SHOP}/reviews", ("limit", "20"), ("sort", "newest"), ("language", ""))
    assert explicit == parse(f"{SHOP}/reviews")
    assert explicit.url == f"{SHOP}/reviews.json"
    assert parse(f"{SHOP}/sticker", ("limit", "10")).url == f"{SHOP}/sticker.json"
    assert parse(f"{SHOP}/sticker", ("limit", "3")).url == f"{SHOP}/sticker.json?limit=3"
    spoken = parse(f"{SHOP}/sticker", ("limit", "3"), ("lang", "fr-CA"))
    assert spoken.url == f"{SHOP}/sticker.json?lang=fr&limit=3"


def test_parameters_that_nobody_knows_do_not_multiply_stored_answers() -> None:
    question = parse(f"{SHOP}/grade", ("utm_source", "mail"), ("limit", "x"), ("utm_source", "2"))
    assert question.url == f"{SHOP}/grade.json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "-1"),
        ("limit", "1.0"),
        ("limit", " 5"),
        ("limit", "+5"),
        ("limit", "1e1"),
        ("limit", "٣"),
        ("limit", "²"),
        ("limit", ""),
        ("limit", "00020"),
        pytest.param("limit", "9" * 10_000, id="limit-huge"),
        ("stars", "0"),
        ("stars", "6"),
        ("stars", "4.5"),
        ("stars", ""),
        ("sort", "Newest"),
        ("sort", "best"),
        ("sort", ""),
        ("language", "de_AT"),
        ("language", "<b>"),
    ],
)
def test_an_impossible_parameter_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/reviews", (name, value))
    assert refusal.value.field == name


@pytest.mark.parametrize(
    "cursor", ["", "rev-1", CURSOR.upper(), CURSOR.replace("rev", "inv"), f"{CURSOR}\n", "1 OR 1=1"]
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_an_impossible_cursor_is_unknown(name: str, cursor: str) -> None:
    with pytest.raises(CursorUnknown) as refusal:
        parse(f"{SHOP}/products/a/reviews", (name, cursor))
    assert refusal.value.field == name


def test_a_page_lies_after_or_before_a_review_not_both() -> None:
    other = ids.new(Prefix.REVIEW)
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/reviews", ("after", CURSOR), ("before", other))
    assert refusal.value.field == "before"


@pytest.mark.parametrize("value", ["4", "5"])
def test_a_parameter_that_is_given_twice_is_refused(value: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/reviews", ("stars", "4"), ("stars", value))
    assert refusal.value.field == "stars"


@pytest.mark.parametrize("limit", ["0", "11", "-1", "ten"])
def test_a_sticker_shows_one_to_ten_reviews(limit: str) -> None:
    assert [parse(f"{SHOP}/sticker", ("limit", str(n))).limit for n in (1, 10)] == [1, 10]
    with pytest.raises(ParameterInvalid):
        parse(f"{SHOP}/sticker", ("limit", limit))


def test_stars_are_asked_for_by_hex_skus_each_once_in_the_given_order() -> None:
    question = parse(f"{SHOP}/stars.json", ("hex", "62,61,,62,41,C3BC"))
    assert question.skus == ("b", "a", "A", "ü")
    assert question.url == f"{SHOP}/stars.json?hex=62,61,41,c3bc"


def test_a_hundred_skus_are_one_request_and_one_more_is_refused() -> None:
    digits = [skus.to_hex(f"SKU-{n}") for n in range(101)]
    assert len(parse(f"{SHOP}/stars", ("hex", ",".join(digits[:100]))).skus) == 100
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/stars", ("hex", ",".join(digits)))
    assert refusal.value.field == "hex"


@pytest.mark.parametrize("digits", ["", ",", "zz", "4", "41, 42", "ff", "00"])
def test_a_list_without_a_readable_sku_is_refused(digits: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/stars", ("hex", digits))
    assert refusal.value.field == "hex"


def test_stars_are_asked_for_by_other_numbers_too() -> None:
    given = (("mpn", "A/1,B 2,A/1"), ("gtin", "4006381333931"), ("hex", "41"))
    question = parse(f"{SHOP}/stars.json", *given)
    assert (question.skus, question.gtins) == (("A",), ("4006381333931",))
    assert question.mpns == ("A/1", "B 2")
    assert question.url == f"{SHOP}/stars.json?gtin=4006381333931&hex=41&mpn=A%2F1,B%202"


@pytest.mark.parametrize(
    ("name", "text"), [("gtin", "400638133393X"), ("gtin", "1"), ("mpn", "x" * 71), ("mpn", "\0")]
)
def test_numbers_that_no_product_can_have_are_refused(name: str, text: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/stars", (name, text))
    assert refusal.value.field == name


def test_stars_of_nothing_are_refused() -> None:
    with pytest.raises(ParameterInvalid):
        parse(f"{SHOP}/stars")


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-AT", "de"), ("FR", "fr"), ("pt", None), ("", None)]
)
def test_a_badge_speaks_a_language_of_the_platform_or_that_of_the_shop(
    tag: str, language: str | None
) -> None:
    assert parse(f"{SHOP}/badge", ("lang", tag)).language == language
    assert parse(f"{SHOP}/badge.svg", ("lang", tag)).language == language


def test_a_language_that_is_no_tag_is_refused() -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        parse(f"{SHOP}/badge", ("lang", "../../etc"))
    assert refusal.value.field == "lang"
