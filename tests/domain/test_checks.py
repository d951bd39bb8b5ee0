"""What programs find in texts, what they leave alone, and that they take one pass."""

import re
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import check_words, checks
from domain.checks import Check, Context, Found, Piece, find, pieces

ORDER = Context("en", "A-100234", frozenset({"shop.example", "shop-two.de"}))
PATTERNS = [value for value in vars(checks).values() if isinstance(value, re.Pattern)]
# How a pattern is built: parts of the standard library that nobody has typed.
codes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
TEXTS = st.text(max_size=300) | st.text("aA0.@-+ /()[]:,DE8straße5é\n", max_size=5_000)


def kinds(text: str, context: Context = ORDER) -> list[Check]:
    return [each.kind for each in find(text, context)]


def said(text: str, context: Context = ORDER) -> list[str]:
    return [text[each.start : each.end] for each in find(text, context)]


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("Write to anna.b+x@mail.example.org!", Check.EMAIL, "anna.b+x@mail.example.org"),
        ("anna (at) mail (dot) org", Check.EMAIL, "anna (at) mail (dot) org"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", Check.IBAN, "DE89 3704 0044 0532 0130 00"),
        ("gb82west12345698765432", Check.IBAN, "gb82west12345698765432"),
        ("see https://evil.example/x?y=1 now", Check.LINK, "https://evil.example/x?y=1"),
        ("www.evil.example", Check.LINK, "www.evil.example"),
        ("cheaper at other-shop.de, really", Check.LINK, "other-shop.de"),
        ("look: other.it/sale", Check.LINK, "other.it/sale"),
        ("buy at other.es.", Check.LINK, "other.es"),
        ("Hauptstraße 12a, 10115 Berlin", Check.ADDRESS, "Hauptstraße 12a, 10115"),
        ("12 rue de la Paix, 75002 Paris", Check.ADDRESS, "12 rue de la Paix, 75002"),
        ("Calle Mayor 12, 28013 Madrid", Check.ADDRESS, "Calle Mayor 12, 28013"),
        ("Via Roma 3, 00184 Roma", Check.ADDRESS, "Via Roma 3, 00184"),
        ("Kerkstraat 5, 1012 AB Amsterdam", Check.ADDRESS, "Kerkstraat 5, 1012 AB"),
        ("ul. Długa 5, 00-238 Warszawa", Check.ADDRESS, "ul. Długa 5, 00-238"),
        ("221B Baker Street, London NW1 6XE", Check.ADDRESS, "221B Baker Street, London NW1 6XE"),
        ("my order a-100234 came", Check.ORDER_NUMBER, "a-100234"),
        ("call +49 (30) 123 45-67", Check.PHONE, "+49 (30) 123 45-67"),
        ("0049301234567, or later", Check.PHONE, "0049301234567"),
        ("0 1 7 6 - 1 2 3 4 5 6 7", Check.PHONE, "0 1 7 6 - 1 2 3 4 5 6 7"),
        ("06.12.34.56.78", Check.PHONE, "06.12.34.56.78"),
        ("phone 555 123 4567", Check.PHONE, "555 123 4567"),
        ("my order: phone 030 1234567", Check.PHONE, "030 1234567"),
        ("ask for my order at +49 30 1234567", Check.PHONE, "+49 30 1234567"),
        ("https://shop.example@evil.de/x", Check.EMAIL, "shop.example@evil.de"),
        ("https://evil.de/shop.example", Check.LINK, "https://evil.de/shop.example"),
        ("at not-shop-two.de", Check.LINK, "not-shop-two.de"),
        ("what a fucking mess", Check.FOUL, "fucking"),
        ("total Crap.", Check.FOUL, "Crap"),
        ("with my diabetes it fits", Check.HEALTH, "diabetes"),
    ],
)
def test_it_finds(text: str, kind: Check, span: str) -> None:
    assert (kinds(text), said(text)) == ([kind], [span])


@pytest.mark.parametrize(
    "text",
    [
        *("It cost 1.299,00 € instead of 1.499,00 €.", "£ 1,299.00, 3 for 10", "3 von 5 Sternen"),
        *("ordered on 01.12.2026, came 2026-12-03 at 09:30", "05/12/2026 10.30 Uhr, ok"),
        *("Size 10 x 20 x 30 cm, A4, 0.5 l, 1/2 inch", "EAN 4006381333931", "Art. 0815-4711"),
        *("10115 pieces in 12 boxes", "model X12 3000", "Alles gut.es kam schnell", "bon.it works"),
        *("Scunthorpe, Essex, cul-de-sac and a shitake", "Alles prima.Danke.", "v1.2.3 of the app"),
        *("Order 12345 of somebody else, A-1002345", "shop.example and www2.shop.example are fine"),
        *("DE89 3704 0044 0532 0130 01", "gestern kam um 5, 12345 mal gefreut", "@home", "a@b"),
        *("HTTPS://Shop.example/lamp?x=1", "HTTPS is not shop.example:8080 of course"),
        *("Pedido: 02-662119905", "order no. 02 6502 47333 never came", "invoice NF-e 000000995"),
        *("Die Sendung 00340434161094 kam an", "bought at shop-two.de and www.shop-two.de"),
        *("Chapter 1.2.3.4", "1000000000 thanks", "...", "Dr. No", "10.0.0 is newer than 9"),
        "",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert said(text) == []


def test_words_that_are_foul_elsewhere_are_foul_there_only() -> None:
    assert kinds("con amor", Context("es")) == []
    assert kinds("quel con", Context("fr")) == [Check.FOUL]
    assert kinds("eine Pute zu Weihnachten", Context("de")) == []
    assert kinds("arschloch", Context("nl")) == [Check.FOUL]
    assert kinds("crap", Context("")) == []


def test_short_or_wordlike_order_numbers_say_nothing() -> None:
    assert kinds("1001 times", Context("en", "1001")) == []
    assert kinds("perfect", Context("en", "perfect")) == []


def test_of_two_that_overlap_the_first_of_the_list_is_told() -> None:
    assert kinds("mail me at anna@other-shop.de") == [Check.EMAIL]
    assert said("https://a.de/anna@b.de") == ["anna@b.de"]


def test_a_text_is_cut_into_pieces_without_losing_a_sign() -> None:
    text = "Call +49 30 1234567 or anna@mail.org"
    parts = pieces(text, find(text, ORDER))
    assert [each.kind for each in parts] == [None, Check.PHONE, None, Check.EMAIL]
    assert "".join(each.text for each in parts) == text
    assert pieces("plain", ()) == [Piece("plain")]


@given(TEXTS, st.sampled_from(["", "de", "en", "fr", "xx"]))
def test_finders_never_raise_and_name_places_in_the_text(text: str, language: str) -> None:
    found = find(text, Context(language, "A-100234", frozenset({"shop.example"})))
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join(each.text for each in pieces(text, found)) == text


def greedy_repeats(tree: Any) -> list[tuple[int, int]]:
    """Repeats that may give back what they took, as least and most."""
    found = []
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            found.append((int(value[0]), int(value[1])))
        for part in value if isinstance(value, tuple | list) else ():
            for each in part if isinstance(part, list) else (part,):
                if isinstance(each, parser.SubPattern):
                    found += greedy_repeats(each)
    return found


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:30])
def test_no_pattern_tries_the_same_signs_twice(pattern: re.Pattern[str]) -> None:
    tree = parser.parse(pattern.pattern, pattern.flags)
    varying = [(least, most) for least, most in greedy_repeats(tree) if least != most and most > 4]
    assert varying == []
    assert tree.getwidth()[1] <= 700


def test_the_work_grows_with_the_length_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in windows and candidates, each of which is of bounded length."""
    looked_at: list[str] = []

    def look(word: str) -> bool:
        looked_at.append(word)
        return False

    monkeypatch.setattr(checks, "_is_street", look)
    for length in (1_000, 5_000):
        looked_at.clear()
        find(("straße 12 12345 " * length)[:length], ORDER)
        assert len(looked_at) <= length * 2


def test_the_lists_name_no_word_twice_and_are_written_small() -> None:
    for lists in (check_words.FOUL, check_words.HEALTH):
        for language, words in lists.items():
            assert len(set(words)) == len(words), language
            assert all(word == word.lower() for word in words)


def test_a_finding_is_a_place() -> None:
    assert find("x a@b.de", ORDER) == (Found(Check.EMAIL, 2, 8),)
