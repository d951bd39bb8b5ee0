"""How to mend what was found, in the reader's language; the table of rules says it in English."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson


def say(mend: str, language: str) -> str:
    """A rule's advice in this language; English where that is asked for, or not translated."""
    return _catalogue().get(mend, {}).get(language, mend)


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    content = files("rich_snippets.linting").joinpath("mends.json").read_bytes()
    found: Mapping[str, Mapping[str, str]] = orjson.loads(content)
    return found
