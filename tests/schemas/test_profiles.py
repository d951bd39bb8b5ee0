"""Addresses of public pages read and write the same question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import languages
from domain.errors import (
    PageNotFound,
    ParameterInvalid,
    ReviewNotFound,
    ShopKeyMalformed,
    TrustwrightError,
)
from schemas import profiles
from schemas.profiles import About, PageKind, PageQuestion, slug_of
from schemas.questions import ReviewQuery, Sort, Within

KEY = "X0123456789ABCDEF0123456789ABCDEF"
QUERIES = st.builds(
    ReviewQuery,
    sort=st.sampled_from(Sort),
    stars=st.none() | st.integers(1, 5),
    language=st.none() | st.sampled_from(["de", "sv", "fil"]),
    within=st.none() | st.just(Within.YEAR),
    has_text=st.booleans(),
    is_verified=st.booleans(),
)
PROFILES = st.builds(
    PageQuestion,
    kind=st.just(PageKind.PROFILE),
    shop_key=st.just(KEY),
    language=st.none() | st.sampled_from(languages.SUPPORTED),
    slug=st.none() | st.text("abc-9", min_size=1),
    query=QUERIES,
    about=st.sampled_from(About),
)


@given(PROFILES)
def test_what_is_written_is_read(question: PageQuestion) -> None:
    path, _, query = question.url.partition("?")
    given = [tuple(each.split("=")) for each in query.split("&") if each]
    assert profiles.parse(path, [(name, value) for name, value in given]) == question


def test_the_page_of_a_review_asks_for_nothing_else() -> None:
    review = "rev-018f6f5e-0000-7000-8000-000000000000"
    question = profiles.parse(f"/profile/{KEY}/a", [("review", review), ("stars", "9")])
    assert question.url == f"/profile/{KEY}/a?review={review}"
    assert not question.is_whole
    assert question.asking(ReviewQuery()).is_whole
    with pytest.raises(ReviewNotFound):
        profiles.parse(f"/profile/{KEY}", [("review", "rev-1")])


def test_a_certificate_page_names_its_language() -> None:
    question = profiles.parse(f"/nl/certificate/{KEY.lower()}", [("stars", "9")])
    assert question == PageQuestion(PageKind.CERTIFICATE, KEY, "nl")
    assert question.url == f"/nl/certificate/{KEY}"
    with pytest.raises(PageNotFound):
        profiles.parse(f"/certificate/{KEY}", ())


@pytest.mark.parametrize("language", ["", "/de"])
def test_the_page_for_frames_has_a_path_of_its_own(language: str) -> None:
    question = profiles.parse(f"{language}/embed/{KEY}/reviews", [("stars", "4")])
    assert (question.kind, question.query.stars) == (PageKind.EMBED, 4)
    assert question.url == f"{language}/embed/{KEY}/reviews?stars=4"


def test_a_report_is_about_a_review_or_about_the_shop() -> None:
    review = "rev-018f6f5e-0000-7000-8000-000000000000"
    for parameter, asked in ((("review", review), review), (("stars", "9"), None)):
        question = profiles.parse(f"/de/report/{KEY}", [parameter])
        assert (question.kind, question.review) == (PageKind.REPORT, asked)
    assert question.url == f"/de/report/{KEY}"


@pytest.mark.parametrize(
    ("parameter", "is_filter"),
    [
        *((each, True) for each in ("stars=4", "language=de", "period=365days", "text=1")),
        *(("verified=1", True), ("sort=oldest", False), ("about=products", False)),
    ],
)
def test_every_choice_keeps_a_page_from_being_the_whole_one(
    parameter: str, is_filter: bool
) -> None:
    name, _, value = parameter.partition("=")
    question = profiles.parse(f"/profile/{KEY}", [(name, value)])
    assert not question.is_whole
    assert question.url == f"/profile/{KEY}?{parameter}"
    assert question.query.is_filtered is is_filter


def test_parameters_without_value_and_unknown_ones_are_not_read() -> None:
    given = [("stars", ""), ("language", ""), ("sort", "newest"), ("limit", "500"), ("x", "y")]
    assert profiles.parse(f"/profile/{KEY}", given).is_whole


@pytest.mark.parametrize(
    ("path", "parameters", "error"),
    [
        ("/profile", [], PageNotFound),
        ("/", [], PageNotFound),
        ("", [], PageNotFound),
        (f"/profile/{KEY}/a/b", [], PageNotFound),
        (f"/sv/profile/{KEY}", [], PageNotFound),
        ("/profile/X1", [], ShopKeyMalformed),
        (f"/embed/{KEY}", [], PageNotFound),
        (f"/embed/{KEY}/other", [], PageNotFound),
        (f"/report/{KEY}", [], PageNotFound),
        (f"/profile/{KEY}", [("about", "x")], ParameterInvalid),
        (f"/profile/{KEY}", [("period", "7days")], ParameterInvalid),
        (f"/profile/{KEY}", [("text", "0")], ParameterInvalid),
        (f"/profile/{KEY}", [("verified", "yes")], ParameterInvalid),
        (f"/profile/{KEY}", [("stars", "9")], ParameterInvalid),
        (f"/profile/{KEY}", [("stars", "1"), ("stars", "1")], ParameterInvalid),
        (f"/profile/{KEY}", [("sort", "best")], ParameterInvalid),
    ],
)
def test_what_cannot_be_read_is_refused(
    path: str, parameters: list[tuple[str, str]], error: type[TrustwrightError]
) -> None:
    with pytest.raises(error):
        profiles.parse(path, parameters)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bücher & Töne", "bucher-tone"),
        ("Straße", "strasse"),
        ("Pracownia Łódź", "pracownia-lodz"),
        ("Œuvre d'Art", "oeuvre-d-art"),
        ("店", "shop"),
        ("…", "shop"),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_slug_is_the_name_in_plain_letters(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text())
def test_every_slug_can_stand_in_an_address(name: str) -> None:
    slug = slug_of(name)
    assert 1 <= len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")
