"""Use cases of pictures: take one in, show it with its review, hand it out, delete it (§4).

A picture is drawn anew at several sizes, so that neither what a camera notes nor what hides in or
behind the file is kept. Its files lie in a store (``picture_stores``) under its id, and never
change.
"""

import io
import struct
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from PIL import ExifTags, Image
from PIL.Image import Resampling, Transpose
from sqlmodel import Session

from domain import ids, texts
from domain import pictures as rules
from domain.actors import AUTHOR, SYSTEM, Actor
from domain.errors import TransitionForbidden
from domain.ids import Prefix
from domain.moderators import Decider
from domain.pictures import (
    PICTURES,
    PictureNotFound,
    PictureRefused,
    PictureState,
    PicturesTooMany,
    PictureTooLarge,
)
from domain.social_proofs import Shown
from services import audit, picture_stores, reviews, shown_copies, social_proofs
from services.installation import Installation
from services.settings import Settings
from services.turns import TURNS
from store import pictures as rows
from store import reviews as reviews_of
from store.database import Work
from store.pictures import Picture
from store.reviews import Review as Row
from store.shops import Shop

MEDIA_TYPES: Final[Mapping[str, str]] = {"webp": "image/webp", "jpg": "image/jpeg"}
_FORMATS: Final = {"webp": "WEBP", "jpg": "JPEG"}
_QUALITY: Final = 82
_SENT: Final = (PictureState.SHOWN, PictureState.HIDDEN)
LOOK: Final = "600.webp"
"""The file by which moderators look at a picture."""
_BATCH: Final = 500
_KEPT: Final = ("RGB", "RGBA")
_TURNS: Final[Mapping[int, Transpose]] = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
# What a decoder says of a damaged file: its own errors, and those of lengths and types in it.
_UNREADABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it will be kept: its edges in px, and its files by edge and extension."""

    width: int
    height: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Look:
    """A picture that was sent with its review; ``is_hidden`` by a decision."""

    public_id: str
    alternative: str
    is_hidden: bool


def drawn(body: bytes) -> Drawn:
    """A JPEG, PNG or WebP at every size; takes up to some seconds.

    Raises PictureTooLarge or PictureRefused, or Unavailable where too many pictures wait already.
    """
    kind = rules.type_of(body)
    with TURNS.taken():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(body), formats=(kind.value,)) as picture:
                    # The edges stand in the head of the file: nothing is unpacked before.
                    rules.check_pixels(kind, *picture.size)
                    return _drawn(picture)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise PictureTooLarge(field="picture") from error
        except _UNREADABLE as error:
            raise PictureRefused(field="picture") from error


def _drawn(picture: Image.Image) -> Drawn:
    """The first frame, upright and on white, from the largest size down."""
    largest = max(PICTURES.edges)
    picture.draft("RGB", (largest * 2, largest * 2))
    turn = _turn(picture)
    kept = _KEPT if picture.has_transparency_data else _KEPT[:1]
    image = picture if picture.mode in kept else picture.convert(kept[-1])
    # Small first: what follows costs by the pixel.
    image.thumbnail((largest, largest), Resampling.LANCZOS)
    image = _opaque(image if turn is None else image.transpose(turn))
    files: dict[str, bytes] = {}
    width = height = 0
    for edge in sorted(PICTURES.edges, reverse=True):
        image.thumbnail((edge, edge), Resampling.LANCZOS)
        width, height = (width, height) if width else image.size
        files |= {f"{edge}.{extension}": _saved(image, extension) for extension in _FORMATS}
    return Drawn(width, height, files)


def _turn(picture: Image.Image) -> Transpose | None:
    """How the camera was held; what its notes say otherwise is not looked at."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 0))
    except _UNREADABLE:
        return None


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image)
    return ground


def _saved(image: Image.Image, extension: str) -> bytes:
    file = io.BytesIO()
    image.save(file, _FORMATS[extension], quality=_QUALITY)
    return file.getvalue()


def add(
    installation: Installation,
    token: str,
    body: bytes,
    alternative: str,
    *,
    is_avatar: bool = False,
    now: datetime,
) -> str:
    """Take a picture in for the review that a token has written; returns its public id.

    It is public once the text is sent; an avatar, of which there is one, at once. Raises
    PictureTooLarge, PictureRefused, PicturesTooMany, TextInvalid, TransitionForbidden, Unavailable,
    or as ``reviews.written_with``.
    """
    said = texts.clean_line(alternative, most=PICTURES.alternative_characters, field="alternative")
    database = installation.database
    # Pictures take time to draw: only of those who have a good link, and outside the transaction.
    with database.write() as work:
        _room(work, token, is_avatar=is_avatar)
    made, public_id = drawn(body), ids.new(Prefix.PICTURE)
    picture_stores.of(installation.settings).put(public_id, made.files)
    with database.write() as work:
        shop, row = _room(work, token, is_avatar=is_avatar)
        if is_avatar:
            _remove_avatar(work, row, now)
        picture = Picture(
            public_id=public_id,
            review_id=row.id,
            state=PictureState.SHOWN if is_avatar else PictureState.DRAFT,
            alternative=said,
            width=made.width,
            height=made.height,
            is_avatar=is_avatar,
            added_at=now,
        )
        work.session.add(picture)
        work.session.flush()
        if is_avatar:
            social_proofs.agree(work, row, Shown.AVATAR, is_shown=True, now=now)
        shown_copies.copy(work, shop, row, now=now)
        after = {"picture": public_id}
        audit.log(work, AUTHOR, "picture.added", row.public_id, now=now, after=after)
    return public_id


def _room(work: Work, token: str, *, is_avatar: bool) -> tuple[Shop, Row]:
    """The review that a picture can be added to, with its shop's row held."""
    opened, row = reviews.written_with(work, token)
    if not row.is_public:
        raise TransitionForbidden("A review that is not public takes no pictures.")
    kept = [each for each in rows.of_review(work.session, row.id) if not each.is_avatar]
    if not is_avatar and len(kept) >= PICTURES.per_review:
        raise PicturesTooMany(field="picture")
    # Each is drawn and stored six times over, also one that takes the place of another.
    if rows.ever(work.session, row.id) >= PICTURES.ever:
        raise PicturesTooMany("So many were added and removed that no more are taken.")
    return opened.shop, row


def publish(work: Work, token: str, *, now: datetime) -> None:
    """Show the pictures that were added before the text was sent (systems.md §4)."""
    opened, row = reviews.written_with(work, token)
    for picture in rows.of_review(work.session, row.id):
        if picture.state == PictureState.DRAFT:
            picture.state = PictureState.SHOWN
            work.session.add(picture)
    work.session.flush()
    shown_copies.copy(work, opened.shop, row, now=now)


def remove(work: Work, token: str, public_id: str, *, now: datetime) -> None:
    """Take one picture away; the review stays.

    Raises PictureNotFound, also for one that a decision hides: that one is kept, out of view, for
    whoever looks at the decision once more (ISO-12, DSA-4).
    """
    opened, row = reviews.written_with(work, token)
    picture = rows.by_public_id(work.session, public_id)
    if picture is None or picture.review_id != row.id or picture.removed_at is not None:
        raise PictureNotFound
    if picture.state == PictureState.HIDDEN:
        raise PictureNotFound("A decision hides this picture.")
    _remove(work, picture, now)
    if picture.is_avatar:
        social_proofs.agree(work, row, Shown.AVATAR, is_shown=False, now=now)
    shown_copies.copy(work, opened.shop, row, now=now)
    after = {"picture": public_id}
    audit.log(work, AUTHOR, "picture.removed", row.public_id, now=now, after=after)


def _remove_avatar(work: Work, row: Row, now: datetime) -> None:
    for each in rows.of_review(work.session, row.id):
        if each.is_avatar:
            _remove(work, each, now)


def _remove(work: Work, picture: Picture, now: datetime) -> None:
    picture.state, picture.removed_at, picture.alternative = PictureState.REMOVED, now, ""
    work.session.add(picture)
    work.session.flush()


def public_file(installation: Installation, public_id: str, name: str) -> bytes:
    """A file of a picture that everybody may see; raises PictureNotFound for any other."""
    with installation.database.read() as session:
        if not rows.is_public(session, public_id):
            raise PictureNotFound
    return _file(installation.settings, public_id, name)


def own_file(installation: Installation, review_row: int, public_id: str, name: str) -> bytes:
    """A file of a picture for the author of its review, shown or not; raises PictureNotFound."""
    with installation.database.read() as session:
        picture = rows.by_public_id(session, public_id)
        if picture is None or picture.review_id != review_row or picture.removed_at is not None:
            raise PictureNotFound
    return _file(installation.settings, public_id, name)


def sent_of(session: Session, review_id: str) -> list[Look]:
    """Pictures that were sent with the review of this public id, its author's own among them.

    In the order in which they came; those that wait with its text, or that a decision hides, too.
    """
    review = reviews_of.by_public_id(session, review_id)
    listed = rows.of_review(session, review.id) if review else ()
    return [
        Look(each.public_id, each.alternative, each.state == PictureState.HIDDEN)
        for each in listed
        if each.state in _SENT
    ]


def looked_at(
    installation: Installation, public_id: str, decider: Decider, *, actor: Actor, now: datetime
) -> bytes:
    """A picture that was sent, for a moderator, public or not; each look is logged.

    Raises PictureNotFound, also for one of a shop on which the moderator holds rights.
    """
    with installation.database.write() as work:
        picture = rows.by_public_id(work.session, public_id)
        review = work.session.get(Row, picture.review_id) if picture else None
        shop = work.session.get(Shop, review.shop_id) if review else None
        if picture is None or picture.state not in _SENT:
            raise PictureNotFound
        if shop is None or shop.shop_key in decider.shops:
            raise PictureNotFound
        audit.log(work, actor, "picture.seen", public_id, now=now)
    return _file(installation.settings, public_id, LOOK)


def purge(installation: Installation, *, now: datetime) -> int:
    """Delete the files of pictures that were removed or whose review was withdrawn.

    Files that belong to no picture go as well, after a day. Returns how many pictures went.
    """
    with installation.database.write() as work:
        for picture in rows.of_withdrawn(work.session):
            _remove(work, picture, now)
    before = (now - timedelta(hours=PICTURES.orphan_hours)).timestamp()
    store = picture_stores.of(installation.settings)
    gone = 0
    for batch in _batches(store.listed()):
        names = [public_id for public_id, _ in batch]
        with installation.database.read() as session:
            known, kept = rows.known(session, names), rows.kept(session, names)
        for public_id, written_at in batch:
            is_orphan = public_id not in known and written_at < before
            if is_orphan or public_id in known - kept:
                store.delete(public_id)
                gone += 1
    if gone:
        with installation.database.write() as work:
            audit.log(work, SYSTEM, "pictures.purged", "pictures", now=now, after={"gone": gone})
    return gone


def _batches(listed: Iterator[tuple[str, float]]) -> Iterator[list[tuple[str, float]]]:
    while batch := list(islice(listed, _BATCH)):
        yield batch


def _file(settings: Settings, public_id: str, name: str) -> bytes:
    names = {f"{edge}.{extension}" for edge in PICTURES.edges for extension in _FORMATS}
    if name not in names or not ids.is_valid(Prefix.PICTURE, public_id):
        raise PictureNotFound
    body = picture_stores.of(settings).get(public_id, name)
    if body is None:
        raise PictureNotFound
    return body
