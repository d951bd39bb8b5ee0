"""Mails as people get them: HTML in one of the designs, and the same as plain text.

The texts are data: ``mails/KEY.json`` holds those of one kind of mail in all languages, and
``mails/frame.json`` what all mails share. The designs are MJML; each is turned into HTML once,
as a template that takes finished, escaped values. Nothing in a mail is loaded from anywhere,
and nothing reports back (systems.md §0.9).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape
from mjml import mjml2html

from domain import mails
from domain.mails import KINDS, Look, MailKey, Wording

HOUSE: Final = "HOUSE"
_TEMPLATES: Final = Environment(autoescape=True, undefined=StrictUndefined)
_INCLUDE: Final = re.compile(r'<mj-include path="([a-z]+\.mjml)" />')
_STATEMENTS: Final = ("asking", "about", "shown", "identity", "rules")


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the installation: its name, its postal address, and where its notice stands."""

    name: str
    address: str = ""
    imprint_url: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture by its address, which is a part of the mail or a ``data:`` URL; edges in px."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one mail is made of.

    ``values`` are finished texts, with those of ``domain.mails.ALWAYS``; ``look`` is None where
    the operator writes and not a shop.
    """

    key: MailKey
    language: str
    wording: Wording
    values: Mapping[str, str]
    operator: Operator
    look: Look | None = None
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished mail; ``html`` is a whole document."""

    subject: str
    html: str
    text: str


def wording(key: MailKey, language: str) -> Wording:
    """The platform's own texts of a mail, in one of its languages."""
    texts = _catalogue(key)[language]
    return Wording(texts["subject"], "\n\n".join(texts["body"]), texts.get("button", ""))


def title(key: MailKey, language: str) -> str:
    """What a mail is called in lists: its subject, with dots for what it would name."""
    named = dict.fromkeys(mails.placeholders(key), "…")
    return mails.fill(wording(key, language).subject, named)


def sample(name: str, language: str) -> str:
    """An invented text for previews: ``review`` or ``reply``."""
    return _frame(language)[f"sample_{name}"]


def render(letter: Letter) -> Rendered:
    """The mail in both forms; lines whose placeholders are all empty are left out."""
    subject = " ".join(mails.fill(letter.wording.subject, letter.values).split())
    paragraphs = _paragraphs(letter)
    return Rendered(subject, _html(letter, subject, paragraphs), _text(letter, paragraphs))


def _paragraphs(letter: Letter) -> list[str]:
    paragraphs = (
        [line for line in paragraph.split("\n") if not _is_hollow(line, letter.values)]
        for paragraph in letter.wording.body.split("\n\n")
    )
    return [text for lines in paragraphs if (text := "\n".join(lines).strip())]


def _is_hollow(line: str, values: Mapping[str, str]) -> bool:
    named = [values.get(piece, "") for piece, is_name in mails.pieces(line) if is_name]
    return bool(named) and not any(named)


def _html(letter: Letter, subject: str, paragraphs: list[str]) -> str:
    look = letter.look or Look()
    frame = _frame(letter.language)
    values = letter.values
    return _design(look.design if letter.look else HOUSE).render(
        language=letter.language,
        subject=subject,
        brand=_brand(letter),
        logo=letter.logo,
        accent=look.accent,
        on_accent=look.on_accent,
        greeting=_greeting(letter),
        paragraphs=[_markup(paragraph, values) for paragraph in paragraphs],
        button=mails.fill(letter.wording.button, values),
        button_url=values.get(KINDS[letter.key].link, ""),
        promise=frame["promise"] if KINDS[letter.key].is_invitation else frame["thanks"],
        signature=frame["signature"],
        statements=[_markup(text, values) for text in _statements(letter)],
        reason=_markup(_reason(letter), values),
        legal=_legal(letter.operator, frame["imprint"]),
    )


def _text(letter: Letter, paragraphs: list[str]) -> str:
    values = letter.values
    kind = KINDS[letter.key]
    link = f"{mails.fill(letter.wording.button, values)}:\n{values[kind.link]}" if kind.link else ""
    operator = letter.operator
    parts = [
        _greeting(letter),
        *(mails.fill(paragraph, values) for paragraph in paragraphs),
        link,
        *(mails.fill(statement, values) for statement in _statements(letter)),
        f"-- \n{mails.fill(_reason(letter), values)}",
        "\n".join(filter(None, (operator.name, operator.address, operator.imprint_url))),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _brand(letter: Letter) -> str:
    return letter.values["shop"] if letter.look else letter.operator.name


def _greeting(letter: Letter) -> str:
    frame, name = _frame(letter.language), letter.values["name"]
    return mails.fill(frame["greeting_name"], {"name": name}) if name else frame["greeting"]


def _reason(letter: Letter) -> str:
    """Why the mail is sent to this person (systems.md §0.9)."""
    return _frame(letter.language)[f"reason_{_catalogue(letter.key)['reason']}"]


def _statements(letter: Letter) -> list[str]:
    """The five statements of ISO-2, which no shop can take out of an invitation."""
    if not KINDS[letter.key].is_invitation:
        return []
    return [_frame(letter.language)[f"statement_{name}"] for name in _STATEMENTS]


def _markup(text: str, values: Mapping[str, str]) -> Markup:
    """A text as HTML: values escaped, addresses as links, line ends kept."""
    parts = []
    for piece, is_name in mails.pieces(text):
        value = values.get(piece, f"{{{piece}}}") if is_name else piece
        shown = escape(value).replace("\n", Markup("<br>"))
        if is_name and mails.is_link(piece) and mails.is_web_address(value):
            shown = Markup('<a href="{}">{}</a>').format(value, value)
        parts.append(shown)
    return Markup("").join(parts)


def _legal(operator: Operator, label: str) -> Markup:
    lines = [escape(line) for line in (operator.name, operator.address) if line]
    if operator.imprint_url:
        lines.append(Markup('<a href="{}">{}</a>').format(operator.imprint_url, label))
    return Markup("<br>").join(lines)


@cache
def _design(name: str) -> Template:
    return _TEMPLATES.from_string(mjml2html(_source(f"{name}.mjml"), fonts={}))


def _source(path: str) -> str:
    """A design with its parts in place: the library's own way to include loses their margins."""
    return _INCLUDE.sub(lambda found: _source(found[1]), _part(path))


def _part(path: str) -> str:
    return files("widgets").joinpath("mails", path).read_text(encoding="utf-8")


@cache
def _catalogue(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = orjson.loads(_part(f"{name}.json"))
    return found


def _frame(language: str) -> Mapping[str, str]:
    texts: dict[str, str] = _catalogue("frame")[language]
    return texts
