"""Questions of the legacy contract as tests ask them."""

from urllib.parse import parse_qsl

from schemas.legacy.questions import LegacyQuestion, parse
from schemas.snapshots import Media

# The example of section 9 that is not hexadecimal.
KEY = "X6A4AACCD2C75E430381B2E1C4CLASSIC"
PUBLIC = "/rest/public/v2/shops"
REVIEWS = f"{PUBLIC}/{KEY}/reviews.json"
CDN = f"/shops/{KEY}"


def ask(
    path: str,
    query: str = "",
    *,
    negotiated: Media = Media.XML,
    language: str | None = None,
) -> LegacyQuestion:
    """The question behind a path and a query."""
    given = parse_qsl(query, keep_blank_values=True)
    return parse(path, given, negotiated=negotiated, language=language)
