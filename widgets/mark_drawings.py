"""The mark as an SVG image of 160 × 48 px, for places without script; it links to nothing itself.

While there is no valid mark the image says that there is no certificate, and draws no mark at all
(EU-5, NEVER-16). Only presentation attributes are used, as in the image of the badge.
"""

from html import escape
from typing import Final

from domain import texts as characters
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from widgets import texts
from widgets.colours import ACCENT, INK, QUIET
from widgets.views import ShopView

WIDTH: Final = 160
HEIGHT: Final = 48

_FONTS: Final = "system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"
_MARGIN: Final = 10
_LEFT: Final = 46
# The advance of a character in em that most system fonts do not exceed.
_ADVANCE: Final = 0.58
_NAME: Final = "Trustwright"


def draw(shop: ShopView, *, language: str) -> bytes:
    """The image for this shop, its words in ``language``."""
    words, mark = texts.of(language), shop.mark
    drawn: list[str] = []
    if mark.is_valid and mark.valid_to is not None:
        said = f"{words.say('certificate.until')} {words.short_day(mark.valid_to)}"
        drawn = [
            f'<rect x="{_MARGIN}" y="10" width="28" height="28" rx="7" fill="{ACCENT}"/>',
            '<path d="M18 25l4.5 4.5 8-9.5" fill="none" stroke="#fff" stroke-width="3.5"/>',
            _text(_NAME, 21, 14, INK, left=_LEFT, weight=700),
            _text(said, 36, 10, QUIET, left=_LEFT),
        ]
    else:
        said = words.say("certificate.none")
        drawn = [_text(said, 29, 13, QUIET, left=_MARGIN)]
    title = f"{words.say('certificate.title', shop=shop.name)}: {said}"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xml:lang="{words.language}" '
            f'font-family="{_FONTS}">',
            f"<title>{escape(characters.writable(title), quote=False)}</title>",
            f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="9" '
            f'fill="#fff" stroke="#cbd5e1"/>',
            *drawn,
            "</svg>",
        )
    ).encode()


def linked(base_url: str, shop_key: str, *, language: str) -> str:
    """HTML for a shop's page: the image, linked to the certificate's page (§34)."""
    image = Question(Kind.MARK_IMAGE, shop_key, Media.SVG, language=language).url
    page = f"/{language}/certificate/{shop_key}"
    alt = texts.of(language).say("certificate.heading")
    return (
        f'<a href="{escape(base_url + page)}"><img src="{escape(base_url + image)}" '
        f'alt="{escape(alt)}" width="{WIDTH}" height="{HEIGHT}"></a>'
    )


def _text(
    text: str, baseline: float, size: float, colour: str, *, left: int, weight: int = 400
) -> str:
    """One line that never leaves the image, whatever the language."""
    room = WIDTH - _MARGIN - left
    size = min(size, room / (_ADVANCE * len(text)))
    return (
        f'<text x="{left}" y="{baseline}" font-size="{size:.3g}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text, quote=False)}</text>'
    )
