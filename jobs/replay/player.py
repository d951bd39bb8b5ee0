"""Plays a history: each action is one use case, in one transaction, at its own moment."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from domain.actors import SYSTEM
from domain.errors import InvitationAlreadyUsed, TrustwrightError, Unavailable
from domain.orders import NewOrder
from domain.reviews import Submission
from jobs.replay.history import Action, History, Inviting, Opening, Purchase, Writing
from jobs.replay.ledger import NOT_NEEDED, Ledger, Outcome, Place
from jobs.replay.mailing import Mailing
from services import invitations, orders, reviews, shops
from services.directory import ShopRecord
from services.installation import Installation
from services.refresh import Progress

_PROGRESS_STEP: Final = 50


@dataclass(slots=True)
class Counts:
    """How many new things a replay led to."""

    shops: int = 0
    orders: int = 0
    invitations: int = 0
    reviews: int = 0
    mails: int = 0


@dataclass(slots=True)
class Player:
    """One history on its way into an installation; ``shift`` moves its time to ours.

    ``counts`` says what was new. An installation that cannot answer stops it with Unavailable;
    playing once more continues where it stopped.
    """

    installation: Installation
    ledger: Ledger
    shift: timedelta
    known: Mapping[str, ShopRecord]
    mailing: Mailing | None = None
    counts: Counts = field(default_factory=Counts)
    _tokens: dict[tuple[Place, str], str] = field(default_factory=dict)
    _refused: dict[tuple[str, str], TrustwrightError] = field(default_factory=dict)
    _claimed: set[str] = field(default_factory=set)
    _orders: dict[tuple[str, str], NewOrder] = field(default_factory=dict)

    def play(self, history: History, progress: Progress | None = None) -> None:
        """Play everything; ``progress`` is called with actions done and actions in all."""
        actions = history.actions()
        for done, action in enumerate(actions, 1):
            self._do(action)
            if progress and (done % _PROGRESS_STEP == 0 or done == len(actions)):
                progress(done, len(actions))
        for file, detail in history.unneeded.items():
            self.ledger.close(file, NOT_NEEDED, detail)

    def _do(self, action: Action) -> None:
        match action:
            case Opening():
                self._open(action)
            case Purchase():
                self._buy(action)
            case Inviting():
                self._invite(action.writing)
            case Writing():
                self._write(action)

    def _open(self, opening: Opening) -> None:
        """Register the shop, with an account of its own."""
        new, now = opening.new, opening.at + self.shift
        if new.key in self.known:
            self.ledger.settle(opening.places, Outcome.KNOWN)
            return
        with self._refusing(opening.places, new.key or "", ""):
            with self.installation.database.write() as work:
                account = shops.open_account(work, new.name, now=now)
                shops.register(work, account, new, actor=SYSTEM, now=now)
            self.counts.shops += 1
            self.ledger.settle(opening.places, Outcome.USED)

    def _buy(self, purchase: Purchase) -> None:
        """Record the order."""
        order = _moved(purchase.order, self.shift)
        with self._refusing(purchase.places, purchase.shop_key, order.reference):
            self._raise_refusal(purchase.shop_key, "")
            is_new = self._record(purchase.shop_key, order)
            self.counts.orders += is_new
            outcome = Outcome.USED if is_new else Outcome.KNOWN
            self.ledger.settle((*purchase.places, *purchase.lent), outcome)

    def _record(self, shop_key: str, order: NewOrder) -> bool:
        """Whether the order was new; with mails it comes in as shops bring it."""
        if self.mailing is not None:
            self._orders[shop_key, order.reference] = order
            return self.mailing.take(shop_key, order, now=order.ordered_at)
        with self.installation.database.write() as work:
            return orders.record(work, shop_key, order, now=order.ordered_at).is_new

    def _invite(self, writing: Writing) -> None:
        """Invite, or find the invitation that the order and subject have."""
        now = writing.invited_at + self.shift
        with self._refusing((writing.place,), writing.shop_key, None):
            self._raise_refusal(writing.shop_key, writing.reference)
            token = self._mailed(writing, now) or self._issued(writing, now)
            self._tokens[writing.place, writing.shop_key] = token

    def _mailed(self, writing: Writing, now: datetime) -> str | None:
        """The token of the link in the buyer's mail; None where none is sent."""
        order = self._orders.get((writing.shop_key, writing.reference))
        if self.mailing is None or order is None:
            return None
        token = self.mailing.invite(writing, order, now=now)
        self.counts.invitations += token is not None
        self.counts.mails += token is not None
        return token

    def _issued(self, writing: Writing, now: datetime) -> str:
        """The token of a link that went another way."""
        with self.installation.database.write() as work:
            issued = invitations.issue(
                work, writing.shop_key, writing.reference, sku=writing.sku, now=now
            )
        self.counts.invitations += issued.is_new
        return issued.token

    def _write(self, writing: Writing) -> None:
        """Submit the review with its invitation; without one it has been refused before."""
        token = self._tokens.get((writing.place, writing.shop_key))
        if token is None:
            return
        now = writing.submitted_at + self.shift
        with self._refusing((writing.place,), writing.shop_key, None):
            outcome = Outcome.USED
            try:
                self._submit(token, writing.submission, now)
                self.counts.reviews += 1
            except InvitationAlreadyUsed:
                if token in self._claimed or not self._was_written(token, now):
                    raise
                outcome = Outcome.KNOWN
            self._claimed.add(token)
            self.ledger.settle((writing.place,), outcome)

    def _submit(self, token: str, submission: Submission, now: datetime) -> None:
        """At once, or with mails through the form's two steps."""
        if self.mailing is not None:
            self.mailing.write(token, submission, now=now)
            return
        with self.installation.database.write() as work:
            reviews.submit(work, token, submission, now=now)

    def _was_written(self, token: str, at: datetime) -> bool:
        """Whether an earlier replay wrote this invitation's review, from the same row."""
        with self.installation.database.write() as work:
            _, review = reviews.written_with(work, token)
            return review.submitted_at == at

    def _raise_refusal(self, shop_key: str, reference: str) -> None:
        """Say again why the shop or the order is not there."""
        refusal = self._refused.get((shop_key, reference))
        if refusal is not None:
            raise refusal

    @contextmanager
    def _refusing(
        self, places: tuple[Place, ...], shop_key: str, reference: str | None
    ) -> Iterator[None]:
        """Enter an error of the rules in the ledger; what comes after it will know of it."""
        try:
            yield
        except Unavailable:
            raise
        except TrustwrightError as refusal:
            if reference is not None:
                self._refused[shop_key, reference] = refusal
            for place in places:
                self.ledger.refuse(place, refusal.code, refusal.detail, shop=shop_key)


def _moved(order: NewOrder, shift: timedelta) -> NewOrder:
    """The order with all its moments in our time."""
    at = order.ordered_at + shift
    basis = order.legal_basis
    return replace(
        order,
        ordered_at=at,
        legal_basis=replace(basis, given_at=at) if basis else None,
        shipped_at=_plus(order.shipped_at, shift),
        delivered_at=_plus(order.delivered_at, shift),
        estimated_delivery_at=_plus(order.estimated_delivery_at, shift),
    )


def _plus(moment: datetime | None, shift: timedelta) -> datetime | None:
    return moment + shift if moment else None
