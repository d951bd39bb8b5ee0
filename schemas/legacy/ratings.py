"""The ratings of the oldest interface: one small XML document (legacy-api.md 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml.etree import Element, SubElement, _Element, tostring

from domain import texts

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Opinion:
    """One review: whole stars 1 to 5, their description, and the shop's reply, if any."""

    day: date
    comment: str
    stars: int
    description: str
    reply: str | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """A shop's grade, ``average`` with two decimals, over ``amount`` reviews of one window."""

    name: str
    amount: int
    best: str
    average: str
    opinions: Sequence[Opinion]


def to_xml(ratings: Ratings) -> bytes:
    """The document; the average stands second, because a client counts and does not read."""
    root = Element("shop")
    _add(root, "name", ratings.name)
    found = SubElement(root, "ratings", amount=str(ratings.amount))
    _add(found, "result", ratings.best, name="max")
    _add(found, "result", ratings.average, name="average")
    opinions = SubElement(found, "opinions")
    for opinion in ratings.opinions:
        _add_opinion(SubElement(opinions, "opinion"), opinion)
    return _DECLARATION + tostring(root, encoding="UTF-8", xml_declaration=False)


def _add_opinion(element: _Element, opinion: Opinion) -> None:
    _add(element, "date", opinion.day.isoformat())
    _add(element, "comment", opinion.comment)
    _add(element, "rating", str(opinion.stars))
    _add(element, "rating", opinion.description)
    if opinion.reply is not None:
        _add(SubElement(element, "reaction"), "reply", opinion.reply)


def _add(parent: _Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = texts.writable(text)
