"""oEmbed on the wire (oembed.com, 1.0): a badge or sticker for whoever has only its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, quote, urlsplit

import orjson
from lxml.etree import Element, SubElement, tostring

from domain.errors import PageNotFound, ParameterInvalid, TrustwrightError
from schemas import profiles, questions
from schemas.profiles import PageKind
from schemas.questions import Question
from schemas.shapes import Shape, Text
from schemas.snapshots import Kind, Media

PATH: Final = "/oembed"
WIDTH: Final = 320
HEIGHTS: Final[Mapping[Kind, int]] = {Kind.BADGE_FRAGMENT: 120, Kind.STICKER_FRAGMENT: 640}
_FORMATS: Final[Mapping[str, Media]] = {"": Media.JSON, "json": Media.JSON, "xml": Media.XML}
_PIECES: Final[Mapping[Kind, Kind]] = {
    Kind.BADGE: Kind.BADGE_FRAGMENT,
    Kind.BADGE_IMAGE: Kind.BADGE_FRAGMENT,
    Kind.BADGE_FRAGMENT: Kind.BADGE_FRAGMENT,
    Kind.STICKER: Kind.STICKER_FRAGMENT,
    Kind.STICKER_FRAGMENT: Kind.STICKER_FRAGMENT,
}


class OEmbed(Shape):
    """A piece of HTML that needs neither script nor style, and whose it is.

    ``width`` and ``height`` in CSS px are what it takes at most; ``cache_age`` in seconds.
    """

    type: Literal["rich"] = "rich"
    version: Literal["1.0"] = "1.0"
    title: Text
    provider_name: Text
    provider_url: str
    cache_age: int
    width: int
    height: int
    html: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a consumer asks: which piece of HTML, in which format, and how large at most."""

    piece: Question
    media: Media
    most_width: int
    most_height: int


def parse(parameters: Sequence[tuple[str, str]], *, base_url: str) -> Asked:
    """What a request asks about an address of ours: a profile, a badge or a sticker.

    Raises ParameterInvalid, or PageNotFound for any other address.
    """
    given = dict(parameters)
    media = _FORMATS.get(given.get("format", ""))
    if media is None:
        raise ParameterInvalid("format is json or xml.", field="format")
    piece = _piece(given.get("url", ""), base_url)
    return Asked(
        piece,
        media,
        most_width=_most(given, "maxwidth", WIDTH),
        most_height=_most(given, "maxheight", HEIGHTS[piece.kind]),
    )


def discovered(page: str, base_url: str) -> Mapping[str, str]:
    """Addresses that tell of a page of ours, by the media type that links to them name."""
    asked = f"{base_url}{PATH}?url={quote(page, safe='')}&format="
    return {
        "application/json+oembed": f"{asked}{Media.JSON}",
        "text/xml+oembed": f"{asked}{Media.XML}",
    }


def encoded(answer: OEmbed, media: Media) -> bytes:
    """The answer with the names of the contract, which are not those of our other shapes."""
    plain = answer.model_dump(mode="json", by_alias=False)
    return orjson.dumps(plain) if media is Media.JSON else _xml(plain)


def _xml(plain: Mapping[str, Any]) -> bytes:
    root = Element("oembed")
    for name, value in plain.items():
        SubElement(root, name).text = str(value)
    return tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _piece(url: str, base_url: str) -> Question:
    if not url:
        raise ParameterInvalid("url is the address to be embedded.", field="url")
    if not url.startswith(f"{base_url}/"):
        raise PageNotFound
    try:
        parts = urlsplit(url.removeprefix(base_url))
        parameters = parse_qsl(parts.query, max_num_fields=100)
        return _of_widget(parts.path, parameters) or _of_page(parts.path)
    except (TrustwrightError, ValueError):
        raise PageNotFound from None


def _of_widget(path: str, parameters: Sequence[tuple[str, str]]) -> Question | None:
    if not path.startswith(questions.PREFIX):
        return None
    asked = questions.parse(path, parameters)
    if asked.kind not in _PIECES:
        raise PageNotFound
    kind = _PIECES[asked.kind]
    return Question(kind, asked.shop_key, Media.HTML, language=asked.language, limit=asked.limit)


def _of_page(path: str) -> Question:
    page = profiles.parse(path, ())
    if page.kind is not PageKind.PROFILE:
        raise PageNotFound
    return Question(Kind.BADGE_FRAGMENT, page.shop_key, Media.HTML, language=page.language)


def _most(given: Mapping[str, str], name: str, usual: int) -> int:
    text = given.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ParameterInvalid(f"{name} is a whole number of pixels.", field=name)
    return min(int(text), usual)
