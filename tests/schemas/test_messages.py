"""Every refusal can be told in every language of the platform."""

import string

import pytest

from domain import languages
from schemas import messages

ENGLISH = messages.catalogue("en")
OTHERS = [language for language in languages.SUPPORTED if language != "en"]


def test_english_is_what_the_domain_says() -> None:
    assert ENGLISH["TS_ID_NOT_FOUND"] == "No shop has this key."
    assert ENGLISH.keys() == {kind.code for kind in messages.kinds()} | {messages.INTERNAL_ERROR}


@pytest.mark.parametrize("language", OTHERS)
def test_every_code_has_a_message_of_its_own(language: str) -> None:
    catalogue = messages.catalogue(language)
    assert catalogue.keys() == ENGLISH.keys()
    untranslated = [code for code, text in catalogue.items() if text == ENGLISH[code]]
    assert untranslated == []


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a_message_is_a_sentence(language: str) -> None:
    for code, text in messages.catalogue(language).items():
        assert text == text.strip(), code
        assert text[0] not in string.ascii_lowercase, code
        assert text.endswith("."), code
        assert text.isprintable(), code


def test_a_title_comes_in_the_language_that_is_asked_for() -> None:
    assert messages.title("TS_ID_NOT_FOUND", "de") != ENGLISH["TS_ID_NOT_FOUND"]
    assert messages.title("TS_ID_NOT_FOUND", "en") == ENGLISH["TS_ID_NOT_FOUND"]
