"""Values of path and query, read strictly: what has another form is refused by its name."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from domain import gtins as numbers
from domain import ids, languages, policies, skus, texts
from domain.errors import CursorUnknown, ParameterInvalid
from domain.ids import Prefix

_Choice = TypeVar("_Choice", bound=StrEnum)


def single_values(parameters: Sequence[tuple[str, str]], known: frozenset[str]) -> dict[str, str]:
    """The known parameters by name; raises ParameterInvalid for one that is given twice."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name in known:
            if name in given:
                raise ParameterInvalid(f"{name} is given twice.", field=name)
            given[name] = value
    return given


def whole_number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A number of at most four digits, None where it is not given; raises ParameterInvalid."""
    text = given.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most:
        return int(text)
    raise ParameterInvalid(f"{name} is a whole number from {least} to {most}.", field=name)


def one_of(choices: type[_Choice], given: Mapping[str, str], name: str) -> _Choice | None:
    """One of the choices by its value, None where it is not given; raises ParameterInvalid."""
    text = given.get(name)
    if text is None:
        return None
    try:
        return choices(text)
    except ValueError:
        known = ", ".join(choices)
        raise ParameterInvalid(f"{name} is one of {known}.", field=name) from None


def cursor(given: Mapping[str, str], name: str) -> str | None:
    """The id of a review, None where it is not given; raises CursorUnknown."""
    text = given.get(name)
    if text is None:
        return None
    if not ids.is_valid(Prefix.REVIEW, text):
        raise CursorUnknown(field=name)
    return text


def sku(encoded: str) -> str:
    """The SKU of a path, which is still percent-encoded; raises ParameterInvalid."""
    try:
        found = unquote_to_bytes(encoded).decode()
    except UnicodeError:
        found = ""
    if not skus.is_valid(found):
        raise ParameterInvalid("A SKU is 1 to 255 characters of UTF-8.", field="sku")
    return found


class Products(NamedTuple):
    """The products of a list, by SKUs, GTINs and MPNs."""

    skus: tuple[str, ...]
    gtins: tuple[str, ...]
    mpns: tuple[str, ...]


def products(given: Mapping[str, str]) -> Products:
    """The products that ``hex``, ``gtin`` and ``mpn`` list, each in order and once.

    ``hex`` lists SKUs as hexadecimal digits. Raises ParameterInvalid, also when there are none
    or more than 100 in all.
    """
    hexes, gtins, mpns = (_listed(given, name) for name in ("hex", "gtin", "mpn"))
    most = policies.LISTS.batch_maximum
    if not 0 < len(hexes) + len(gtins) + len(mpns) <= most:
        raise ParameterInvalid(f"List 1 to {most} products, separated by commas.", field="hex")
    if not all(numbers.is_gtin(part) for part in gtins):
        raise ParameterInvalid("A GTIN has 8, 12, 13 or 14 digits.", field="gtin")
    longest = policies.ORDERS.mpn_characters
    if not all(texts.is_writable(part) and len(part) <= longest for part in mpns):
        raise ParameterInvalid(f"An MPN has at most {longest} characters.", field="mpn")
    found = tuple(dict.fromkeys(skus.from_hex(part) for part in hexes))
    return Products(found, gtins, mpns)


def _listed(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in given.get(name, "").split(",") if part))


def platform_language(given: Mapping[str, str]) -> str | None:
    """The language of ``lang`` where the platform speaks it; raises ParameterInvalid."""
    tag = given.get("lang")
    if not tag:
        return None
    language = languages.parse(tag, field="lang")
    return language if language in languages.SUPPORTED else None
