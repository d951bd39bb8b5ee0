"""Use cases of logos: a shop hands over a picture, and what is kept is drawn again from it."""

from datetime import datetime
from hashlib import blake2b
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError
from PIL.Image import DecompressionBombError, Resampling
from sqlmodel import Session

from domain import logos as rules
from domain.actors import Actor
from domain.errors import PageNotFound
from domain.logos import LogoInvalid
from domain.policies import LOGOS
from services import audit, generations, shops
from store import logos as rows
from store import shops as shop_rows
from store.database import Work
from store.logos import Logo

_FORMATS: Final = ("PNG", "JPEG", "WEBP")


def save(work: Work, shop_key: str, body: bytes, *, actor: Actor, now: datetime) -> None:
    """Keep a PNG, JPEG or WebP of at most a megabyte as the shop's logo.

    Only its pixels are kept, as a PNG of at most 600 px on each edge: nothing that was hidden in
    the file, and no place or camera. Raises TooLarge, LogoInvalid or ShopNotFound.
    """
    image = _decoded(body)
    shop = shops.required(work, shop_key)
    drawn = _drawn(image)
    logo = Logo(
        shop_id=shop.id,
        body=drawn,
        media_type="image/png",
        tag=blake2b(drawn, digest_size=12).hexdigest(),
        width=image.width,
        height=image.height,
        updated_at=now,
    )
    work.session.merge(logo)
    audit.log(work, actor, "shop.logo_saved", shop.public_id, now=now, after={"tag": logo.tag})
    generations.raise_for(work, shop, now=now)


def _decoded(body: bytes) -> Image.Image:
    """The picture, small enough to be kept."""
    rules.check(body)
    try:
        with Image.open(BytesIO(body), formats=_FORMATS) as image:
            # The edges stand in the head of the file: nothing is decoded before they are known.
            rules.check_size(*image.size)
            mode = "RGBA" if image.has_transparency_data else "RGB"
            found = image.convert(mode)
    except (UnidentifiedImageError, DecompressionBombError, OSError, ValueError, SyntaxError):
        raise LogoInvalid(field="logo") from None
    found.thumbnail((LOGOS.edge_kept, LOGOS.edge_kept), Resampling.LANCZOS)
    return found


def _drawn(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def remove(work: Work, shop_key: str, *, actor: Actor, now: datetime) -> None:
    """Take the shop's logo away; without one there is nothing to do. Raises ShopNotFound."""
    shop = shops.required(work, shop_key)
    logo = rows.of_shop(work.session, shop.id)
    if logo is None:
        return
    work.session.delete(logo)
    audit.log(work, actor, "shop.logo_removed", shop.public_id, now=now, before={"tag": logo.tag})
    generations.raise_for(work, shop, now=now)


def read(session: Session, shop_id: int) -> Logo | None:
    """The logo of the shop with this internal id."""
    return rows.of_shop(session, shop_id)


def find(session: Session, shop_key: str) -> Logo:
    """The logo of the shop with this key; raises PageNotFound where there is none."""
    shop = shop_rows.by_key(session, shop_key)
    logo = rows.of_shop(session, shop.id) if shop else None
    if logo is None:
        raise PageNotFound
    return logo
