"""Housekeeping of the review form: drafts nobody sent, reviews nobody confirmed, old pictures."""

from datetime import datetime

from services import open_reviews, pictures, review_forms
from services.installation import Installation


def purge_drafts(installation: Installation, *, now: str) -> int:
    """Delete drafts that are older than 30 days; returns how many."""
    return review_forms.purge(installation.database, now=datetime.fromisoformat(now))


def discard_unconfirmed(installation: Installation, *, now: str) -> int:
    """Delete open reviews that nobody has confirmed in 14 days; returns how many."""
    return open_reviews.discard(installation.database, now=datetime.fromisoformat(now))


def purge_pictures(installation: Installation, *, now: str) -> int:
    """Delete the files of pictures that were removed or withdrawn; returns how many pictures."""
    return pictures.purge(installation, now=datetime.fromisoformat(now))
