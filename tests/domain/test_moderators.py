"""Nobody decides about a shop of their own, or in a language that they cannot read."""

import pytest

from domain import moderators
from domain.decisions import Moderator
from domain.moderators import Decider, LanguageNotRead, LanguagesInvalid, ModeratorPartial

MONA = Decider(Moderator("usr-mona"), frozenset({"XOWN"}), frozenset({"de", "en"}))


def test_a_moderator_decides_in_their_languages_about_shops_of_others() -> None:
    MONA.check(shop_key="XOTHER", language="de")
    MONA.check(shop_key="XOTHER", language="")


def test_nobody_decides_about_a_shop_on_which_they_hold_rights() -> None:
    with pytest.raises(ModeratorPartial):
        MONA.check(shop_key="XOWN", language="de")


def test_iso_9_the_reviews_language_is_read() -> None:
    with pytest.raises(LanguageNotRead):
        MONA.check(shop_key="XOTHER", language="pl")


def test_languages_are_named_by_their_tags() -> None:
    assert moderators.read_languages("en, DE de-AT\tpt") == ("de", "en", "pt")
    assert moderators.read_languages("") == ()
    for text in ("english", "d!", " ".join(["de"] * 41)):
        with pytest.raises(LanguagesInvalid):
            moderators.read_languages(text)
