"""JSON as the standard has it, with bounds, and with the place of every object.

No NaN, comment, trailing comma or raw line break passes; numbers become decimals.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rich_snippets.linting.limits import LIMITS

_DIGITS: Final = 60
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


class NotJson(Exception):
    """The text is not strict JSON; ``line`` counts from 1 within it."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason, self.line = reason, line
        super().__init__(f"{reason} in line {line}")


class CutOff(NotJson):
    """The text ends inside of a string."""


class TooMuchJson(NotJson):
    """More nesting or more values than are looked at."""


@dataclass(slots=True)
class Object:
    """An object as it is written: pairs in order, repeated names included."""

    pairs: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value, the line of each object in the order in which they begin, and the effort."""

    value: Any
    lines: list[int]
    tokens: int


def parse(text: str, *, most_tokens: int) -> Parsed:
    """Read one JSON text; raises NotJson, CutOff or TooMuchJson, and never recurses too deep."""
    lines, tokens = _object_lines(text, most_tokens)
    try:
        value = json.loads(
            text,
            object_pairs_hook=Object,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refuse,
        )
    except json.JSONDecodeError as error:
        kind = CutOff if error.msg.startswith("Unterminated string") else NotJson
        raise kind(error.msg, error.lineno) from None
    except _Constant as error:
        raise NotJson(f"{error} is no JSON value", 1 + _before(text, str(error))) from None
    return Parsed(value, lines, tokens)


class _Constant(Exception):
    """NaN, Infinity or -Infinity, which Python's reader would let pass."""


def _refuse(name: str) -> Any:
    raise _Constant(name)


def _before(text: str, word: str) -> int:
    return text.count("\n", 0, text.find(word))


def _number(text: str) -> Decimal | str:
    """Exact; a number beyond all bounds stays the text that it is, and is no number to a rule."""
    if len(text) > _DIGITS:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if abs(number.adjusted()) <= _DIGITS else text


def _object_lines(text: str, most_tokens: int) -> tuple[list[int], int]:
    """The line of each object, and how many signs there are.

    Raises TooMuchJson before anything is read that would cost much.
    """
    lines: list[int] = []
    depth = tokens = counted_to = 0
    line = 1
    for token in _TOKEN.finditer(text):
        sign = token[0][0]
        if sign == "{":
            line += text.count("\n", counted_to, token.start())
            counted_to = token.start()
            lines.append(line)
        depth += (sign in "[{") - (sign in "]}")
        tokens += 1
        if depth > LIMITS.json_depth:
            raise TooMuchJson(f"More than {LIMITS.json_depth} levels of nesting", line)
        if tokens > most_tokens:
            raise TooMuchJson("More values than are looked at", line)
    return lines, tokens
