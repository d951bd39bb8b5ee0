"""Shop replies on the legacy wire (legacy-api.md 5.4)."""

from typing import Any, TypedDict

from domain.errors import Malformed
from schemas.legacy import bodies


class Comment(TypedDict):
    """The reply to a review, of which there is at most one; ``UID`` is 32 hex digits."""

    UID: str
    comment: str
    creationDate: str
    changeDate: str


def read(given: dict[str, Any]) -> tuple[str, bool]:
    """The text of a reply, and whether the buyer is to be told; raises Malformed without a text."""
    text = given.get("comment")
    if not isinstance(text, str):
        raise Malformed("comment is the text of the reply.", field="comment")
    return text, bodies.is_true(given.get("informBuyerForShopComment"))
