"""Housekeeping of the review form: drafts that nobody sent, files of pictures that are gone."""

from datetime import datetime

from services import pictures, review_forms
from services.installation import Installation


def purge_drafts(installation: Installation, *, now: str) -> int:
    """Delete drafts that are older than 30 days; returns how many."""
    return review_forms.purge(installation.database, now=datetime.fromisoformat(now))


def purge_pictures(installation: Installation, *, now: str) -> int:
    """Delete the files of pictures that were removed or withdrawn; returns how many pictures."""
    return pictures.purge(installation, now=datetime.fromisoformat(now))
