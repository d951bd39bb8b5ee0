"""What a program finds in a text before it is published (systems.md §4, GP-4).

Finders are pure and never decide: what is found brings the text before a person, who does. Each
takes one pass over the text, with patterns that never try the same signs in a second way, so that
time grows with the length alone. Lists are closed; what they miss, readers report.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from domain import check_words
from domain.check_words import (
    ANY,
    IBAN_LENGTHS,
    NUMBER_CUES,
    PHONE_CUES,
    PLAIN_ENDS,
    STREET_WORDS,
    WORD_ENDS,
)


class Check(StrEnum):
    """What can be found; where two overlap, the first of this list is told.

    DUPLICATE is somebody else's text, which ``domain.prints`` compares.
    """

    EMAIL = "EMAIL"
    IBAN = "IBAN"
    LINK = "LINK"
    ADDRESS = "ADDRESS"
    ORDER_NUMBER = "ORDER_NUMBER"
    PHONE = "PHONE"
    FOUL = "FOUL"
    HEALTH = "HEALTH"
    DUPLICATE = "DUPLICATE"


@dataclass(frozen=True, slots=True)
class Found:
    """Something from ``start`` on and before ``end``, in characters of the text."""

    kind: Check
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """What a text belongs to: its language, the order's own number, the shop's own domains."""

    language: str = ""
    reference: str = ""
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text in its order; ``kind`` is what was found there, if anything."""

    text: str
    kind: Check | None = None


# A possessive repeat (``++``) gives nothing back, so that no sign is tried twice.
EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+(?:@|\s?+[\[(]\s?+(?:at|ät|arroba)\s?+[\])]\s?+)[\w-]{1,63}+"
    r"(?:(?:\.|\s?+[\[(]\s?+(?:dot|punkt|point|punto)\s?+[\])]\s?+)[\w-]{1,63}+){1,5}+",
    re.IGNORECASE,
)
IBAN: Final = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?+[A-Z0-9]){11,30}+", re.IGNORECASE)
URL: Final = re.compile(r"(?<!\w)(?:https?+://|www\.)[^\s<>\"']{2,200}+", re.IGNORECASE)
HOST: Final = re.compile(
    r"(?<![\w@.-])[^\W_][\w-]{0,62}+(?:\.[\w-]{1,63}+){1,4}+(?:/[^\s<>\"']{0,200}+)?+"
)
PHONE: Final = re.compile(
    r"(?<![\w.,/-])\(?+\+?+\d(?:[ \u00a0.()/\u2010-\u2015-]{0,3}+\d){6,15}+(?!\w|,\d)"
)
POSTCODE: Final = re.compile(
    r"(?<![\w.,-])(?:\d{5}|\d{4}\s?+[A-Z]{2}|\d{2}-\d{3}|\d{4}(?=\s[A-ZÄÖÜ])"
    r"|[A-Z]{1,2}+\d{1,2}+[A-Z]?+\s\d[A-Z]{2})(?!\w)"
)
_AFTER_HOST: Final = re.compile(r"[/?#:]")
WORD: Final = re.compile(r"\w{1,60}+")
_DATE: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d")
_STREET_SIGNS: Final = 60
_CUE_SIGNS: Final = 25
_SHORTEST_REFERENCE: Final = 5
_INTERNATIONAL: Final = range(8, 16)
_NATIONAL: Final = range(9, 13)
_AFTER_A_CUE: Final = range(7, 17)
_HOUSE: Final = re.compile(r"\d{1,4}[a-z]?\Z", re.IGNORECASE)


def find(text: str, context: Context) -> tuple[Found, ...]:
    """Everything that a person has to look at before the text is published, in its order."""
    covered = bytearray(len(text))
    found: list[Found] = []
    for finder in _FINDERS:
        for each in finder(text, context):
            if not any(covered[each.start : each.end]):
                covered[each.start : each.end] = b"\x01" * (each.end - each.start)
                found.append(each)
    return tuple(sorted(found, key=lambda each: each.start))


def pieces(text: str, found: Iterable[Found]) -> list[Piece]:
    """The text in its order, with what was found apart from what stands around it."""
    parts: list[Piece] = []
    at = 0
    for each in found:
        parts += [Piece(text[at : each.start]), Piece(text[each.start : each.end], each.kind)]
        at = each.end
    return [part for part in (*parts, Piece(text[at:])) if part.text]


def _emails(text: str, context: Context) -> Iterator[Found]:
    del context
    for match in EMAIL.finditer(text):
        yield Found(Check.EMAIL, *match.span())


def _ibans(text: str, context: Context) -> Iterator[Found]:
    """Account numbers whose length and check digits fit; words after one are no part of it."""
    del context
    for match in IBAN.finditer(text):
        signs = [at for at in range(*match.span()) if text[at].isalnum()]
        length = IBAN_LENGTHS.get(text[signs[0] : signs[0] + 2].upper(), 0)
        number = "".join(text[at] for at in signs[:length]).upper()
        if length and len(number) == length and _is_iban(number):
            yield Found(Check.IBAN, signs[0], signs[length - 1] + 1)


def _is_iban(number: str) -> bool:
    """Whether the check digits fit (ISO 7064, 97-10)."""
    moved = number[4:] + number[:4]
    return moved.isascii() and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _links(text: str, context: Context) -> Iterator[Found]:
    own = tuple(f".{domain.lower()}" for domain in context.domains if domain)
    for match in URL.finditer(text):
        if not _is_own(_host(match[0].lower()), own):
            yield Found(Check.LINK, *match.span())
    for match in HOST.finditer(text):
        host = match[0].partition("/")[0]
        if not _is_own(host, own) and _is_host(
            host, text[match.end() : match.end() + 2], "/" in match[0]
        ):
            yield Found(Check.LINK, *match.span())


def _host(url: str) -> str:
    """The host of an address; none of ours has a name and password before it."""
    return _AFTER_HOST.split(url.removeprefix("https://").removeprefix("http://"), maxsplit=1)[0]


def _is_own(host: str, own: tuple[str, ...]) -> bool:
    """Whether it is one of the shop's domains, or below one."""
    return f".{host.lower()}".endswith(own)


def _is_host(host: str, after: str, has_path: bool) -> bool:
    name, _, end = host.rpartition(".")
    if end in PLAIN_ENDS:
        return not name.isdigit()
    # "Alles gut.es kam schnell" is two sentences: a word goes on after the one, not the other.
    goes_on = after[:1].isspace() and after[1:].islower()
    return end in WORD_ENDS and (has_path or not goes_on)


def _addresses(text: str, context: Context) -> Iterator[Found]:
    """A street with a house number before a postcode, in whatever order the country has them."""
    del context
    for match in POSTCODE.finditer(text):
        begin = max(0, match.start() - _STREET_SIGNS)
        words = [*WORD.finditer(text, begin, match.start())]
        street = [at for at, word in enumerate(words) if _is_street(word[0])]
        house = [at for at, word in enumerate(words) if _HOUSE.match(word[0])]
        if street and house:
            first = words[min(street[-1], house[-1])]
            yield Found(Check.ADDRESS, first.start(), match.end())


def _is_street(word: str) -> bool:
    plain = word.lower()
    return plain in STREET_WORDS or plain.endswith(_STREET_ENDS)


# Short words would end too many others: "gestern" is no street.
_STREET_ENDS: Final = tuple(word for word in STREET_WORDS if len(word) > 4)


def _phones(text: str, context: Context) -> Iterator[Found]:
    del context
    for match in PHONE.finditer(text):
        digits = sum(sign.isdigit() for sign in match[0])
        before = WORD.findall(text, max(0, match.start() - _CUE_SIGNS), match.start())
        if _DATE.match(match[0].lstrip("(")):
            continue
        if digits in _lengths(match[0].lstrip("("), before):
            yield Found(Check.PHONE, *match.span())


def _lengths(number: str, before: list[str]) -> range:
    """How many digits make it a telephone number, by how it begins and what stands before it."""
    words = {word.lower() for word in before}
    if words.intersection(PHONE_CUES):
        return _AFTER_A_CUE
    if number.startswith("+"):
        return _INTERNATIONAL
    # "Order 02-663013657" is written like a number of the fixed network, and is none.
    if words & NUMBER_CUES or number.startswith("000"):
        return range(0)
    if number.startswith("00"):
        return _INTERNATIONAL
    return _NATIONAL if number.startswith("0") else range(0)


def _references(text: str, context: Context) -> Iterator[Found]:
    """The number of the order itself: who knows it could pose as the buyer."""
    reference = context.reference.strip()
    is_telling = len(reference) >= _SHORTEST_REFERENCE and any(map(str.isdigit, reference))
    if is_telling:
        for match in re.finditer(rf"(?<!\w){re.escape(reference)}(?!\w)", text, re.IGNORECASE):
            yield Found(Check.ORDER_NUMBER, *match.span())


def _foul(text: str, context: Context) -> Iterator[Found]:
    for match in _listed(Check.FOUL, context.language).finditer(text):
        yield Found(Check.FOUL, *match.span())


def _health(text: str, context: Context) -> Iterator[Found]:
    for match in _listed(Check.HEALTH, context.language).finditer(text):
        yield Found(Check.HEALTH, *match.span())


@cache
def _listed(kind: Check, language: str) -> re.Pattern[str]:
    """The words of one list: those of no language in particular, and those of this one."""
    lists = check_words.FOUL if kind is Check.FOUL else check_words.HEALTH
    words = (*lists[ANY], *lists.get(language, ()))
    # Longer ones first: of "cons" and "con" the whole word has to fit.
    stems = sorted(set(words), key=len, reverse=True)
    parts = [
        re.escape(stem[:-1]) + r"\w{0,30}+" if stem.endswith("*") else re.escape(stem)
        for stem in stems
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])", re.IGNORECASE)


_FINDERS: Final[tuple[Callable[[str, Context], Iterator[Found]], ...]] = (
    _emails,
    _ibans,
    _links,
    _addresses,
    _references,
    _phones,
    _foul,
    _health,
)
