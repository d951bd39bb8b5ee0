"""Buttons as images for shops' mails and pages: PNG, which every mail program shows, and SVG."""

from html import escape
from io import BytesIO
from math import ceil
from typing import Final

from PIL import Image
from PIL.Image import Resampling
from PIL.ImageDraw import ImageDraw

from domain.texts import writable
from widgets.colours import INK
from widgets.legacy.rating_images import font

HEIGHT: Final = 44
"""Pixels, as high as a finger needs."""

_SIZE: Final = 17
_MARGIN: Final = 22
_RADIUS: Final = 8
_SCALE: Final = 4
_COLOURS: Final = 64
_PAPER: Final = "#ffffff"
_BASELINE: Final = 28


def width(text: str) -> int:
    """Pixels that a button with this text takes."""
    return ceil(_length(text)) + 2 * _MARGIN


def png(text: str) -> bytes:
    """The button in twice its size, for screens with many pixels."""
    size = width(text) * _SCALE, HEIGHT * _SCALE
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw(image)
    box = (0, 0, size[0] - 1, size[1] - 1)
    pen.rounded_rectangle(box, _RADIUS * _SCALE, fill=INK)
    place = (_MARGIN * _SCALE, _BASELINE * _SCALE)
    pen.text(place, writable(text), fill=_PAPER, font=font(_SIZE, bold=True), anchor="ls")
    small = image.resize((size[0] // 2, size[1] // 2), Resampling.LANCZOS)
    # The one way of choosing colours that keeps what is transparent.
    few = small.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    written = BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def svg(text: str) -> bytes:
    """The same button, sharp in any size; the letters are those of the reader's own machine."""
    wide, length = width(text), ceil(_length(text))
    said = escape(writable(text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{HEIGHT}" '
        f'viewBox="0 0 {wide} {HEIGHT}" role="img" aria-label="{said}">'
        f'<rect width="{wide}" height="{HEIGHT}" rx="{_RADIUS}" fill="{INK}"/>'
        f'<text x="{_MARGIN}" y="{_BASELINE}" textLength="{length}" '
        f'lengthAdjust="spacingAndGlyphs" fill="{_PAPER}" font-family="sans-serif" '
        f'font-size="{_SIZE}" font-weight="700">{said}</text></svg>\n'
    ).encode()


def _length(text: str) -> float:
    """Pixels of the words alone; the letters are drawn larger than they are shown."""
    return font(_SIZE, bold=True).getlength(writable(text)) / _SCALE
