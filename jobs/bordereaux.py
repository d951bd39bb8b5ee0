"""The daily job that makes the documents of the insurer's monthly list, where one is due."""

from datetime import datetime

from services import bordereau_drawings
from services.installation import Installation


def draw(installation: Installation, *, now: str) -> int:
    """Make the document of every whole month that has none yet; how many were made."""
    return bordereau_drawings.draw_due(installation, now=datetime.fromisoformat(now))
