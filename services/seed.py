"""Use case of the seed: people and shops for the demo, for tests and for pictures.

*Anna* owns the well-rated shop Bücher & Töne and *Ben* is her staff, *Cleo* owns another shop,
*Dario* is a buyer with an open invitation, *Mona* moderates. Everything goes through the use
cases, each called with the moment at which it would have happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from domain import actors
from domain.actors import Actor, Role
from domain.criteria import CriteriaSystem
from domain.decisions import Moderator, Source, StatementOfReasons
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine, OrderStatus
from domain.reviews import Submission
from domain.shops import NewShop
from domain.windows import day_of, midnight
from services import (
    groups,
    invitations,
    moderation,
    orders,
    replies,
    reviews,
    seed_stories,
    shops,
)
from services.seed_stories import RejectionData, ShopStory, Story, Written
from store import accounts
from store import shops as rows
from store.database import Work
from store.shops import Shop

MODERATOR: Final = "mona"
_NOTICE: Final = "seed"
_ORDERED_BEFORE: Final = timedelta(days=8)
_SHIPPED_AFTER: Final = timedelta(days=1)
_DELIVERED_AFTER: Final = timedelta(days=3)
_INVITED_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SeededShop:
    """An example shop: its products, its number of reviews, and whether this call brought it."""

    key: str
    name: str
    language: str
    skus: tuple[str, ...]
    reviews: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A buyer who may still write; ``token`` opens the invitation."""

    buyer: str
    shop_key: str
    token: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the seed leaves: shops, and buyers with an invitation that nobody has used yet."""

    shops: tuple[SeededShop, ...]
    waiting: tuple[Waiting, ...]


def sow(work: Work, *, now: datetime) -> Seeded:
    """Bring the example shops that are missing, as if they had been there for months at ``now``.

    A shop comes whole or not at all, and one that is there is left alone: a second call
    changes nothing.
    """
    seeds = [_ShopSeed(work, story, now) for story in seed_stories.load()]
    return Seeded(
        tuple(seed.sow() for seed in seeds),
        tuple(waiting for seed in seeds for waiting in seed.waiting()),
    )


class _ShopSeed:
    """One example shop on its way into the database."""

    def __init__(self, work: Work, story: ShopStory, now: datetime) -> None:
        self.work = work
        self.story = story
        self.today = midnight(day_of(now))
        self.staff = Actor(Role.SHOP, story.staff)

    def sow(self) -> SeededShop:
        data = self.story.shop
        is_new = rows.by_key(self.work.session, data.key) is None
        if is_new:
            self._register()
            for number, story in enumerate(self.story.reviews):
                self._review(number, story)
            for guest in self.story.open:
                self._order(guest.buyer, self._at(guest.day, guest.time), guest.skus, guest.buyer)
        skus = tuple(product.sku for product in self.story.products)
        number = len(self.story.reviews)
        return SeededShop(data.key, data.name, data.language, skus, number, is_new)

    def waiting(self) -> Iterator[Waiting]:
        """The same invitation again at each call."""
        key = self.story.shop.key
        for guest in self.story.open:
            at = self._at(guest.day, guest.time) + _INVITED_AFTER
            issued = invitations.issue(self.work, key, guest.buyer, now=at)
            yield Waiting(guest.buyer, key, issued.token)

    def _at(self, day: int, clock: str = "09:00") -> datetime:
        moment = time.fromisoformat(clock)
        return (
            self.today - timedelta(days=day) + timedelta(hours=moment.hour, minutes=moment.minute)
        )

    def _register(self) -> None:
        data, at = self.story.shop, self._at(self.story.since)
        new = NewShop(
            name=data.name,
            url=data.url,
            market=data.market,
            language=data.language,
            currency=data.currency,
            offers_goods=data.criteria is CriteriaSystem.THREE,
            key=data.key,
        )
        shops.register(self.work, self._account(at), new, actor=actors.SYSTEM, now=at)
        if self._beside is not None:
            keys = self._beside.shop_key, data.key
            groups.connect(self.work, *keys, actor=actors.SYSTEM, now=at)

    def _account(self, at: datetime) -> str:
        if self._beside is None:
            return shops.open_account(self.work, self.story.account, now=at)
        return accounts.of_shop(self.work.session, self._beside.account_id).public_id

    @property
    def _beside(self) -> Shop | None:
        """The shop of the same company, where it is there."""
        key = self.story.beside
        return None if key is None else rows.by_key(self.work.session, key)

    def _order(self, reference: str, at: datetime, skus: tuple[str, ...], buyer: str) -> None:
        known = {product.sku: product for product in self.story.products}
        lines = tuple(
            OrderLine(
                sku=sku,
                name=known[sku].name,
                price_minor=known[sku].price_minor,
                url=known[sku].url,
                gtin=known[sku].gtin,
                brand=known[sku].brand,
            )
            for sku in skus
        )
        order = NewOrder(
            reference=reference,
            email=f"{buyer.lower()}@buyer.example",
            ordered_at=at,
            amount_minor=sum(line.price_minor or 0 for line in lines) if lines else None,
            lines=lines,
            legal_basis=LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, _NOTICE, at),
            status=OrderStatus.DELIVERED,
            shipped_at=at + _SHIPPED_AFTER,
            delivered_at=at + _DELIVERED_AFTER,
            source="seed",
        )
        orders.record(self.work, self.story.shop.key, order, now=at)

    def _review(self, number: int, story: Story) -> None:
        """A buyer orders, is invited, writes; then whatever the story tells."""
        reference, at = f"{1001 + number}", self._at(story.day, story.time)
        ordered_at = at - _ORDERED_BEFORE
        skus = (story.sku,) if story.sku else self._basket(number)
        self._order(reference, ordered_at, skus, f"buyer{number + 1}")
        key = self.story.shop.key
        token = invitations.issue(
            self.work, key, reference, sku=story.sku, now=ordered_at + _INVITED_AFTER
        ).token
        review_id = reviews.submit(self.work, token, self._submission(story, story), now=at)
        self._follow_up(story, token, review_id, at)

    def _basket(self, number: int) -> tuple[str, ...]:
        """What was bought where only the shop was reviewed: the products, in turn."""
        known = self.story.products
        return (known[number % len(known)].sku,) if known else ()

    def _submission(self, story: Story, written: Written) -> Submission:
        return Submission(
            marks=written.marks,
            title=written.title,
            comment=written.comment,
            language=self.story.shop.language,
            author_name=written.author or story.author,
            incentivised=story.incentivised,
        )

    def _follow_up(self, story: Story, token: str, review_id: str, at: datetime) -> None:
        work, key = self.work, self.story.shop.key
        if story.edited:
            submission = self._submission(story, story.edited)
            reviews.edit(work, token, submission, now=at + timedelta(days=story.edited.after))
        if story.reply:
            moment = at + timedelta(days=story.reply.after)
            replies.write(work, key, review_id, story.reply.text, actor=self.staff, now=moment)
        if story.reported:
            moment = at + timedelta(days=story.reported.after)
            moderation.report(work, review_id, actor=self.staff, now=moment)
        if story.rejected:
            moderation.disable(work, review_id, _reasons(story.rejected, at))
        if story.withdrawn:
            reviews.withdraw(work, token, now=at + timedelta(days=story.withdrawn.after))


def _reasons(rejected: RejectionData, at: datetime) -> StatementOfReasons:
    return StatementOfReasons(
        moderator=Moderator(MODERATOR),
        ground=rejected.ground,
        facts=rejected.facts,
        explanation=rejected.explanation,
        redress=rejected.redress,
        source=Source.NOTICE,
        decided_at=at + timedelta(days=rejected.after),
    )
