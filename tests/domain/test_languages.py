"""Language tags are read down to their primary subtag."""

import pytest

from domain import languages
from domain.errors import ParameterInvalid


def test_the_platform_speaks_seven_languages() -> None:
    assert set(languages.SUPPORTED) == {"fr", "de", "en", "es", "it", "nl", "pl"}


@pytest.mark.parametrize(
    ("tag", "primary"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("EN-us", "en"),
        ("pt-BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("gsw", "gsw"),
        ("sl-rozaj-biske-1994", "sl"),
    ],
)
def test_the_primary_language_of_a_tag(tag: str, primary: str) -> None:
    assert languages.parse(tag, field="language") == primary


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "d",
        "deutsch",
        "de_AT",
        "de-",
        "-de",
        "de\n",
        " de",
        "дe",
        "de-A",
        pytest.param("a" * 10_000, id="long"),
        "12",
    ],
)
def test_what_is_no_tag_is_refused_with_the_field(tag: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        languages.parse(tag, field="lang")
    assert refusal.value.field == "lang"
    assert len(refusal.value.detail) < 100


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-AT", "de"), ("FR-ca", "fr"), ("pt", "en"), ("", "en"), ("*", "en")],
)
def test_the_nearest_platform_language_or_the_fallback(tag: str, language: str) -> None:
    assert languages.supported(tag, fallback="en") == language
