"""Messages of refusals in the platform's languages, by error code (systems.md §0.6)."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

import orjson

import domain
from domain.errors import TrustwrightError

# Each noun keeps its own errors, which belong to the tree once their module is imported.
for _module in iter_modules(domain.__path__):
    import_module(f"{domain.__name__}.{_module.name}")

# The one code that no rule raises: something is wrong with the server.
INTERNAL_ERROR = "INTERNAL_ERROR"
_INTERNAL_TITLE = "Something went wrong here; the reference helps the operator to find it."


def title(code: str, language: str) -> str:
    """The message for ``code`` in one of the platform's languages, English where none fits."""
    return catalogue(language).get(code) or catalogue("en")[code]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All messages of one platform language by code; the English ones stand in the domain."""
    if language == "en":
        titles = {kind.code: kind.title for kind in kinds()}
        return titles | {INTERNAL_ERROR: _INTERNAL_TITLE}
    text = files("schemas").joinpath("messages", f"{language}.json").read_bytes()
    messages: dict[str, str] = orjson.loads(text)
    return messages


def kinds(root: type[TrustwrightError] = TrustwrightError) -> Iterator[type[TrustwrightError]]:
    """All kinds of errors, each before the ones derived from it."""
    yield root
    for child in root.__subclasses__():
        yield from kinds(child)
