"""Public pages as sealed answers: what the use case read, drawn once (design §3)."""

from control import certificates
from control import profiles as drawn
from schemas.profiles import PageQuestion
from schemas.snapshots import Media, Snapshot, seal
from services import profiles
from services.installation import Installation
from services.profiles import Moved, Profile, ShopPage


def answer(installation: Installation, question: PageQuestion) -> Snapshot | Moved:
    """The page at the shop's present generation, or where it stands instead.

    Raises ShopNotFound, ReviewNotFound, CursorUnknown, or Unavailable.
    """
    found = profiles.read(installation, question)
    if isinstance(found, Moved):
        return found
    if isinstance(found, Profile):
        return _sealed(drawn.page(found), found.page)
    return _sealed(certificates.page(found), found)


def _sealed(body: bytes, about: ShopPage) -> Snapshot:
    question = about.question
    return seal(
        body,
        url=question.url,
        shop_key=about.shop.key,
        kind=question.kind,
        media=Media.HTML,
        generation=about.shop.generation,
        modified=about.modified,
    )
