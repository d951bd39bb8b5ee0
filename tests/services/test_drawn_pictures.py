"""Pictures are drawn anew: upright, without notes, and damage is refused and breaks nothing."""

import io
import random

import pytest
from PIL import ExifTags, Image

from domain.pictures import (
    PICTURES,
    PictureRefused,
    PictureState,
    PicturesTooMany,
    PictureTooLarge,
)
from domain.reviews import Submission
from services import pictures, reviews
from services.installation import Installation
from store.pictures import Picture
from tests.services import steps
from tests.services.pictured import a_picture
from tests.services.steps import NOON, marks

RED, BLUE = (250, 0, 0), (0, 0, 250)


def noted(orientation: int) -> bytes:
    """A JPEG of 64 × 32 px, its left half red, with the notes of a camera."""
    image = Image.new("RGB", (64, 32), BLUE)
    image.paste(RED, (0, 0, 32, 32))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Camera of Eve"
    exif[ExifTags.Base.DateTime] = "2026:01:01 10:00:00"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    return file.getvalue()


def opened(body: bytes) -> Image.Image:
    """The smallest file of a drawn picture."""
    files = pictures.drawn(body).files
    return Image.open(io.BytesIO(files[f"{min(PICTURES.edges)}.jpg"]))


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (64, 32), (8, 16)),
        (2, (64, 32), (56, 16)),
        (3, (64, 32), (56, 16)),
        (4, (64, 32), (8, 16)),
        (5, (32, 64), (16, 8)),
        (6, (32, 64), (16, 8)),
        (7, (32, 64), (16, 56)),
        (8, (32, 64), (16, 56)),
        (9, (64, 32), (8, 16)),
    ],
)
def test_a_picture_stands_as_the_camera_was_held(
    orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    image = opened(noted(orientation))
    assert image.size == size
    red, _, blue = image.getpixel(red_at)  # type: ignore[misc]  # RGB has three bands
    assert red > 200 > blue


def test_gp_4_nothing_that_a_camera_noted_is_kept() -> None:
    for body in pictures.drawn(noted(6)).files.values():
        assert b"Camera of Eve" not in body
        assert not Image.open(io.BytesIO(body)).getexif()


def test_notes_that_are_damaged_in_any_way_are_read_past_or_refused() -> None:
    whole, chance = noted(6), random.Random(7)
    end = whole.index(b"Camera of Eve") + 60
    answers = set()
    for _ in range(600):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(12, end)] = chance.randrange(256)
        try:
            answers.add(pictures.drawn(bytes(body)).width > 0)
        except (PictureRefused, PictureTooLarge):
            answers.add(False)
    assert True in answers


@pytest.mark.parametrize(
    ("mode", "colour"),
    [
        ("RGBA", (0, 0, 0, 0)),
        ("LA", (0, 0)),
        ("1", 1),
        ("L", 255),
        ("I;16", 65_535),
        ("P", 215),
    ],
)
def test_every_way_of_storing_colours_is_drawn_on_white(
    mode: str, colour: int | tuple[int, ...]
) -> None:
    image = Image.new(mode, (20, 20), colour)
    if mode == "P":
        image = Image.new("RGB", (20, 20), "white").convert("P")
    file = io.BytesIO()
    image.save(file, "PNG")
    assert min(opened(file.getvalue()).convert("L").tobytes()) > 250


def test_a_picture_of_more_pixels_than_memory_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    Image.new("1", (PICTURES.pixels // 1000 + 1, 1000)).save(file, "PNG")
    with pytest.raises(PictureTooLarge):
        pictures.drawn(file.getvalue())


def test_a_picture_that_takes_the_place_of_another_counts_too(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    token = steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(service=4)), now=NOON)
        _, row = reviews.written_with(work, token)
        for number in range(PICTURES.ever - 1):
            gone = Picture(
                public_id=f"pic-{number}",
                review_id=row.id,
                state=PictureState.REMOVED,
                alternative="",
                width=1,
                height=1,
                is_avatar=True,
                added_at=NOON,
                removed_at=NOON,
            )
            work.session.add(gone)
    pictures.add(installation, token, a_picture(), "", is_avatar=True, now=NOON)
    with pytest.raises(PicturesTooMany):
        pictures.add(installation, token, a_picture(), "", is_avatar=True, now=NOON)
