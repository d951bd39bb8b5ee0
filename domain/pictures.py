"""Pictures of reviews: what may be handed in, by its content, and who sees it (systems.md §4).

TrustwrightError
├── NotFound
│   └── PictureNotFound            PICTURE_NOT_FOUND
├── TooLarge
│   └── PictureTooLarge            PICTURE_TOO_LARGE
├── Invalid
│   ├── PictureRefused             PICTURE_REFUSED
│   └── PicturesTooMany            PICTURES_TOO_MANY
└── Unavailable
    └── PicturesUnavailable        PICTURES_UNAVAILABLE
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Invalid, NotFound, TooLarge, Unavailable


class PictureNotFound(NotFound):
    code = "PICTURE_NOT_FOUND"
    title = "There is no such picture."


class PictureTooLarge(TooLarge):
    code = "PICTURE_TOO_LARGE"
    title = "A picture has at most 8 MB and 50 million pixels."


class PictureRefused(Invalid):
    code = "PICTURE_REFUSED"
    title = "A picture is a whole JPEG, PNG or WebP file."


class PicturesTooMany(Invalid):
    code = "PICTURES_TOO_MANY"
    title = "A review has at most five pictures."


class PicturesUnavailable(Unavailable):
    code = "PICTURES_UNAVAILABLE"
    title = "Pictures cannot be stored or fetched just now; try again soon."


@dataclass(frozen=True, slots=True)
class PicturePolicy:
    """Limits of pictures: how many, bytes, pixels, edges in px, characters of what they show.

    A review has had ``ever`` of them at most, removed ones among them. A picture is kept at
    each of ``edges``, the longer edge counting, and never enlarged. A JPEG is unpacked small,
    so it may have more ``jpeg_pixels`` than the others have ``pixels``. A file that belongs to
    no picture goes after ``orphan_hours``.
    """

    per_review: int = 5
    ever: int = 30
    bytes: int = 8 * 1024 * 1024
    pixels: int = 16_000_000
    jpeg_pixels: int = 50_000_000
    edges: tuple[int, ...] = (240, 600, 1600)
    alternative_characters: int = 300
    orphan_hours: int = 24


PICTURES: Final = PicturePolicy()


class PictureState(StrEnum):
    """DRAFT until the review's text is sent, HIDDEN by a decision; only SHOWN ones are public."""

    DRAFT = "DRAFT"
    SHOWN = "SHOWN"
    HIDDEN = "HIDDEN"
    REMOVED = "REMOVED"


class PictureType(StrEnum):
    """What is taken, and as what it is kept."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


def type_of(body: bytes) -> PictureType:
    """The kind of a file by its first bytes; raises PictureTooLarge or PictureRefused."""
    if len(body) > PICTURES.bytes:
        raise PictureTooLarge(field="picture")
    if body.startswith(b"\xff\xd8\xff"):
        return PictureType.JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return PictureType.PNG
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return PictureType.WEBP
    raise PictureRefused(field="picture")


def check_pixels(kind: PictureType, width: int, height: int) -> None:
    """Raises PictureTooLarge for what would take too much memory, before it is unpacked."""
    most = PICTURES.jpeg_pixels if kind is PictureType.JPEG else PICTURES.pixels
    if width * height > most:
        raise PictureTooLarge(field="picture")
