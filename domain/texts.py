"""What people write, made safe to store and to send in any format without changing its sense."""

import re
import unicodedata

from domain.errors import TextInvalid

# Characters that XML 1.0 forbids, and the C1 controls that it discourages.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_CONTACT = re.compile(r"@|://|https?:|www\.|\d[\d /.()-]{6,}\d", re.IGNORECASE)


def is_writable(text: str) -> bool:
    """Whether every character can be sent in XML and stored in any of the databases."""
    return _UNWRITABLE.search(text) is None


def writable(text: str) -> str:
    """``text`` without the characters that no format can carry; line ends stay."""
    # Most texts have nothing unusual but their line ends, and to see that is quickly done.
    is_usual = text.replace("\n", " ").isprintable()
    return text if is_usual else _UNWRITABLE.sub("", text)


def clean(text: str, *, most: int, field: str) -> str:
    """``text`` in NFC with ``\\n`` line ends, without invisible control characters.

    Raises TextInvalid, with ``field``, when more than ``most`` characters remain.
    """
    return _limited(_plain(text).strip(), most, field)


def clean_line(text: str, *, most: int, field: str) -> str:
    """Like ``clean``, on one line: every run of white space becomes one space."""
    return _limited(" ".join(_plain(text).split()), most, field)


def clean_name(text: str, *, most: int, field: str) -> str:
    """A display name on one line; an address, link or phone number is refused (systems.md §22)."""
    name = clean_line(text, most=most, field=field)
    if _CONTACT.search(name):
        raise TextInvalid("A name holds no e-mail, link or phone number.", field=field)
    return name


def _plain(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    plain = writable(text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", plain)


def _limited(plain: str, most: int, field: str) -> str:
    if len(plain) > most:
        raise TextInvalid(f"At most {most} characters; these are {len(plain)}.", field=field)
    return plain
