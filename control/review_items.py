"""Reviews as pages show them: dates, proof, marks, reply, apart by whether they count (RX2)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from domain import markets
from domain.criteria import CriteriaSystem
from domain.pictures import PICTURES
from domain.reviews import NotCounted
from schemas.profiles import PageKind
from services.profiles import Profile, ShopPage
from widgets.texts import Texts
from widgets.views import PictureView, ReviewView, picture_url

_SMALL = min(PICTURES.edges)


@dataclass(frozen=True, slots=True)
class Stars:
    """Five stars of which ``width`` of 120 units are filled, and what they say in words."""

    width: str
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day in words and as ISO 8601."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The shop's reply."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a review, small, and where it is large; edges in px of the small one."""

    small: str
    large: str
    text: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    """One review; every text is finished, and empty or None where there is nothing to say."""

    id: str
    url: str
    stars: Stars
    marks: tuple[tuple[str, str], ...]
    author: str
    title: str
    comment: str
    language: str
    written_in: str
    published: Day
    experienced: Day | None
    edited: Day | None
    imported: str
    is_verified: bool
    level: str
    why: str
    reply: Answer | None
    product: str
    report: str
    share: str
    facts: tuple[str, ...]
    avatar: str
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Reviews that stand under one heading; ``why`` says why they do not count."""

    id: str
    heading: str
    why: str
    items: tuple[Item, ...]


def blocks(profile: Profile, words: Texts) -> tuple[Block, ...]:
    """The reviews of one page, those in the grade first, in their order (RX2, AGG-8)."""
    reviews = profile.reviews.reviews
    return tuple(
        Block(
            id=reason.lower() if reason else "counted",
            heading=words.say(f"notCounted.{reason}" if reason else "profile.counted"),
            why=words.say(f"notCountedWhy.{reason}") if reason else "",
            items=tuple(
                item(profile, each, words) for each in reviews if each.not_counted is reason
            ),
        )
        for reason in (None, *NotCounted)
        if any(each.not_counted is reason for each in reviews)
    )


def item(profile: Profile, review: ReviewView, words: Texts) -> Item:
    """One review in the words of the page; its own text keeps its language (A11Y-7)."""
    page, zone = profile.page, _zone(profile.page)
    product = profile.products.get(review.id)
    permalink = _permalink(page, review, words)
    is_foreign = review.language and review.language != words.language
    written_in = words.language_name(review.language) if is_foreign else ""
    return Item(
        id=review.id,
        url=permalink,
        stars=stars(review.rating, words),
        marks=_marks(review, words),
        author=review.author_name or words.say("review.anonymous"),
        title=review.title,
        comment=review.comment,
        language=review.language,
        written_in=words.say("review.writtenIn", language=written_in) if written_in else "",
        published=_moment("review.published", review.published_at, zone, words),
        experienced=_day("review.experienced", review.experienced_on, words),
        edited=_moment("review.edited", review.edited_at, zone, words)
        if review.edited_at
        else None,
        imported=words.say("review.imported", source=review.imported_from)
        if review.imported_from
        else "",
        is_verified=review.level.is_verified,
        level=words.say(f"level.{review.level:d}"),
        why=words.say(f"levelWhy.{review.level:d}"),
        reply=_reply(page, review, zone, words),
        product=words.say("review.product", product=product.name) if product else "",
        report=page.question.showing(review.id).of(PageKind.REPORT, words.language).url,
        share=f"mailto:?body={quote(page.base_url + permalink)}",
        facts=_facts(review, words),
        avatar=picture_url(review.author.avatar, _SMALL) if review.author.avatar else "",
        images=tuple(
            _image(picture, number, words) for number, picture in enumerate(review.pictures, 1)
        ),
    )


def _facts(review: ReviewView, words: Texts) -> tuple[str, ...]:
    """What the author chose to show besides a name (systems.md §22)."""
    author = review.author
    since = author.customer_since
    facts = (
        author.town,
        words.say(f"author.age.{author.age_band}") if author.age_band else "",
        words.say("author.since", year=str(since)) if since else "",
    )
    return tuple(fact for fact in facts if fact)


def _image(picture: PictureView, number: int, words: Texts) -> Image:
    scale = min(1, _SMALL / max(picture.width, picture.height))
    return Image(
        small=picture.url(_SMALL),
        large=picture.url(max(PICTURES.edges)),
        text=picture.alternative or words.say("review.picture", number=words.number(number)),
        width=max(1, round(picture.width * scale)),
        height=max(1, round(picture.height * scale)),
    )


def day_of(page: ShopPage, review: ReviewView) -> date:
    """The day of publication in the shop's market."""
    return review.published_at.astimezone(_zone(page)).date()


def _zone(page: ShopPage) -> ZoneInfo:
    return ZoneInfo(markets.MARKETS[page.shop.market].zone)


def _permalink(page: ShopPage, review: ReviewView, words: Texts) -> str:
    """The page of one review on the profile, wherever it is read."""
    own = None if words.language == page.shop.language else words.language
    question = page.question.showing(review.id).of(PageKind.PROFILE, own, page.slug)
    return f"{question.url}#{review.id}"


def stars(rating: Decimal, words: Texts) -> Stars:
    """Stars filled as far as the value goes, which is said beside them (A11Y-1)."""
    return Stars(width=f"{rating * 24:.1f}", text=words.rating(rating))


def _marks(review: ReviewView, words: Texts) -> tuple[tuple[str, str], ...]:
    """The single marks in the order of the grade's criteria, where there are several."""
    if len(review.marks) < 2:
        return ()
    return tuple(
        (words.say(f"criterion.{criterion}"), words.count("stars", review.marks[criterion]))
        for criterion in CriteriaSystem.THREE.criteria
        if criterion in review.marks
    )


def _moment(key: str, at: datetime, zone: ZoneInfo, words: Texts) -> Day:
    """A moment as the day that it is in the shop's market (systems.md §0.2)."""
    text = words.say(key, date=words.day(at.astimezone(zone).date()))
    return Day(text, at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _day(key: str, day: date | None, words: Texts) -> Day | None:
    return Day(words.say(key, date=words.day(day)), day.isoformat()) if day else None


def _reply(page: ShopPage, review: ReviewView, zone: ZoneInfo, words: Texts) -> Answer | None:
    reply = review.reply
    if reply is None:
        return None
    on = words.day(reply.created_at.astimezone(zone).date())
    return Answer(words.say("review.reply", shop=page.shop.name, date=on), reply.text)
