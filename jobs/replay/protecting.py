"""Protects replayed orders, and drives their claims, by one simulated clock."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Final

from domain.claims import ClaimState
from domain.errors import ShopExists, ShopInvalid, TrustwrightError, Unavailable
from domain.packs import PRICE_LISTS
from domain.protections import ProtectedOrder
from domain.windows import day_of
from jobs.replay import acting, stories
from jobs.replay.history import History
from jobs.replay.ledger import Ledger
from jobs.replay.stories import Seen, Story
from services import (
    activations,
    claim_deadlines,
    claim_files,
    demo,
    protections,
    replay_protection,
    replay_rows,
)
from services.installation import Installation, Work
from services.refresh import Progress
from services.replay_protection import ProtectionUnsuitable
from services.replay_rows import Claim, ClaimStep, Shop

RATES: Final = {"BRL": "6.00"}
"""Units of each currency that are one EUR, on every day: the files name no rates."""
RESIDENCE: Final = "BR"
FILLINGS: Final = (
    f"protection: of one order in {stories.ONE_IN} with an amount, by its number, when it is "
    "placed; the buyers live in Brazil; the guarantor covers nothing",
    "exchange rate: " + ", ".join(f"1 EUR = {rate} {code}" for code, rate in RATES.items()),
    "claim: not delivered at noon after the announced day, not refunded ten days after an order "
    "that was cancelled; what people do about it is drawn from the order's number",
)
_SHOP_REFUSED: Final = frozenset({ShopInvalid.code, ShopExists.code})
_STEP: Final = 50


@dataclass(slots=True)
class ProtectionCounts:
    """How many new things came of it, and what was refused, by code."""

    protections: int = 0
    claims: int = 0
    steps: int = 0
    payouts: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> bool:
        """Whether anything was new."""
        return bool(self.protections or self.steps)


def check_allowed(installation: Installation, *, is_made_up: bool) -> None:
    """Raise ProtectionUnsuitable unless the demo is on, or somebody says it is all made up."""
    if not (is_made_up or demo.is_on(installation.settings)):
        raise ProtectionUnsuitable("no demo; --made-up-guarantor says that it may be")


def play(
    installation: Installation,
    history: History,
    ledger: Ledger,
    shift: timedelta,
    *,
    until: datetime,
    progress: Progress,
) -> ProtectionCounts:
    """Protect one order in four, and lead the claims to where they stand at ``until``.

    Again goes on where it stopped. Raises ProtectionUnsuitable or Unavailable.
    """
    refused = {(each.shop, each.place.name) for each in ledger.refusals}
    shops = {each.shop for each in ledger.refusals if each.code in _SHOP_REFUSED}
    found = [
        story
        for story in stories.told(history, shift)
        if story.currency in RATES
        and story.shop_key not in shops
        and (story.shop_key, story.reference) not in refused
    ]
    protector = _Protector(installation, found, until)
    if found:
        protector.prepare()
        protector.play(progress)
    return protector.counts


@dataclass(slots=True)
class _Protector:
    installation: Installation
    stories: Sequence[Story]
    until: datetime
    counts: ProtectionCounts = field(default_factory=ProtectionCounts)

    def prepare(self) -> None:
        """Have a guarantor and rates from the first day to the last."""
        first = min(story.ordered_at for story in self.stories)
        last = max(day_of(story.ordered_at) for story in self.stories)
        number = (last - day_of(first)).days + 1
        days = [day_of(first) + timedelta(days=passed) for passed in range(number)]
        with self.installation.database.write() as work:
            for currency in sorted({story.currency for story in self.stories}):
                replay_protection.prepare(work, currency, RATES[currency], days, now=self.until)

    def play(self, progress: Progress) -> None:
        """Everything in the order in which it happens; then end what is over."""
        props = acting.props(self.installation)
        turns = [(story.ordered_at, number) for number, story in enumerate(self.stories)]
        heapify(turns)
        done = 0
        while turns and turns[0][0] <= self.until:
            at, number = heappop(turns)
            following = self._turn(self.stories[number], at, props)
            if following is not None:
                heappush(turns, (following, number))
            else:
                done += 1
            if done % _STEP == 0:
                progress(done, len(self.stories))
        progress(len(self.stories), len(self.stories))
        protections.end_over(self.installation, now=self.until)

    def _turn(self, story: Story, now: datetime, props: acting.Props) -> datetime | None:
        """Do what is due, in one transaction; when there is something to do again."""
        try:
            with self.installation.database.write() as work:
                following = self._advance(work, story, now, props)
                replay_protection.silence(work)
                return following
        except Unavailable:
            raise
        except TrustwrightError as refusal:
            self.counts.refused[refusal.code] += 1
            return None

    def _advance(
        self, work: Work, story: Story, now: datetime, props: acting.Props
    ) -> datetime | None:
        shop = replay_rows.shop_of(work.session, story.shop_key)
        if shop is None:
            return None
        protection = replay_rows.protection_of(work.session, shop, story.reference)
        if protection is None:
            self._protect(work, shop, story, now)
            return story.reported_at
        claim = replay_rows.claim_of(work.session, protection)
        if claim is not None:
            return self._lead(work, story, claim, now, props)
        if story.reported_at is None or now < story.reported_at:
            return story.reported_at
        claim = acting.report(work, story, protection, now=now)
        self.counts.claims += 1
        self.counts.steps += 1
        return _due(work, story, claim)

    def _protect(self, work: Work, shop: Shop, story: Story, now: datetime) -> None:
        prices = PRICE_LISTS[self.installation.settings.prices]
        replay_protection.certify(work, shop, prices, now=now)
        order = ProtectedOrder(
            reference=story.reference,
            ordered_at=story.ordered_at,
            amount_minor=story.amount_minor,
            currency=story.currency,
            payment="OTHER",
            email=story.email,
            language=shop.language,
            residence=RESIDENCE,
        )
        activations.activate(work, shop, order, now=now)
        self.counts.protections += 1

    def _lead(
        self, work: Work, story: Story, claim: Claim, now: datetime, props: acting.Props
    ) -> datetime | None:
        """Let time do what it does first, or whoever has their turn."""
        due = _due(work, story, claim)
        if due is None or due > now:
            return due
        if claim.wake_at is not None and claim.wake_at <= now:
            claim_deadlines.lapse(work, claim.public_id, now=now)
        else:
            step = story.next(_seen(work, claim))
            if step is not None:
                acting.do(work, story, claim, step.act, props=props, now=now)
                self.counts.payouts += step.act is stories.Act.PAY
        self.counts.steps += 1
        return _due(work, story, claim)


def _due(work: Work, story: Story, claim: Claim) -> datetime | None:
    """When somebody, or time alone, does something in the claim again."""
    step = story.next(_seen(work, claim))
    moments = [claim.wake_at, step.at if step else None]
    return min((each for each in moments if each is not None), default=None)


def _seen(work: Work, claim: Claim) -> Seen:
    state = claim_files.claim_of(claim).state
    moved = _moved(replay_rows.steps_of(work.session, claim))
    is_open = state is ClaimState.REFUND_CLAIM and claim.remind_at is None
    return Seen(
        state=state,
        since=moved or claim.opened_at,
        is_open_for_refund=is_open,
        invited_at=claim.reminded_at,
        settlement_at=claim.settlement_at,
        buyer_agreed=claim.settlement_buyer is True,
        was_appealed=claim.appealed_at is not None,
    )


def _moved(steps: Collection[ClaimStep]) -> datetime | None:
    """When the claim came to where it is."""
    return max((step.at for step in steps if step.from_state != step.to_state), default=None)
