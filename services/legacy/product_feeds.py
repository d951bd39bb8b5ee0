"""The product feed of a shop as files on disk: written product by product, never held (C7, 4.6)."""

import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Generator, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import IO, Final
from weakref import finalize

from sqlmodel import Session

from domain import grades, policies
from domain.errors import ShopNotFound, Unavailable
from domain.windows import midnight
from schemas.legacy import product_feeds as documents
from schemas.legacy.envelopes import Plain
from schemas.snapshots import GZIP_LEVEL, Media
from services.figures import product_window, shop_view
from services.installation import Installation
from store import product_feeds, shops
from store.shops import Shop
from widgets.legacy import products
from widgets.legacy.shops import shape
from widgets.views import ProductView, ShopView

_BUFFER_BYTES: Final = 256 * 1024
# zlib's way of saying: with the header and trailer of a gzip file.
_GZIP_WINDOW: Final = 31


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes in a file that has no name, so that it is gone when it is closed or we are."""

    file: IO[bytes]
    size: int

    def read(self, offset: int, most: int) -> bytes:
        """Up to ``most`` bytes from ``offset`` on; several readers do not disturb each other."""
        return os.pread(self.file.fileno(), most, offset)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ProductFeed:
    """A finished feed, at one generation of its shop; ``modified`` in Unix seconds.

    ``digest`` is 22 characters over the bytes of ``identity``. The disk is given back as soon
    as nobody holds the feed any more, so that a reader is never cut off by a newer one.
    """

    generation: int
    modified: int
    digest: str
    identity: Content
    gzip: Content

    def __post_init__(self) -> None:
        finalize(self, _close, self.identity.file, self.gzip.file)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.identity.size + self.gzip.size


def _close(*files: IO[bytes]) -> None:
    for file in files:
        file.close()


def generation(installation: Installation, shop_key: str) -> int:
    """The shop's present generation; raises ShopNotFound or Unavailable."""
    with installation.database.read() as session:
        return _shop(session, shop_key).generation


def write(installation: Installation, shop_key: str, media: Media) -> ProductFeed:
    """Write the feed from one consistent state of the database, as JSON, XML or CSV.

    It lists the products with a review that counts, each with at most the 500 newest. Raises
    ShopNotFound, or Unavailable where the database does not answer or the disk is full.
    """
    with installation.database.read() as session:
        shop = _shop(session, shop_key)
        view = shop_view(shop, min_reviews=installation.settings.grade_min_reviews)
        with closing(_products(session, shop, view, has_reviews=media is not Media.CSV)) as found:
            return _stored(shop, documents.pieces(media, {**shape(view)}, found))


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop


def _products(
    session: Session, shop: Shop, view: ShopView, *, has_reviews: bool
) -> Generator[Plain, None, None]:
    window = product_window(shop)
    most = policies.LEGACY.page_maximum if has_reviews else 0
    start = midnight(window.start)
    for found in product_feeds.rated(session, shop.id, since=start, most_reviews=most):
        grade = grades.summarise(
            found.year, window, all_time_count=found.all_time, min_reviews=view.min_reviews
        )
        product = ProductView(id=found.public_id, **found.shown)
        yield products.feed_item(view, product, grade, found.reviews)


def _stored(shop: Shop, pieces: Iterable[bytes]) -> ProductFeed:
    try:
        return _written(shop, pieces)
    except OSError as error:
        raise Unavailable("There is no room for the feed just now.") from error


def _written(shop: Shop, pieces: Iterable[bytes]) -> ProductFeed:
    with ExitStack() as files:
        identity, gzip = (files.enter_context(TemporaryFile(buffering=_BUFFER_BYTES)) for _ in "ab")
        digest = blake2b(digest_size=16)
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        for piece in pieces:
            digest.update(piece)
            identity.write(piece)
            gzip.write(packer.compress(piece))
        gzip.write(packer.flush())
        feed = ProductFeed(
            generation=shop.generation,
            modified=shop.modified_s,
            digest=urlsafe_b64encode(digest.digest()).decode().rstrip("="),
            identity=_content(identity),
            gzip=_content(gzip),
        )
        files.pop_all()
        return feed


def _content(file: IO[bytes]) -> Content:
    file.flush()
    return Content(file, file.tell())
