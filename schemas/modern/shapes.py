"""What the shapes of the newer API have in common: JSON only, moments with milliseconds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from domain.errors import Invalid, Malformed
from schemas import encoding
from schemas.legacy import feeds
from schemas.shapes import Shape

S = TypeVar("S", bound="Told")

_MOMENT_CHARACTERS: Final = 40


class Told(Shape):
    """A shape that is read from outside: unknown keys, nulls and empty strings are no values."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: each for key, each in value.items() if each is not None and each != ""}


def _when(value: Any) -> datetime:
    if not isinstance(value, str) or len(value) > _MOMENT_CHARACTERS:
        raise ValueError("A moment is such as 2026-11-20T12:00:00.000Z.")
    found = datetime.fromisoformat(value.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


When = Annotated[datetime, BeforeValidator(_when)]
"""``yyyy-MM-dd'T'HH:mm:ss.SSSZ``, or a day; without a zone it is UTC."""
Word = Annotated[str, Field(max_length=2_000)]


class Ref(Shape):
    """Where something is named by its id alone."""

    id: str


def moment(at: datetime | None) -> str | None:
    """UTC with milliseconds and Z, as clients of the newer generation read it."""
    return feeds.moment(at) if at is not None else None


def read(kind: type[S], body: bytes, refusal: type[Invalid | Malformed]) -> S:
    """The shape in a body; raises Malformed, or ``refusal`` with the field that is wrong."""
    try:
        return encoding.from_json(kind, body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] == "json_invalid" or not field:
            raise Malformed("The body is a JSON object.") from None
        raise refusal(f"{field}: {first['msg']}", field=field) from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None


def to_json(answer: Shape | Sequence[Shape]) -> bytes:
    """One object, or an array of them."""
    if isinstance(answer, Shape):
        return encoding.to_json(answer)
    return orjson.dumps([each.model_dump(mode="json", exclude_none=True) for each in answer])
