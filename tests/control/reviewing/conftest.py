"""The form as buyers use it: a seeded installation, and buyers with an order and its link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from httpx2 import Response
from lxml.html import HtmlElement
from sqlmodel import col, select

from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from services import invitations, orders
from services.installation import Installation
from store.orders import Order
from store.reviews import Review
from tests.control.centre.conftest import Centre, read, seeded_sqlite, served

__all__ = ["seeded_sqlite"]

_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody with a link, in a browser without scripts."""

    centre: Centre
    token: str
    reference: str

    @property
    def installation(self) -> Installation:
        return self.centre.installation

    def get(self, page: str = "", *, token: str = "", **query: str) -> Response:
        """One page of the form; redirects are not followed."""
        client = self.centre.client()
        path = self.path(page, token=token)
        return client.get(path, params=query, follow_redirects=False)

    def page(
        self, page: str = "", *, status: int = 200, token: str = "", **query: str
    ) -> HtmlElement:
        return read(self.get(page, token=token, **query), status=status)

    def post(
        self,
        page: str = "",
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        token: str = "",
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Response:
        """Send a form of a page."""
        client = self.centre.client()
        path = self.path(page, token=token)
        data = {"step": "", **(values or {})}
        return client.post(path, data=data, files=files, follow_redirects=False)

    def path(self, page: str = "", *, token: str = "") -> str:
        return f"/r/{token or self.token}" + (f"/{page}" if page else "")

    def review(self) -> Review | None:
        """What was written about the shop of this order."""
        return next((row for row in self._reviews() if not row.subject_id), None)

    def product_reviews(self) -> list[Review]:
        """What was written about the products of this order."""
        return [row for row in self._reviews() if row.subject_id]

    def _reviews(self) -> Sequence[Review]:
        query = (
            select(Review)
            .join(Order, col(Order.id) == col(Review.order_id))
            .where(Order.reference == self.reference)
            .order_by(col(Review.id))
        )
        with self.installation.database.read() as session:
            return session.exec(query).all()


def problem(page: HtmlElement) -> str:
    """What a page says was wrong."""
    return " ".join(page.xpath("//*[@role='alert']")[0].text_content().split())


NewBuyer = Callable[..., Buyer]


@pytest.fixture(scope="module")
def centre(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The seeded installation, served; what a test writes, the next one of its file finds."""
    with served(seeded_sqlite, tmp_path_factory.mktemp("reviewing")) as running:
        yield running


@pytest.fixture
def buyer(centre: Centre) -> NewBuyer:
    """A new buyer of a seeded shop; ``days`` ago something was bought, ``skus`` among it."""

    def new(*, days: int = 9, skus: Sequence[str] = ()) -> Buyer:
        at = datetime.now(UTC) - timedelta(days=days)
        reference = f"F-{next(_NUMBERS)}"
        lines = tuple(OrderLine(sku, f"Product {sku}") for sku in skus)
        basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "1", at)
        new = NewOrder(reference, "erin@buyer.example", at, 1900, "EUR", lines, basis, source="api")
        key = centre.annas
        with centre.installation.database.write() as work:
            orders.record(work, key, new, now=at)
            token = invitations.issue(work, key, reference, now=at).token
        return Buyer(centre, token, reference)

    return new
