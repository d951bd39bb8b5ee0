"""Texts that a shop answers with again and again, and why a reply is refused.

TrustwrightError
├── NotFound                       there is no such thing
│   └── TemplateNotFound           REPLY_TEMPLATE_NOT_FOUND
└── Conflict                       the state of things forbids it
    ├── ReplyChanged               REPLY_CHANGED
    ├── TemplateExists             REPLY_TEMPLATE_EXISTS
    └── TemplatesFull              REPLY_TEMPLATES_FULL
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain import languages, policies, texts
from domain.errors import Conflict, NotFound, TextInvalid

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
PLACEHOLDERS: Final = ("name", "shop")


class TemplateNotFound(NotFound):
    code = "REPLY_TEMPLATE_NOT_FOUND"
    title = "The shop has no reply template with this id."


class ReplyChanged(Conflict):
    code = "REPLY_CHANGED"
    title = "Somebody else has changed the reply meanwhile; look at it before you replace it."


class TemplateExists(Conflict):
    code = "REPLY_TEMPLATE_EXISTS"
    title = "The shop has a reply template of this name in this language."


class TemplatesFull(Conflict):
    code = "REPLY_TEMPLATES_FULL"
    title = "The shop has as many reply templates as it may; delete one first."


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A text with placeholders ``{name}`` and ``{shop}``, in a language, under a name."""

    name: str
    language: str
    text: str


def checked(template: NewTemplate) -> NewTemplate:
    """The template, tidied; raises TextInvalid or ParameterInvalid, with the field."""
    most = policies.REVIEWS.reply_characters
    tidied = replace(
        template,
        name=texts.clean_line(template.name, most=policies.INBOX.name_characters, field="name"),
        language=languages.parse(template.language, field="language"),
        text=texts.clean(template.text, most=most, field="text"),
    )
    if not tidied.name:
        raise TextInvalid("A reply template has a name.", field="name")
    if not tidied.text:
        raise TextInvalid("A reply template has a text.", field="text")
    for found in _PLACEHOLDER.findall(tidied.text):
        if found not in PLACEHOLDERS:
            raise TextInvalid(f"There is no placeholder {{{found}}}.", field="text")
    return tidied


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced, in one go; what they bring is not read again.

    Where the author gave no name, the comma or space before it goes too.
    """

    def value(found: re.Match[str]) -> str:
        given = values.get(found["name"], "")
        return f"{found['before']}{given}" if given else ""

    return re.sub(r"(?P<before>[ ,]*)\{(?P<name>name|shop)\}", value, text)
