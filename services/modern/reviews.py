"""Reviews of an account for its own programs: lists, one, how many, and grades by period.

Buyers' names, addresses and orders are told for twelve months after the review, as in the
control centre; that they were told is logged once for each call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from domain import policies
from domain.access_tokens import Caller
from domain.errors import ReviewNotFound
from domain.invitations import ReviewKind
from domain.orders import normalise_email
from domain.windows import day_of, midnight, months_before
from schemas.modern.queries import (
    ListPlace,
    Order,
    ReviewFilters,
    ReviewListQuery,
)
from schemas.modern.reviews import (
    Cursor,
    Links,
    MinimalReview,
    MinimalReviewList,
    Paging,
    Review,
    ReviewCount,
    ReviewList,
)
from services import audit
from services.installation import Installation
from services.modern import channels, review_shapes
from services.modern.review_shapes import Context
from store import account_reviews as rows
from store.account_reviews import AccountReview, Wanted
from store.keys import Keyring

REVIEWS = "/reviews"
MINIMAL = "/reviews-minimal"


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[AccountReview]
    paging: Paging
    total: int


def listed(
    installation: Installation, caller: Caller, query: ReviewListQuery, *, now: datetime
) -> ReviewList:
    """A page of reviews, the newest first.

    Raises ShopNotFound for a shop of others, or CursorUnknown for a review of others.
    """
    keys = installation.database.keys
    with installation.database.read() as session:
        page = _page(session, caller, query, keys, path=REVIEWS, now=now)
        context = Context.of(session, caller, page.rows, query.more, keys, now)
        host = installation.settings.base_url
        items = tuple(review_shapes.shape(row, context, host) for row in page.rows)
    _note(installation, caller, items, now)
    return ReviewList(total_elements=page.total, paging=page.paging, items=items)


def listed_minimal(
    session: Session, caller: Caller, query: ReviewListQuery, keys: Keyring, *, now: datetime
) -> MinimalReviewList:
    """The same list without texts and without anybody's data."""
    page = _page(session, caller, query, keys, path=MINIMAL, now=now)
    shops = {shop.id: shop.public_id for shop in channels.every(session, caller)}
    items: tuple[MinimalReview, ...] = tuple(
        review_shapes.minimal(row, shops[row.shop_id]) for row in page.rows
    )
    return MinimalReviewList(total_elements=page.total, paging=page.paging, items=items)


def one(
    installation: Installation,
    caller: Caller,
    review_id: str,
    query: ReviewListQuery,
    *,
    now: datetime,
) -> Review:
    """One review; raises ReviewNotFound, also for others' and for one that was taken back."""
    keys = installation.database.keys
    with installation.database.read() as session:
        row = row_of(session, caller, review_id)
        context = Context.of(session, caller, [row], query.more, keys, now)
        found = review_shapes.shape(row, context, installation.settings.base_url)
    _note(installation, caller, [found], now)
    return found


def row_of(session: Session, caller: Caller, review_id: str) -> AccountReview:
    """The stored review; raises ReviewNotFound."""
    shop_ids = [shop.id for shop in channels.every(session, caller)]
    row = rows.one(session, shop_ids, review_id.lower())
    if row is None:
        raise ReviewNotFound
    return row


def counted(
    session: Session, caller: Caller, filters: ReviewFilters, keys: Keyring, *, now: datetime
) -> ReviewCount:
    """How many reviews the filters leave; raises ShopNotFound for a shop of others."""
    shops = channels.every(session, caller, filters.channels)
    wanted = _wanted(session, [shop.id for shop in shops], filters, keys, now)
    return ReviewCount(
        account_id=channels.account_of(session, caller),
        channel_list=tuple(shop.public_id for shop in shops),
        total_elements=rows.count(session, wanted) if wanted else 0,
    )


def _page(
    session: Session,
    caller: Caller,
    query: ReviewListQuery,
    keys: Keyring,
    *,
    path: str,
    now: datetime,
) -> _Page:
    shops = channels.every(session, caller, query.filters.channels)
    by_update = query.order is not Order.SUBMITTED
    ids = [shop.id for shop in shops]
    wanted = _wanted(session, ids, query.filters, keys, now, by_update=by_update)
    place = query.place
    if wanted is None:
        if place.after or place.before:
            rows.position(session, Wanted(tuple(ids)), place.after or place.before or "")
        return _Page((), paged(path, query_of(query), place, None, None), 0)
    cursor = place.after or place.before
    position = rows.position(session, wanted, cursor) if cursor else None
    backwards = place.before is not None
    found = rows.page(session, wanted, position, backwards=backwards, most=place.count + 1)
    goes_on, shown = len(found) > place.count, found[: place.count]
    if backwards:
        shown = shown[::-1]
    listed_rows = rows.rows(session, shown)
    is_more = (backwards or goes_on, goes_on if backwards else position is not None)
    after = listed_rows[-1].public_id if listed_rows and is_more[0] else None
    before = listed_rows[0].public_id if listed_rows and is_more[1] else None
    total = rows.count(session, wanted)
    return _Page(listed_rows, paged(path, query_of(query), place, after, before), total)


def _wanted(
    session: Session,
    shop_ids: Sequence[int],
    filters: ReviewFilters,
    keys: Keyring,
    now: datetime,
    *,
    by_update: bool = False,
) -> Wanted | None:
    """The filters as the tables know them; None where nothing can be found."""
    order_ids = subject_ids = None
    since = filters.since
    if filters.words:
        address = keys.hash_email(normalise_email(filters.words))
        order_ids = rows.orders_of(session, shop_ids, filters.words, address)
        # Who bought what is nobody's to look up after twelve months.
        oldest = midnight(months_before(day_of(now), policies.INBOX.access_months))
        since = max(since, oldest) if since else oldest
    if filters.sku is not None:
        subject_ids = rows.products_called(session, shop_ids, filters.sku)
    if not shop_ids or order_ids == () or subject_ids == ():
        return None
    is_of_shop = None
    if len(filters.kinds) == 1:
        is_of_shop = ReviewKind.SERVICE_REVIEW in filters.kinds
    return Wanted(
        shop_ids=tuple(shop_ids),
        stars=filters.stars,
        states=frozenset(map(str, filters.states)),
        is_of_shop=is_of_shop,
        is_answered=filters.has_reply,
        since=since,
        until=filters.until,
        subject_ids=subject_ids,
        order_ids=order_ids,
        by_update=by_update,
    )


def paged(
    path: str, query: Mapping[str, str], place: ListPlace, after: str | None, before: str | None
) -> Paging:
    """The way to the neighbouring pages; the addresses keep the filters."""

    def link(name: str, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return f"{path}?{urlencode({**query, 'count': str(place.count), name: cursor})}"

    links = Links(previous=link("before", before), next=link("after", after))
    return Paging(count=place.count, cursor=Cursor(before=before, after=after), links=links)


def query_of(query: ReviewListQuery) -> dict[str, str]:
    """The filters as a query asks for them, without what they are when nobody asks."""
    given, plain = query.filters, ReviewFilters()
    values: dict[str, Any] = {
        "channels": ",".join(given.channels),
        "rating": ",".join(str(each) for each in sorted(given.stars)),
        "status": ",".join(sorted(given.states)) if given.states != plain.states else "",
        "type": ",".join(sorted(given.kinds)) if given.kinds != plain.kinds else "",
        "hasReply": "" if given.has_reply is None else str(given.has_reply).lower(),
        "submittedAfter": given.since.isoformat() if given.since else "",
        "submittedBefore": given.until.isoformat() if given.until else "",
        "query": given.words,
        "sku": given.sku or "",
        "orderBy": query.order if query.order is not Order.SUBMITTED else "",
        "additionalInformation": ",".join(sorted(query.more)),
    }
    return {name: value for name, value in values.items() if value}


def _note(
    installation: Installation, caller: Caller, items: Sequence[Review], now: datetime
) -> None:
    told = sum(1 for item in items if item.customer is not None)
    if not told:
        return
    with installation.database.write() as work:
        actor, after = channels.actor_of(caller), {"buyers": told}
        audit.log(work, actor, "review.buyers_told", caller.client_id, now=now, after=after)
