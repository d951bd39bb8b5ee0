"""What is found in a shop's page about our tags (docs/embed.md), as it is kept for the asker."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from domain import policies
from schemas.shapes import Shape, Text


class Code(StrEnum):
    """One thing that can be said about a page; the words are in ``widgets/texts``."""

    TAG_FOUND = "TAG_FOUND"
    ELEMENT_FOUND = "ELEMENT_FOUND"
    ORDER_FOUND = "ORDER_FOUND"
    TAG_MANAGER = "TAG_MANAGER"
    TAG_TWICE = "TAG_TWICE"
    TAG_BLOCKS = "TAG_BLOCKS"
    TAG_OLD_AND_NEW = "TAG_OLD_AND_NEW"
    TAG_WAITS = "TAG_WAITS"
    ATTRIBUTE_UNKNOWN = "ATTRIBUTE_UNKNOWN"
    VALUE_UNKNOWN = "VALUE_UNKNOWN"
    TARGET_MISSING = "TARGET_MISSING"
    ORDER_VISIBLE = "ORDER_VISIBLE"
    ORDER_DATE_UNREAD = "ORDER_DATE_UNREAD"
    NOTHING_FOUND = "NOTHING_FOUND"
    TAG_COMMENTED = "TAG_COMMENTED"
    TAG_ASLEEP = "TAG_ASLEEP"
    HOST_OTHER = "HOST_OTHER"
    HOST_INSECURE = "HOST_INSECURE"
    KEY_MISSING = "KEY_MISSING"
    KEY_MALFORMED = "KEY_MALFORMED"
    KEY_OTHER = "KEY_OTHER"
    ELEMENT_UNKNOWN = "ELEMENT_UNKNOWN"
    ELEMENT_WITHOUT_TAG = "ELEMENT_WITHOUT_TAG"
    ELEMENT_SELF_CLOSED = "ELEMENT_SELF_CLOSED"
    PRODUCT_MISSING = "PRODUCT_MISSING"
    WIDGET_ID_MISSING = "WIDGET_ID_MISSING"
    POLICY_SCRIPT = "POLICY_SCRIPT"
    POLICY_CONNECT = "POLICY_CONNECT"
    ORDER_TWICE = "ORDER_TWICE"
    ORDER_WITHOUT_TAG = "ORDER_WITHOUT_TAG"
    ORDER_FIELD_MISSING = "ORDER_FIELD_MISSING"
    ORDER_FIELD_EMPTY = "ORDER_FIELD_EMPTY"
    ORDER_FIELD_UNKNOWN = "ORDER_FIELD_UNKNOWN"
    ORDER_FIELD_UNFILLED = "ORDER_FIELD_UNFILLED"
    ORDER_AMOUNT_UNREAD = "ORDER_AMOUNT_UNREAD"
    ORDER_CURRENCY_UNREAD = "ORDER_CURRENCY_UNREAD"
    ORDER_EMAIL_UNREAD = "ORDER_EMAIL_UNREAD"
    ORDER_PRODUCT_INCOMPLETE = "ORDER_PRODUCT_INCOMPLETE"


class Weight(StrEnum):
    """ERROR keeps something from working; HINT is worth a look; GOOD works."""

    ERROR = "error"
    HINT = "hint"
    GOOD = "good"


_GOOD: Final = frozenset({Code.TAG_FOUND, Code.ELEMENT_FOUND, Code.ORDER_FOUND})
_HINTS: Final = frozenset(
    {Code.TAG_MANAGER, Code.TAG_TWICE, Code.TAG_BLOCKS, Code.TAG_OLD_AND_NEW, Code.TAG_WAITS}
    | {Code.ATTRIBUTE_UNKNOWN, Code.VALUE_UNKNOWN, Code.TARGET_MISSING}
    | {Code.ORDER_VISIBLE, Code.ORDER_DATE_UNREAD}
)


def weight_of(code: Code) -> Weight:
    """How much a finding weighs."""
    if code in _GOOD:
        return Weight.GOOD
    return Weight.HINT if code in _HINTS else Weight.ERROR


class CheckRequest(Shape):
    """Whose tags are expected in a page that is fetched."""

    shop_key: str


class CheckFinding(Shape):
    """One thing that was found, on which line (from 1), and the values that its words name."""

    code: Code
    line: int | None = None
    values: dict[str, Text] = Field(default_factory=dict)


class CheckReport(Shape):
    """Everything that was found, in the order of the page."""

    findings: list[CheckFinding] = Field(max_length=policies.CHECKS.findings)

    @property
    def weight(self) -> Weight:
        """The weightiest thing that was found."""
        found = {weight_of(each.code) for each in self.findings}
        return next(each for each in Weight if each in found or each is Weight.GOOD)


def found(
    code: Code, line: int | None = None, values: Mapping[str, str] | None = None
) -> CheckFinding:
    """A finding whose values are short enough to be read."""
    most = policies.CHECKS.value_characters
    shown = {name: value[:most] for name, value in (values or {}).items()}
    return CheckFinding(code=code, line=line, values=shown)
