"""Use cases of review feeds: open an address, list them, hand out what was written (FP12).

The address of a feed is a secret; a password may be asked for besides. The files are written by
``services.feed_runs`` and stay until the next ones are complete.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
from sqlmodel import Session

from domain.actors import Actor
from domain.errors import FeedTooLarge, PageNotFound, ShopNotFound
from services import audit, feed_files
from services.feed_files import Export
from services.installation import Installation
from store import review_feeds as rows
from store import shops
from store.database import Work
from store.keys import Keyring
from store.review_feeds import ReviewFeed
from store.shops import Shop

PREFIX: Final = "/v1/exports/"
_FETCHES_APART: Final = timedelta(minutes=1)
_SECRET_BYTES: Final = 24  # 32 characters that an address may hold.
_TOKEN_CHARACTERS: Final = 32


class FeedKind(StrEnum):
    """The feeds of a shop."""

    PRODUCT_RATINGS = "product-ratings"
    MERCHANT_REVIEWS = "merchant-reviews"
    REVIEW_ENRICHMENT = "review-enrichment"

    @property
    def file(self) -> str:
        """The name under which its newest file is fetched."""
        return _FILES[self]


_FILES: Final = {
    FeedKind.PRODUCT_RATINGS: feed_files.PRODUCT_RATINGS,
    FeedKind.MERCHANT_REVIEWS: feed_files.LATEST_MERCHANT,
    FeedKind.REVIEW_ENRICHMENT: feed_files.ENRICHMENT,
}


class Blocked(StrEnum):
    """Why a feed is not written although it was opened."""

    SELF_COLLECTED = "SELF_COLLECTED"
    PUBLIC_URL_MISSING = "PUBLIC_URL_MISSING"
    FEED_TOO_LARGE = FeedTooLarge.code


class Failure(StrEnum):
    """Why the last attempt wrote no file; the one before is served on."""

    FEED_TOO_LARGE = FeedTooLarge.code
    NO_ROOM = "NO_ROOM"
    UNFORESEEN = "UNFORESEEN"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a feed is fetched; ``password`` is shown once, and only where one was asked for.

    The login that goes with it is the shop's key.
    """

    path: str
    password: str | None


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """A feed as lists show it: with its secret path, for the operator's eyes.

    ``failure`` is why nothing was written at the last attempt, None where something was.
    """

    shop_key: str
    kind: FeedKind
    path: str
    has_password: bool
    created_at: datetime
    written_at: datetime | None
    fetched_at: datetime | None
    failure: str | None
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Whose feed a token opens, what its password has to hash to, and when it was fetched last."""

    shop_key: str
    kind: FeedKind
    password_hash: str | None
    fetched_at: datetime | None = None

    def allows(self, login: str, password: str) -> bool:
        """Whether these are the credentials; always, where the feed has no password."""
        if self.password_hash is None:
            return True
        is_login = hmac.compare_digest(login.encode(), self.shop_key.encode())
        return hmac.compare_digest(_hash(password), self.password_hash) and is_login


def open_address(
    work: Work,
    shop_key: str,
    kind: FeedKind,
    *,
    has_password: bool = False,
    actor: Actor,
    now: datetime,
) -> Address:
    """Give a feed a new address, and with it a new password or none; the old address ends.

    Raises ShopNotFound.
    """
    shop = shops.by_key(work.session, shop_key, lock=True)
    if shop is None:
        raise ShopNotFound
    token = secrets.token_urlsafe(_SECRET_BYTES)
    password = secrets.token_urlsafe(_SECRET_BYTES) if has_password else None
    row = rows.by_kind(work.session, shop.id, kind, lock=True)
    if row is None:
        row = ReviewFeed(
            shop_id=shop.id, kind=kind, token_hash="", token_cipher=b"", created_at=now
        )
    row.token_hash, row.token_cipher = _hash(token), work.keys.encrypt(token)
    row.password_hash = _hash(password) if password else None
    work.session.add(row)
    audit.log(work, actor, "feed.opened", shop.public_id, now=now, after={"kind": kind})
    return Address(_path(token, kind), password)


def listed(session: Session, keys: Keyring) -> Sequence[FeedRecord]:
    """Every feed, in the order in which they were opened."""
    return [_record(row, shop, keys) for row, shop in rows.all_feeds(session)]


def of_shop(session: Session, shop_key: str, keys: Keyring) -> Sequence[FeedRecord]:
    """The feeds that a shop has opened; raises ShopNotFound."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return [_record(row, shop, keys) for row in rows.of_shop(session, shop.id)]


def find(session: Session, token: str) -> Found:
    """The feed of this token; raises PageNotFound, after the same work for every other token."""
    # What is looked up is a hash: how long that takes tells nothing about any token.
    found = rows.by_token(session, _hash(token[: 2 * _TOKEN_CHARACTERS]))
    if found is None:
        raise PageNotFound
    row, shop = found
    return Found(shop.shop_key, FeedKind(row.kind), row.password_hash, row.fetched_at)


def open_export(home: Path, found: Found, name: str) -> Export:
    """A finished file of the feed, to be closed by the caller; raises PageNotFound."""
    is_merchant = found.kind is FeedKind.MERCHANT_REVIEWS
    belongs = feed_files.is_merchant(name) if is_merchant else name == found.kind.file
    export = (
        feed_files.open_file(feed_files.folder(home, found.shop_key), name) if belongs else None
    )
    if export is None:
        raise PageNotFound
    return export


def note_fetch(installation: Installation, found: Found, *, now: datetime) -> None:
    """Remember that the feed was fetched; once a minute is enough, however often it is asked for.

    Raises Unavailable.
    """
    if found.fetched_at is not None and now - found.fetched_at < _FETCHES_APART:
        return
    with installation.database.write() as work:
        shop = shops.by_key(work.session, found.shop_key)
        row = rows.by_kind(work.session, shop.id, found.kind, lock=True) if shop else None
        if row is not None:
            row.fetched_at = now
            work.session.add(row)


def report_of(row: ReviewFeed) -> dict[str, Any]:
    """What the newest file holds; empty while there is none."""
    return dict(orjson.loads(row.report)) if row.report else {}


def why_blocked(installation: Installation, shop: Shop, kind: FeedKind) -> Blocked | None:
    """Why a feed may not be written: what a shop collects about itself is nobody's proof (§0.2)."""
    if kind is not FeedKind.MERCHANT_REVIEWS:
        return None
    if shop.operator_is_shop:
        return Blocked.SELF_COLLECTED
    return None if installation.settings.public_url else Blocked.PUBLIC_URL_MISSING


def _record(row: ReviewFeed, shop: Shop, keys: Keyring) -> FeedRecord:
    kind = FeedKind(row.kind)
    return FeedRecord(
        shop_key=shop.shop_key,
        kind=kind,
        path=_path(keys.decrypt(row.token_cipher), kind),
        has_password=row.password_hash is not None,
        created_at=row.created_at,
        written_at=row.written_at,
        fetched_at=row.fetched_at,
        failure=row.failure,
        report=report_of(row),
    )


def _path(token: str, kind: FeedKind) -> str:
    return f"{PREFIX}{token}/{kind.file}"


def _hash(secret: str) -> str:
    """Enough for secrets of 192 random bits: there is nothing to try out."""
    return sha256(secret.encode()).hexdigest()
