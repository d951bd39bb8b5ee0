"""The badge as an SVG image of 156 × 64 px, for pages without script and for e-mails.

It says in every state what the grade is made of: count and period are always in the picture,
and the whole sentence in its title (DE-1, A11Y-1). Only presentation attributes are used, so
that the image also works inline under a strict content security policy.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from domain import texts as characters
from domain.criteria import BEST
from domain.grades import GradeState
from widgets import texts
from widgets.colours import ACCENT, EMPTY, INK, QUIET
from widgets.texts import Texts
from widgets.views import Figures, ShopView

WIDTH: Final = 156
HEIGHT: Final = 64

_FONTS: Final = "system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"

_MARGIN: Final = 11
_VALUE_WIDTH: Final = 46
_STARS_LEFT: Final = 66
_STAR: Final = 14
_STRIDE: Final = 16
# Advance of a character in em, regular and bold: in most system fonts, and in the widest.
_USUAL: Final = (0.50, 0.56)
_WIDEST: Final = (0.56, 0.67)
_LEAST_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class _Rows:
    """Baselines in px; a badge that names its operator has one row more."""

    value: float
    stars_top: float
    label: float
    words: float
    count: float


_THREE_ROWS: Final = _Rows(value=32.5, stars_top=10, label=36.5, words=30, count=52.5)
_FOUR_ROWS: Final = _Rows(value=26.5, stars_top=5.5, label=30.5, words=23, count=43.5)
_OPERATOR_ROW: Final = 56


def draw(shop: ShopView, figures: Figures, *, language: str) -> bytes:
    """The image, its words in ``language``; without a rating it has no stars (AGG-14)."""
    words = texts.of(language)
    rows = _FOUR_ROWS if shop.operator_is_shop else _THREE_ROWS
    title = words.say("ofShop", shop=shop.name, summary=_sentence(shop, figures, words))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xml:lang="{words.language}" '
        f'font-family="{_FONTS}">',
        f"<title>{_escaped(title)}</title>",
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="9" '
        f'fill="#fff" stroke="#cbd5e1"/>',
        *_headline(figures, words, rows),
        _text(words.counted_briefly(figures.grade), rows.count, 10, QUIET),
    ]
    if shop.operator_is_shop:
        parts.append(_text(words.say("operatedBySeller"), _OPERATOR_ROW, 9, QUIET))
    return "".join([*parts, "</svg>"]).encode()


def stars(rating: Decimal, *, label: str) -> str:
    """Five stars on their own, 78 × 14 px, for pages; what they say is their ``label`` (A11Y-1).

    Only presentation attributes are used: they show under any content security policy.
    """
    width = BEST * _STRIDE - (_STRIDE - _STAR)
    return "".join(
        (
            f'<svg class="trust-star" width="{width}" height="{_STAR}" '
            f'viewBox="{_STARS_LEFT} 0 {width} {_STAR}" role="img" '
            f'aria-label="{escape(characters.writable(label))}">',
            *_stars(rating, 0),
            "</svg>",
        )
    )


def _sentence(shop: ShopView, figures: Figures, words: Texts) -> str:
    summary = words.summary(figures.grade)
    return f"{summary}. {words.say('operatedBySeller')}" if shop.operator_is_shop else summary


def _headline(figures: Figures, words: Texts, rows: _Rows) -> list[str]:
    grade = figures.grade
    if grade.rating is None or grade.label is None:
        key = "tooFew" if grade.state is GradeState.TOO_FEW else "noRating"
        return [_text(words.say(key), rows.words, 15, INK, bold=True)]
    label = words.say(f"label.{grade.label}")
    return [
        f'<text x="{_MARGIN}" y="{rows.value}" font-size="23" font-weight="700" fill="{INK}" '
        f'textLength="{_VALUE_WIDTH}" lengthAdjust="spacingAndGlyphs">'
        f"{words.stars(grade.rating)}</text>",
        *_stars(grade.rating, rows.stars_top),
        _text(label, rows.label, 10.5, ACCENT, left=_STARS_LEFT, bold=True),
    ]


def _stars(rating: Decimal, top: float) -> list[str]:
    """Five stars, of which exactly the rating's share is filled."""
    whole = int(rating)
    filled = whole * _STRIDE + float(rating - whole) * _STAR
    return [
        f'<path d="{_SHAPES}" transform="translate({_STARS_LEFT} {top})" fill="{EMPTY}"/>',
        f'<svg x="{_STARS_LEFT}" y="{top}" width="{filled:.2f}" height="{_STAR}" '
        f'overflow="hidden"><path d="{_SHAPES}" fill="{ACCENT}"/></svg>',
    ]


def _star(left: float) -> str:
    centre, outer, inner = _STAR / 2, _STAR / 2, _STAR / 5
    points = []
    for corner in range(10):
        radius = inner if corner % 2 else outer
        angle = math.pi * corner / 5
        x = left + centre + radius * math.sin(angle)
        y = centre - radius * math.cos(angle)
        points.append(f"{x:.2f} {y:.2f}")
    return f"M{'L'.join(points)}Z"


_SHAPES: Final = "".join(_star(index * _STRIDE) for index in range(BEST))


def _text(
    text: str, baseline: float, size: float, colour: str, *, left: int = _MARGIN, bold: bool = False
) -> str:
    """One line that never leaves the image, whatever the language and the reader's fonts."""
    room = WIDTH - _MARGIN - left
    size = min(size, max(room / (_USUAL[bold] * len(text)), _LEAST_SIZE))
    may_overflow = size * _WIDEST[bold] * len(text) > room
    length = min(size * _USUAL[bold] * len(text), room)
    fit = f' textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"' if may_overflow else ""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{left}" y="{baseline}" font-size="{size:.3g}"{weight} fill="{colour}"{fit}>'
        f"{_escaped(text)}</text>"
    )


def _escaped(text: str) -> str:
    return escape(characters.writable(text), quote=False)
