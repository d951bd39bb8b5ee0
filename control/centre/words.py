"""The control centre's words in the seven languages, beside those of the widgets.

The catalogues are data in ``control/words/``, one for each area: key, language, message, or for
each plural category of the language one message.
"""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final

import orjson

from domain import languages
from widgets import texts
from widgets.texts import Message, Texts

Catalogue = dict[str, dict[str, Message]]

_FALLBACK: Final = "en"


def of(language: str) -> Texts:
    """The words of a language, in English where the platform does not speak it."""
    return _words(languages.supported(language, fallback=_FALLBACK))


@cache
def _words(language: str) -> Texts:
    base = texts.of(language)
    own = {key: said[language] for area in catalogues().values() for key, said in area.items()}
    return replace(base, messages={**base.messages, **own})


@cache
def catalogues() -> dict[str, Catalogue]:
    """Every area's catalogue by its name."""
    found = sorted(files("control").joinpath("words").iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".json"): orjson.loads(file.read_bytes())
        for file in found
        if file.name.endswith(".json")
    }
