"""Installations to measure: opened on a database, and one shop filled by the real use cases."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bench import databases, processes, synthetic, texts
from bench.processes import Process
from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.reviews import Submission
from domain.shops import NewShop
from services import invitations, orders, reviews, settings, shops
from services.installation import Installation
from store.database import Database

SECRET: Final = "the secret key of the benchmark, which protects nothing"  # noqa: S105
CACHE_BYTES: Final = 4 * 2**30


def environment(url: str) -> dict[str, str]:
    """The variables of a serving process on this database, with room for every snapshot."""
    return {
        "TRUSTWRIGHT_HOME": str(databases.DATA),
        "TRUSTWRIGHT_DATABASE_URL": url,
        "TRUSTWRIGHT_SECRET_KEY": SECRET,
        "TRUSTWRIGHT_ROLE": "web",
        "TRUSTWRIGHT_CACHE_BYTES": str(CACHE_BYTES),
        "TRUSTWRIGHT_LEGACY_RATE": str(10**9),
    }


@contextmanager
def served(url: str) -> Iterator[Process]:
    """A serving process on this database, started as an operator starts it."""
    port = processes.free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    with processes.serving(command, port, environment(url)) as process:
        yield process


@contextmanager
def opened(url: str) -> Iterator[Installation]:
    """An open installation on this database; the environment is not read."""
    installation = Installation.open(settings.load(environment(url)))
    try:
        yield installation
    finally:
        installation.close()


def open_shop(database: Database, host: str = "kettle.example") -> str:
    """The key of a new shop with a member of its own, two years old at the synthetic now."""
    at = synthetic.now() - timedelta(days=730)
    new = NewShop("Kettle & Cloth", f"https://{host}", "EUO", "en", "EUR", offers_goods=True)
    with database.write() as work:
        account = shops.open_account(work, "Kettle & Cloth Ltd", now=at)
        return shops.register(work, account, new, actor=OPERATOR, now=at)


def order(database: Database, shop_key: str, number: int, *, at: datetime) -> str:
    """The reference of a new order of one product."""
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "bench", at)
    line = OrderLine(f"SKU-{number % 20}", f"Product {number % 20}", price_minor=1990)
    email = f"buyer{number}@buyer.example"
    new = NewOrder(f"B-{number}", email, at, 1990, "EUR", (line,), basis)
    with database.write() as work:
        orders.record(work, shop_key, new, now=at)
    return new.reference


def invite(database: Database, shop_key: str, reference: str, *, at: datetime) -> str:
    """The token of an invitation to review the shop."""
    with database.write() as work:
        return invitations.issue(work, shop_key, reference, now=at).token


def submission(random: Random) -> Submission:
    """Marks, a text and a name."""
    given = (Criterion.SERVICE, Criterion.DELIVERY, Criterion.GOODS)
    return Submission(
        marks={criterion: random.choice((3, 4, 4, 5, 5, 5)) for criterion in given},
        title=random.choice(texts.TITLES),
        comment=texts.pool(random, 1)[0],
        language="en",
        author_name=random.choice(texts.NAMES),
    )


def fill_shop(database: Database, count: int) -> str:
    """The key of a new shop with ``count`` reviews of the last ``count`` hours."""
    key = open_shop(database)
    random = Random(count)
    for number in range(count):
        at = synthetic.now() - timedelta(hours=count - number)
        reference = order(database, key, number, at=at - timedelta(days=5))
        token = invite(database, key, reference, at=at - timedelta(days=2))
        with database.write() as work:
            reviews.submit(work, token, submission(random), now=at)
    return key
