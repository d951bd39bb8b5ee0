"""What people wrote, as search engines accept it in a feed: nothing by which to reach anyone (FP6).

Masking is the least that the contract asks for: a review is not left out because of a word, and
what stands here stays as its author wrote it. Full names of others cannot be told from words and
stay; the author's own is shortened.
"""

import re
from functools import lru_cache
from typing import Final

from rich_snippets import literals
from rich_snippets.profanities import WORDS

MASK: Final = "[…]"
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_URL: Final = re.compile(
    r"(?i:https?://|ftp://|(?<![\w.])www\.)\S+"
    # Bare host names, but not a sentence that begins without a space after the last one.
    r"|(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}"
    r"(?:com|net|org|info|biz|shop|eu|de|fr|nl|pl|co\.uk)(?![\w-])(?:/\S*)?",
)
_PHONE: Final = re.compile(r"(?<![\w.,])(?:\+|\()?\d[\d /.()–-]{5,40}\d(?!\w)")
_DATE: Final = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:\.\d{3})+\Z")
_PHONE_DIGITS: Final = 7
_SWEARING: Final = "|".join(word.replace("*", r"\w{0,20}") for word in WORDS)
_PROFANITY: Final = re.compile(rf"(?<!\w)(?:{_SWEARING})(?!\w)", re.IGNORECASE)
_WORD: Final = re.compile(r"\w")
# Most texts hold nothing of all that, which is seen in a fraction of the time.
_CONTACT_SIGN: Final = re.compile(r"@|\.[a-z0-9]|\d|://")
_STEMS: Final = tuple(word.rstrip("*") for word in WORDS)


@lru_cache(maxsize=256)
def short_name(name: str) -> str:
    """``Ada Lovelace`` as ``Ada L.`` (FP6); empty where there is none, or an address in it."""
    plain = " ".join(literals.plain(name).split())
    if not _WORD.search(plain) or _without_contacts(plain) != plain:
        return ""
    first, _, rest = plain.partition(" ")
    if first.endswith(",") and rest:
        return short_name(f"{rest} {first.rstrip(',')}")
    initial = _WORD.search(rest.rpartition(" ")[2])
    return f"{first} {initial.group().upper()}." if initial else first


def content(text: str, *, author: str) -> str:
    """The text without e-mail, link, phone number, swear word or its author's full name (FP6).

    What is taken out is marked; empty where nothing else remains.
    """
    plain = literals.plain(text)
    if not plain:
        return ""
    cleaned = _without_profanity(_without_contacts(_with_short_name(plain, author)))
    return cleaned if _WORD.search(cleaned.replace(MASK, "")) else ""


def line(text: str, *, author: str) -> str:
    """Like ``content``, on one line."""
    return " ".join(content(text, author=author).split())


def _with_short_name(text: str, author: str) -> str:
    full = " ".join(author.split())
    if " " not in full or full.casefold() not in text.casefold():
        return text
    shown = short_name(full) or MASK
    return re.sub(re.escape(full), lambda _: shown, text, flags=re.IGNORECASE)


def _without_profanity(text: str) -> str:
    if not any(map(text.lower().__contains__, _STEMS)):
        return text
    return _PROFANITY.sub(_masked, text)


def _without_contacts(text: str) -> str:
    if not _CONTACT_SIGN.search(text):
        return text
    return _PHONE.sub(_phone, _URL.sub(MASK, _EMAIL.sub(MASK, text)))


def _phone(found: re.Match[str]) -> str:
    """A day, a time or an amount stays: what has few digits or begins with a date."""
    text = found.group()
    if sum(map(str.isdigit, text)) < _PHONE_DIGITS or _DATE.match(text) or _AMOUNT.match(text):
        return text
    return MASK


def _masked(found: re.Match[str]) -> str:
    word = found.group()
    return word[0] + "*" * (len(word) - 1)
