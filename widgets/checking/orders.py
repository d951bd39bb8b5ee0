"""Checks the order element of a confirmation page: complete, and readable (embed.md 4)."""

import re
from collections.abc import Iterator
from typing import Final

from domain import hand_overs
from domain.errors import OrderInvalid
from domain.policies import CHECKS
from schemas.checks import CheckFinding, Code, found
from widgets.checking import vocabulary
from widgets.checking.documents import Document, Tag
from widgets.checking.tags import Ours

_PREFIX: Final = "tscheckout"
# What a template leaves where nobody filled it in.
_UNFILLED: Final = re.compile(r"\{\{|\}\}|\{%|<\?|\{\$|\$\{|\[\[")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_HIDING: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def check(document: Document, ours: list[Ours]) -> Iterator[CheckFinding]:
    """What is to be said about the order; nothing where the page is none of a finished order."""
    orders = [tag for tag in document.tags if tag.get("id") == vocabulary.ORDER]
    if not orders:
        yield from _fields_alone(document)
        return
    order = orders[0]
    faults = [*_required(document, order), *_misspelt(document), *_items(document)]
    yield from (found(Code.ORDER_TWICE, tag.line) for tag in orders[1:])
    yield from faults
    if not any(each.is_badge for each in ours):
        yield found(Code.ORDER_WITHOUT_TAG, order.line)
    elif not faults and len(orders) == 1:
        yield found(Code.ORDER_FOUND, order.line)
    yield from _hints(document, order)


def _fields_alone(document: Document) -> Iterator[CheckFinding]:
    """Fields without the element around them, which is what we look for."""
    fields = (tag for tag in document.tags if tag.get("id") in vocabulary.ORDER_FIELDS)
    if (first := next(fields, None)) is not None:
        yield found(Code.ORDER_FIELD_MISSING, first.line, {"field": vocabulary.ORDER})


def _required(document: Document, order: Tag) -> Iterator[CheckFinding]:
    for name in vocabulary.ORDER_FIELDS:
        tag = document.ids.get(name)
        if tag is None:
            yield found(Code.ORDER_FIELD_MISSING, order.line, {"field": name})
        else:
            yield from _value(name, document.text_in(tag), tag.line)


def _value(name: str, text: str, line: int) -> Iterator[CheckFinding]:
    values = {"field": name, "value": text}
    if not text:
        yield found(Code.ORDER_FIELD_EMPTY, line, values)
    elif _UNFILLED.search(text):
        yield found(Code.ORDER_FIELD_UNFILLED, line, values)
    elif name == "tsCheckoutOrderAmount" and not _is_amount(text):
        yield found(Code.ORDER_AMOUNT_UNREAD, line, values)
    elif name == "tsCheckoutOrderCurrency" and not _CURRENCY.match(text.upper()):
        yield found(Code.ORDER_CURRENCY_UNREAD, line, values)
    elif name == "tsCheckoutBuyerEmail" and not _EMAIL.match(text):
        yield found(Code.ORDER_EMAIL_UNREAD, line, values)


def _is_amount(text: str) -> bool:
    try:
        return hand_overs.amount_minor(text, "EUR") is not None
    except OrderInvalid:
        return False


def _misspelt(document: Document) -> Iterator[CheckFinding]:
    """Names that begin like a field, and are none."""
    ids = {*vocabulary.ORDER_FIELDS, *vocabulary.ORDER_OPTIONAL}
    classes = {vocabulary.ITEM, *vocabulary.ITEM_FIELDS, *vocabulary.ITEM_OPTIONAL}
    for tag in document.tags:
        given = {tag.get("id")} - ids
        given |= set(tag.get("class").split()) - classes
        for name in sorted(each for each in given if each.lower().startswith(_PREFIX)):
            yield found(Code.ORDER_FIELD_UNKNOWN, tag.line, {"field": name})


def _items(document: Document) -> Iterator[CheckFinding]:
    """Each product needs an address, a name and an SKU; its fields stand up to the next one."""
    items: list[tuple[int, set[str]]] = []
    for tag in document.tags:
        classes = set(tag.get("class").split())
        if vocabulary.ITEM in classes and len(items) < CHECKS.findings:
            items.append((tag.line, set(vocabulary.ITEM_FIELDS)))
        missing = items[-1][1] if items else set()
        if (named := classes & missing) and document.text_in(tag):
            missing -= named
    for line, missing in items:
        for name in sorted(missing):
            yield found(Code.ORDER_PRODUCT_INCOMPLETE, line, {"field": name})


def _hints(document: Document, order: Tag) -> Iterator[CheckFinding]:
    if not (order.has("hidden") or _HIDING.search(order.get("style")) or order.is_asleep):
        yield found(Code.ORDER_VISIBLE, order.line)
    date = document.ids.get("tsCheckoutOrderEstDeliveryDate")
    text = document.text_in(date) if date else ""
    if date and text and hand_overs.day(text) is None:
        yield found(Code.ORDER_DATE_UNREAD, date.line, {"value": text})
