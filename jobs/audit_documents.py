"""The job that draws audit documents, so that no request waits for it."""

from services import audit_drawings
from services.installation import Installation


def draw(installation: Installation, *, audit_id: str, version: int) -> bool:
    """Draw one version of an audit's document; whether it was not there already."""
    return audit_drawings.draw(installation, audit_id, version)
