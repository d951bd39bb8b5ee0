"""Authors of reviews as legacy payloads: what they agreed to show, and nothing that links them.

No id follows an author from one review to the next; the one that the contract wants is made
from the review's own.
"""

from typing import Final

from domain import texts
from schemas.legacy import encoding
from schemas.legacy.reviews import Profile
from widgets.views import ReviewView

_ROLE: Final = "reviewer"


def profile(review: ReviewView) -> Profile | None:
    """The name that the author chose to show, of its last word the initial (4.3)."""
    names = texts.writable(review.author_name).split()
    if not names:
        return None
    if len(names) == 1:
        return {"firstname": names[0]}
    return {"firstname": " ".join(names[:-1]), "lastname": f"{names[-1][0]}."}


def uid_of(review: ReviewView) -> str:
    """32 hex digits that stand for the author of this one review."""
    return encoding.derived_uid(_ROLE, review.id)
