"""The rating as a GIF image of 160 × 100 px, for pages that show nothing newer (7.2).

It says in every state what the grade is made of: count and period are always in the picture,
and the whole sentence in its comment. Drawn four times as large and reduced, for smooth edges.
The only module that needs Pillow; its letters lie in ``widgets/fonts``.
"""

import math
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import Image, ImageFont
from PIL.Image import Resampling
from PIL.ImageDraw import ImageDraw
from PIL.ImageFont import FreeTypeFont

from domain import policies
from domain import texts as characters
from domain.criteria import BEST
from domain.grades import Grade, GradeState
from widgets import texts
from widgets.colours import ACCENT, EMPTY, INK, QUIET
from widgets.texts import Texts
from widgets.views import ShopView

WIDTH: Final = 160
HEIGHT: Final = 100

_SCALE: Final = 4
_COLOURS: Final = 64
_PAPER: Final = "#ffffff"
_EDGE: Final = "#cbd5e1"

_MARGIN: Final = 12
_STARS_LEFT: Final = 71
_STAR: Final = 14
_STRIDE: Final = 16
_LEAST_SIZE: Final = 7.0
_REGULAR: Final = "DejaVuSansCondensed.ttf"
_BOLD: Final = "DejaVuSansCondensed-Bold.ttf"


def draw(shop: ShopView, grade: Grade, *, language: str) -> bytes:
    """The image, its words in ``language``; without a rating it has no stars (AGG-14)."""
    words = texts.of(language)
    canvas = _Canvas()
    canvas.frame()
    # A shop that runs its own installation says so, which takes one row more (US-4).
    lift = 9 if shop.operator_is_shop else 0
    _headline(canvas, grade, words, lift)
    reviews = words.count("reviews", grade.count)
    window = words.count("lastMonths", policies.GRADES.window_months)
    canvas.text(reviews, top=56 - lift, size=13, colour=INK)
    canvas.text(window, top=73 - lift, size=11.5, colour=QUIET)
    if shop.operator_is_shop:
        canvas.text(words.say("operatedBySeller"), top=80, size=9.5, colour=QUIET)
    return canvas.gif(comment=words.say("ofShop", shop=shop.name, summary=words.summary(grade)))


def _headline(canvas: "_Canvas", grade: Grade, words: Texts, lift: int) -> None:
    if grade.rating is None or grade.label is None:
        key = "tooFew" if grade.state is GradeState.TOO_FEW else "noRating"
        canvas.text(words.say(key), top=25 - lift, size=16, colour=INK, bold=True)
        return
    canvas.text(words.stars(grade.rating), top=20 - lift, size=24, colour=INK, bold=True)
    canvas.stars(grade.rating, top=17 - lift)
    label = words.say(f"label.{grade.label}")
    canvas.text(label, left=_STARS_LEFT, top=34 - lift, size=11.5, colour=ACCENT, bold=True)


class _Canvas:
    """A sheet of 160 × 100 px; all lengths are in px of the finished image."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), _PAPER)
        self._pen = ImageDraw(self._image)

    def frame(self) -> None:
        """The edge of the image, with round corners."""
        box = (0, 0, WIDTH * _SCALE - 1, HEIGHT * _SCALE - 1)
        self._pen.rounded_rectangle(box, 9 * _SCALE, outline=_EDGE, width=_SCALE)

    def text(
        self,
        text: str,
        *,
        top: float,
        size: float,
        colour: str,
        left: int = _MARGIN,
        bold: bool = False,
    ) -> None:
        """One line that never leaves the image: a long one is written smaller."""
        plain = characters.writable(text)
        room = (WIDTH - _MARGIN - left) * _SCALE
        length = font(size, bold=bold).getlength(plain)
        fitting = max(size * min(room / length, 1), _LEAST_SIZE)
        # All sizes of a row stand on the same line.
        baseline = (top + size * 0.76) * _SCALE
        place = (left * _SCALE, baseline)
        self._pen.text(place, plain, fill=colour, font=font(fitting, bold=bold), anchor="ls")

    def stars(self, rating: Decimal, *, top: float) -> None:
        """Five stars, of which exactly the rating's share is filled."""
        self._row_of_stars(self._pen, top, EMPTY)
        filled = Image.new("RGB", self._image.size, ACCENT)
        mask = Image.new("L", self._image.size, 0)
        self._row_of_stars(ImageDraw(mask), top, 255)
        whole = int(rating)
        width = _STARS_LEFT + whole * _STRIDE + float(rating - whole) * _STAR
        mask.paste(0, (round(width * _SCALE), 0, *mask.size))
        self._image.paste(filled, mask=mask)

    @staticmethod
    def _row_of_stars(pen: ImageDraw, top: float, colour: str | int) -> None:
        for index in range(BEST):
            pen.polygon(_star(_STARS_LEFT + index * _STRIDE, top), fill=colour)

    def gif(self, *, comment: str) -> bytes:
        """The finished image with a palette of its own."""
        small = self._image.resize((WIDTH, HEIGHT), Resampling.LANCZOS)
        palette = small.quantize(_COLOURS, dither=Image.Dither.NONE)
        written = BytesIO()
        palette.save(written, "GIF", optimize=True, comment=characters.writable(comment).encode())
        return written.getvalue()


def _star(left: float, top: float) -> list[tuple[float, float]]:
    """The ten corners of a star that is 14 px wide."""
    centre, inner = _STAR / 2, _STAR / 5
    corners = []
    for corner in range(10):
        radius = inner if corner % 2 else centre
        angle = math.pi * corner / 5
        x = left + centre + radius * math.sin(angle)
        y = top + centre - radius * math.cos(angle)
        corners.append((x * _SCALE, y * _SCALE))
    return corners


@cache
def _letters(bold: bool) -> bytes:
    return files("widgets").joinpath("fonts", _BOLD if bold else _REGULAR).read_bytes()


def font(size: float, *, bold: bool) -> FreeTypeFont:
    """Letters of ``size`` px in the finished image."""
    return ImageFont.truetype(BytesIO(_letters(bold)), size * _SCALE)
