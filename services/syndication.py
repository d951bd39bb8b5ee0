"""Reviews as feeds for readers: a page of a list with its tombstones, as Atom or JSON Feed (A1)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from domain import policies
from rich_snippets import syndication
from rich_snippets.syndication import EntryView, FeedView, TombstoneView
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import review_lists, snippets
from services.figures import product_window, subject_of, window_of
from store import removed_reviews
from store.products import Product
from store.shops import Shop
from store.tallies import Subject
from widgets import texts
from widgets.texts import Texts
from widgets.views import ReviewPage, ReviewView


def addresses(shop_key: str, sku: str | None = None) -> Mapping[Media, str]:
    """The feeds of a shop, or of one of its products: paths by format, for ``rel=alternate``."""
    kind = Kind.FEED if sku is None else Kind.PRODUCT_FEED
    return {
        media: Question(kind, shop_key, media, sku=sku).url
        for media in (Media.ATOM, Media.JSONFEED)
    }


def body(
    session: Session, shop: Shop, question: Question, *, product: Product | None, base_url: str
) -> bytes:
    """The page of the feed that is asked for, in its format; raises CursorUnknown.

    ``base_url`` is the public address of this installation.
    """
    window = product_window(shop) if product else window_of(shop)
    subject = subject_of(shop, product)
    page = review_lists.page(session, subject, question.query, window=window)
    stones = () if question.query.after else _tombstones(session, shop, subject, base_url)
    view = _feed(shop, product, question, page, base_url)
    view = replace(view, tombstones=stones, updated_at=_updated(shop, view.entries, stones))
    write = syndication.atom if question.media is Media.ATOM else syndication.json_feed
    return write(view)


def _feed(
    shop: Shop, product: Product | None, question: Question, page: ReviewPage, base_url: str
) -> FeedView:
    words = texts.of(shop.language)
    home = snippets.profile_url(base_url, shop.shop_key)
    of = f"{product.name} – {shop.name}" if product else shop.name
    first = replace(question, query=replace(question.query, after=None))
    following = replace(question, query=replace(question.query, after=page.after))
    return FeedView(
        title=f"{words.say('profile.reviews')}: {of}",
        publisher=shop.name,
        language=shop.language,
        page_url=(product.url if product else None) or home,
        atom_url=base_url + replace(first, media=Media.ATOM).url,
        json_url=base_url + replace(first, media=Media.JSONFEED).url,
        updated_at=shop.content_changed_at,
        entries=tuple(_entry(each, home, words) for each in page.reviews),
        own_url=base_url + question.url,
        next_url=base_url + following.url if page.after else None,
    )


def _entry(review: ReviewView, home: str, words: Texts) -> EntryView:
    reply = review.reply
    return EntryView(
        url=_permalink(home, review.id),
        author_name=review.author_name or words.say("review.anonymous"),
        stars=review.stars,
        published_at=review.published_at,
        updated_at=max(_moments(review)),
        title=review.title,
        comment=review.comment,
        language=review.language,
        reply=reply.text if reply else "",
    )


def _moments(review: ReviewView) -> Iterator[datetime]:
    """When anything of what an entry says was said."""
    yield review.published_at
    if review.edited_at:
        yield review.edited_at
    if review.reply:
        yield review.reply.edited_at or review.reply.created_at


def _tombstones(
    session: Session, shop: Shop, subject: Subject, base_url: str
) -> tuple[TombstoneView, ...]:
    """Reviews that readers may still hold, as gone (RFC 6721)."""
    limits = policies.FEEDS
    since = shop.generation_at - timedelta(days=limits.tombstone_days)
    home = snippets.profile_url(base_url, shop.shop_key)
    found = removed_reviews.since(session, subject, since, most=limits.tombstones)
    return tuple(TombstoneView(_permalink(home, public_id), at) for public_id, at in found)


def _permalink(home: str, review_id: str) -> str:
    """Where a review stands alone; the same for ever, for it is also its id (A1)."""
    return f"{home}?review={review_id}#{review_id}"


def _updated(
    shop: Shop, entries: tuple[EntryView, ...], stones: tuple[TombstoneView, ...]
) -> datetime:
    moments = [*(each.updated_at for each in entries), *(each.removed_at for each in stones)]
    return max(moments, default=shop.registered_at)
