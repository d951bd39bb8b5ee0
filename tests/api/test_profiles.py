"""Pages that cannot be made just now: an older one, or one that says what to do."""

import time

import pytest
from structlog.testing import capture_logs

from api.cache import Cache
from api.profiles import PAGE, PublicPages
from control.pages import Drawn
from domain.errors import DatabaseBusy, DatabaseUnavailable, ReviewGone
from schemas.profiles import PageQuestion
from schemas.snapshots import Media, seal
from services.profiles import Moved
from tests.api.exchanges import KEY, ask
from widgets import texts

TARGET = f"/profile/{KEY}/shop"


class Builder:
    """Makes pages in the place of the use case; ``error`` is what it fails with."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.generation = 1
        self.policy = ""

    def __call__(self, question: PageQuestion) -> Drawn | Moved:
        self.asked.append(question.url)
        if self.error is not None:
            raise self.error
        snapshot = seal(
            f"<h1>{self.generation}</h1>".encode(),
            url=question.url,
            shop_key=question.shop_key,
            kind=question.kind,
            media=Media.HTML,
            generation=self.generation,
            modified=1_700_000_000,
        )
        return Drawn(snapshot, self.policy) if self.policy else Drawn(snapshot)


@pytest.fixture
def cache() -> Cache:
    return Cache(budget=10**6, clock=time.monotonic)


@pytest.fixture
def builder() -> Builder:
    return Builder()


def pages(builder: Builder, cache: Cache, *, is_down: bool = False) -> PublicPages:
    return PublicPages(builder, cache, lambda: is_down)


def test_a_page_is_made_once_and_kept_under_its_address(builder: Builder, cache: Cache) -> None:
    site = pages(builder, cache)
    for target in (TARGET, f"{TARGET}?sort=newest&stars=&x=y"):
        assert ask(site, target).body == b"<h1>1</h1>"
    assert builder.asked == [TARGET]
    entry = cache.fresh(TARGET.encode())
    assert entry is not None
    assert entry.profile is PAGE


@pytest.mark.parametrize("error", [DatabaseBusy(), RuntimeError("unforeseen")])
def test_an_older_page_stands_in_for_one_that_cannot_be_made(
    builder: Builder, cache: Cache, error: Exception
) -> None:
    site = pages(builder, cache)
    ask(site, TARGET)
    cache.invalidate(KEY, 2)
    builder.error = error
    with capture_logs() as logs:
        assert ask(site, TARGET).body == b"<h1>1</h1>"
    assert len(logs) == isinstance(error, RuntimeError)


def test_without_database_and_older_page_readers_are_asked_to_wait(
    builder: Builder, cache: Cache
) -> None:
    reply = ask(pages(builder, cache, is_down=True), TARGET, accept_language="fr")
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert reply.headers["cache-control"] == "no-store"
    assert texts.of("fr").say("refusal.wait") in reply.body.decode()
    assert builder.asked == []
    assert ask(pages(builder, cache, is_down=True), TARGET, method="HEAD").body == b""


def test_what_nobody_foresaw_is_logged_and_not_told(builder: Builder, cache: Cache) -> None:
    builder.error = RuntimeError("a secret")
    with capture_logs() as logs:
        reply = ask(pages(builder, cache), TARGET)
    assert reply.status == 500
    assert "a secret" not in reply.body.decode()
    [reference] = [log["reference"] for log in logs]
    assert reference in reply.body.decode()


def test_the_database_is_not_asked_while_it_is_known_to_be_down(
    builder: Builder, cache: Cache
) -> None:
    builder.error = DatabaseUnavailable()
    assert ask(pages(builder, cache), TARGET).status == 503
    assert builder.asked == [TARGET]


def test_a_page_with_a_policy_of_its_own_is_sent_under_it_from_memory_too(
    builder: Builder, cache: Cache
) -> None:
    site = pages(builder, cache)
    builder.policy = "frame-ancestors shop.example"
    for _ in range(2):
        headers = ask(site, TARGET).headers
        assert headers["content-security-policy"] == builder.policy
        assert headers["x-content-type-options"] == "nosniff"
    assert builder.asked == [TARGET]


def test_a_removed_review_leads_to_the_rules_and_to_the_others(
    builder: Builder, cache: Cache
) -> None:
    builder.error = ReviewGone()
    review = "rev-018f6f5e-0000-7000-8000-000000000000"
    reply = ask(pages(builder, cache), f"{TARGET}?review={review}", accept_language="de")
    assert reply.status == 410
    assert texts.of("de").say("refusal.gone") in reply.body.decode()
    assert "<code>REVIEW_GONE</code>" in reply.body.decode()
    assert f'href="{TARGET}"' in reply.body.decode()
    assert "noindex" in reply.body.decode()
