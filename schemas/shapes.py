"""What all wire shapes have in common: frozen, closed, camelCase names, writable text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, ClassVar, get_args, get_origin

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from domain import texts
from domain.criteria import BEST, WORST


class Shape(BaseModel):
    """A wire shape: snake_case in Python, camelCase in JSON and XML; optional keys are omitted.

    ``namespace`` is the XML namespace of a document with this root; ours have none.
    """

    # Names are written in Python and aliases are read from the wire; looking for one of them
    # at a time is a fifth faster. ``encoding`` asks for aliases where it reads.
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=False,
        serialize_by_alias=True,
        frozen=True,
        extra="forbid",
    )
    namespace: ClassVar[str | None] = None


Text = Annotated[str, AfterValidator(texts.writable)]
"""Words or addresses from outside, without the characters that XML cannot carry."""

Mark = Annotated[int, Field(ge=WORST, le=BEST)]
"""Whole stars, 1 to 5."""

Mean = Annotated[float, Field(ge=WORST, le=BEST)]
"""A mean of marks in stars, 1 to 5, rounded to two decimals before it comes here."""

Count = Annotated[int, Field(ge=0)]

Moment = AwareDatetime
"""A moment in UTC with whole seconds, as ``moment`` makes it (RFC 3339 with Z)."""


def moment(at: datetime) -> datetime:
    """``at`` as the wire shows it: in UTC, without fractions of a second."""
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.replace(microsecond=0) if in_utc.microsecond else in_utc


def element_name(shape: type[Shape]) -> str:
    """The XML element of a shape, as root and as item of a list: ReviewPage → reviewPage."""
    return shape.__name__[0].lower() + shape.__name__[1:]


@dataclass(frozen=True, slots=True)
class Nested:
    """A shape inside another one, alone or as the item of a list."""

    shape: type[Shape]
    is_list: bool


@cache
def nested(kind: type[Shape]) -> Mapping[str, Nested]:
    """The shapes inside ``kind`` by the wire names of its fields."""
    return {
        field.serialization_alias or name: Nested(shape, _is_list(field.annotation))
        for name, field in kind.model_fields.items()
        for shape in _shapes_in(field.annotation)
    }


def _is_list(annotation: object) -> bool:
    """Whether it is a list, or a list that is left out where it is empty."""
    return any(get_origin(each) is tuple for each in (annotation, *get_args(annotation)))


def _shapes_in(annotation: object) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes_in(argument)
