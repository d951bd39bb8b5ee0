"""What happens around a shop's reviews: orders, invitations, answers and replies (AGG-12)."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Activity:
    """Numbers of one day or of many; they add up.

    ``ordered`` are orders whose buyers may be asked, ``invited`` their invitations to review the
    shop itself and ``answered`` those of them that wrote a review. ``received`` are public
    reviews of shop and products, whatever they prove, but none that was imported; ``replied``
    those with a reply of the shop, and ``reply_seconds`` what lay between review and reply,
    added up.
    """

    ordered: int = 0
    invited: int = 0
    answered: int = 0
    received: int = 0
    replied: int = 0
    reply_seconds: int = 0

    def __add__(self, other: "Activity") -> "Activity":
        return Activity(*(getattr(self, name) + getattr(other, name) for name in FIELDS))

    @property
    def unanswered(self) -> int:
        """Public reviews that still wait for the shop's reply."""
        return self.received - self.replied

    @property
    def response_percent(self) -> int | None:
        """Reviews for a hundred invitations, rounded down; None where nobody was invited."""
        return 100 * self.answered // self.invited if self.invited else None

    @property
    def reply_percent(self) -> int | None:
        """Replies for a hundred reviews, rounded down; None where there is no review."""
        return 100 * self.replied // self.received if self.received else None

    @property
    def reply_time(self) -> timedelta | None:
        """The mean time from review to reply; None where nothing was replied to."""
        return timedelta(seconds=self.reply_seconds // self.replied) if self.replied else None


FIELDS: Final = tuple(field.name for field in fields(Activity))
