"""The templates of the consumer service's answers that ship with this release, by version."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from domain.answer_templates import Texts

VERSIONS: Final = ("2026-11",)
"""All versions, the latest last; none is ever changed or taken away: the log names them."""


def of(version: str) -> Texts:
    """The texts of a version, by name and language."""
    return {name: template["text"] for name, template in _document(version).items()}


def label(name: str, language: str, version: str = VERSIONS[-1]) -> str:
    """What staff chooses a template by."""
    said: str = _document(version)[name]["label"][language]
    return said


@cache
def _document(version: str) -> dict[str, Any]:
    text = files("schemas").joinpath("answer_templates", f"{version}.json").read_bytes()
    document: dict[str, Any] = orjson.loads(text)
    return document
