"""Our own neutral mark as PNG images, for addresses where older pages expect a picture.

They say nothing about any shop: no stars, no grade, no certificate. Drawn four times as large
and reduced, for smooth edges.
"""

import math
from io import BytesIO
from typing import Final

from PIL import Image
from PIL.Image import Resampling
from PIL.ImageDraw import ImageDraw

from widgets.colours import ACCENT

_SCALE: Final = 4
_PAPER: Final = "#ffffff"
_POINTS: Final = 5


def draw(size: int) -> bytes:
    """A square of ``size`` px with round corners, and one star in it."""
    edge = size * _SCALE
    image = Image.new("RGBA", (edge, edge))
    pen = ImageDraw(image)
    pen.rounded_rectangle((0, 0, edge - 1, edge - 1), radius=edge * 0.22, fill=ACCENT)
    pen.polygon(_star(edge / 2, edge * 0.53, edge * 0.34), fill=_PAPER)
    file = BytesIO()
    image.resize((size, size), Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """The corners of a star around a point, the first one above it."""
    corners = []
    for number in range(2 * _POINTS):
        length = radius * 0.45 if number % 2 else radius
        angle = math.pi * number / _POINTS
        corners.append((x + length * math.sin(angle), y - length * math.cos(angle)))
    return corners
