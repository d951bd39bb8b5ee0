"""The plain pictures are of the size that older pages expect, and say nothing about a shop."""

from io import BytesIO

import pytest
from PIL import Image

from widgets import mark_images


@pytest.mark.parametrize("size", [60, 64, 120])
def test_a_mark_is_a_transparent_square_of_its_size(size: int) -> None:
    drawn = mark_images.draw(size)
    image = Image.open(BytesIO(drawn))
    assert (image.format, image.size, image.mode) == ("PNG", (size, size), "RGBA")
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert image.getpixel((size // 2, size // 2)) == (255, 255, 255, 255)
    assert len(drawn) < 6_000


def test_the_same_mark_is_drawn_each_time() -> None:
    assert mark_images.draw(60) == mark_images.draw(60)
