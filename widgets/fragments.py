"""Widgets as pieces of HTML, for shops that include them on their server or run no script.

Each says whose grade it is, of how many reviews and what time, and leads to how they are
checked (DE-1, FR-1). Stars are drawings with presentation attributes, so a piece is complete
without any style; ``widgets.css``, linked or copied by the shop, makes it look like the element
of the same name. Nothing inline is run or styled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from domain import texts as characters
from domain.grades import Grade
from domain.windows import day_of
from widgets import badge_images
from widgets.texts import Texts
from widgets.views import ProductView, ReplyView, ReviewView, ShopView

STYLE: Final = files("widgets").joinpath("pieces", "widgets.css").read_bytes()
STYLE_NAME: Final = "widgets.css"
STYLE_VERSION: Final = blake2b(STYLE, digest_size=5).hexdigest()
_TEMPLATES: Final = Environment(
    loader=PackageLoader("widgets", "pieces"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: characters.writable(value) if type(value) is str else value,
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where a piece leads: the shop's profile, and how reviews are checked."""

    profile: str
    how: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every piece of a shop has: the shop, the words of its language, and its links."""

    shop: ShopView
    words: Texts
    links: Links


@dataclass(frozen=True, slots=True)
class _Graded:
    """A grade as a piece shows it; without a rating there are no stars (AGG-14)."""

    stars: Markup | None
    text: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One review with finished words; empty where there is nothing to say."""

    stars: Markup
    author: str
    title: str
    comment: str
    language: str
    date: str
    iso: str
    proof: str
    outside: str
    reply: str
    reply_heading: str


def badge(frame: Frame, grade: Grade) -> bytes:
    """The badge: stars, grade, count and period, with a link to the profile."""
    return _rendered("badge.html", frame, grade=_graded(grade, frame.words))


def sticker(frame: Frame, grade: Grade, chosen: Sequence[ReviewView], *, limit: int) -> bytes:
    """The grade of all reviews, and a selection that says what it is (systems.md §18)."""
    return _rendered(
        "reviews.html",
        frame,
        grade=_graded(grade, frame.words),
        heading=frame.words.say("title", shop=frame.shop.name),
        selection=frame.words.selection(grade, limit),
        items=[_item(frame, each) for each in chosen],
    )


def reviews(
    frame: Frame,
    grade: Grade,
    listed: Sequence[ReviewView],
    product: ProductView | None = None,
) -> bytes:
    """The newest reviews of the shop or, with ``product``, of that product."""
    subject = frame.shop.name if product is None else product.name
    return _rendered(
        "reviews.html",
        frame,
        grade=_graded(grade, frame.words),
        heading=frame.words.say("title", shop=subject),
        selection=None,
        items=[_item(frame, each) for each in listed],
    )


def stars(frame: Frame, products: Sequence[tuple[ProductView, Grade]]) -> bytes:
    """Products by name with their grades, in the order in which they were asked for."""
    lines = [(product.name, _graded(grade, frame.words)) for product, grade in products]
    return _rendered("stars.html", frame, lines=lines)


def _graded(grade: Grade, words: Texts) -> _Graded:
    text = words.summary(grade)
    if grade.rating is None:
        return _Graded(None, f"{text} ({words.counted(grade)})" if not grade.count else text)
    return _Graded(_drawn(badge_images.stars(grade.rating, label=text)), text)


def _item(frame: Frame, review: ReviewView) -> _Item:
    words, reply = frame.words, review.reply
    reason = review.not_counted
    return _Item(
        stars=_drawn(badge_images.stars(review.rating, label=words.rating(review.rating))),
        author=review.author_name or words.say("review.anonymous"),
        title=review.title,
        comment=review.comment,
        language=review.language,
        date=words.day(day_of(review.published_at)),
        iso=day_of(review.published_at).isoformat(),
        proof=words.say(f"level.{review.level:d}"),
        outside=words.say(f"notCounted.{reason}") if reason else "",
        reply=reply.text if reply else "",
        reply_heading=_reply_heading(frame, reply) if reply else "",
    )


def _reply_heading(frame: Frame, reply: ReplyView) -> str:
    date = frame.words.day(day_of(reply.created_at))
    return frame.words.say("review.reply", shop=frame.shop.name, date=date)


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 — numbers of ours, and a label that is escaped there


def _rendered(template: str, frame: Frame, **values: object) -> bytes:
    html = _TEMPLATES.get_template(template).render(
        language=frame.words.language,
        operator=frame.words.say("operatedBySeller") if frame.shop.operator_is_shop else None,
        profile=frame.links.profile,
        how=frame.links.how,
        say=frame.words.messages,
        **values,
    )
    return html.encode()
