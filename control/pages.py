"""Public pages as sealed answers: what the use case read, drawn once (design §3)."""

from dataclasses import dataclass
from datetime import datetime

from control import certificates, embeds, layout
from control import profiles as drawn
from domain.errors import PageNotFound
from schemas.profiles import PageKind, PageQuestion
from schemas.snapshots import Media, Snapshot, seal
from services import profiles
from services.installation import Installation
from services.profiles import Moved, Profile, ShopPage


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished page, and the content security policy under which browsers show it."""

    snapshot: Snapshot
    policy: str = layout.POLICY


def answer(
    installation: Installation, question: PageQuestion, *, now: datetime | None = None
) -> Drawn | Moved:
    """The page at the shop's present generation, its mark as it is at ``now``, or where it stands.

    Raises ShopNotFound, ReviewNotFound, ReviewGone, CursorUnknown, or Unavailable.
    """
    found = profiles.read(installation, question, now=now)
    if isinstance(found, Moved):
        return found
    if not isinstance(found, Profile):
        raise PageNotFound
    if question.kind is PageKind.EMBED:
        return Drawn(_sealed(embeds.page(found), found.page), embeds.policy(found.page))
    return Drawn(_sealed(drawn.page(found), found.page))


def certificate(
    installation: Installation, question: PageQuestion, *, referer: str, now: datetime
) -> bytes:
    """The certificate page as it holds at this moment, for somebody who comes from ``referer``.

    Raises ShopNotFound, PageNotFound, or Unavailable.
    """
    found = profiles.read(installation, question, now=now)
    if not isinstance(found, ShopPage):
        raise PageNotFound
    return certificates.page(found, referer=referer)


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
        expires=about.stands.mark.expires,
    )
