"""Pictures are known by what is in them, and their size before they are unpacked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pictures import (
    PICTURES,
    PictureRefused,
    PictureTooLarge,
    PictureType,
    check_pixels,
    type_of,
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8\xff\xe0", PictureType.JPEG),
        (b"\x89PNG\r\n\x1a\n....", PictureType.PNG),
        (b"RIFF0000WEBPVP8 ", PictureType.WEBP),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(body: bytes, kind: PictureType) -> None:
    assert type_of(body) is kind


@given(st.binary(max_size=64))
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(PictureRefused):
        type_of(b"." + body)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        type_of(b"\xff\xd8\xff" + b"." * PICTURES.bytes)


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        (PictureType.PNG, PICTURES.pixels),
        (PictureType.WEBP, PICTURES.pixels),
        (PictureType.JPEG, PICTURES.jpeg_pixels),
    ],
)
def test_what_would_take_too_much_memory_is_refused(kind: PictureType, most: int) -> None:
    check_pixels(kind, most, 1)
    with pytest.raises(PictureTooLarge):
        check_pixels(kind, most + 1, 1)
