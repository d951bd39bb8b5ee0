"""Search Console's own wording (§1.6), so that shop owners recognise what they have read there."""

from typing import Final

EITHER: Final = 'Either "offers", "review", or "aggregateRating" should be specified'
NOT_POSITIVE: Final = "Value in field must be positive"
STRING_LENGTH: Final = "Invalid string length"
PRICE_FORMAT: Final = "Invalid price format"
NO_TIME_ZONE: Final = "Datetime property is missing a timezone"
ENUM_VALUE: Final = "Invalid enum value"
FLOATING_POINT: Final = "Invalid floating point number"
NO_AGGREGATE: Final = "Multiple reviews without aggregateRating object"
MULTIPLE_AGGREGATES: Final = "Review has multiple aggregate ratings"
OUT_OF_RANGE: Final = "Rating is outside the specified or default range"
NO_BEST_OR_WORST: Final = "Rating is missing required best and/or worst values"
NO_SCALE: Final = "Couldn't determine rating scale"
NESTED_REVIEWED: Final = "nested object can't contain the 'itemReviewed' field"

PARENT_NODE: Final = "<parent_node>"

FIXED: Final = frozenset(
    {
        EITHER,
        NOT_POSITIVE,
        STRING_LENGTH,
        PRICE_FORMAT,
        NO_TIME_ZONE,
        ENUM_VALUE,
        FLOATING_POINT,
        NO_AGGREGATE,
        MULTIPLE_AGGREGATES,
        OUT_OF_RANGE,
        NO_BEST_OR_WORST,
        NO_SCALE,
        NESTED_REVIEWED,
    }
)
_MISSING: Final = 'Missing field "{}"'
_OBJECT_TYPE: Final = 'Invalid object type for field "{}"'


def missing(field: str) -> str:
    return _MISSING.format(field)


def object_type(field: str) -> str:
    return _OBJECT_TYPE.format(field)


def is_search_consoles(message: str) -> bool:
    """Whether the words are Search Console's, not ours."""
    starts = tuple(each.partition("{}")[0] for each in (_MISSING, _OBJECT_TYPE))
    return message in FIXED or message.startswith(starts)
