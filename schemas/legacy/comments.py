"""Shop replies on the legacy wire (legacy-api.md 5.4)."""

from typing import TypedDict


class Comment(TypedDict):
    """The reply to a review, of which there is at most one; ``UID`` is 32 hex digits."""

    UID: str
    comment: str
    creationDate: str
    changeDate: str
