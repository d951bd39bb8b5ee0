"""Use case of the seed: what became of the demo's protected purchases (systems.md §§ 32, 36, 39).

Buyers report problems; the shop, a case handler and finance do their part, each at the moment at
which it would have happened. Between the days come the nights, with deadlines, frames and
indicators, so that every screen has a history. Only where ``seed_protection`` has sown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain import ibans
from domain.actors import BUYER, Actor, Role
from domain.claims import Amounts, Answer, BuyerRef, Problem, Report
from domain.duties import Officer
from domain.protections import RUNNING, ProtectedOrder
from domain.windows import day_of
from services import (
    activations,
    claim_answers,
    claim_deadlines,
    claim_documents,
    claim_handling,
    claims,
    frame_nights,
    indicators,
    payouts,
    protections,
    seed_people,
)
from store import claims as rows
from store import payouts as payout_rows
from store import protections as protection_rows
from store.claims import Claim
from store.database import Work
from store.protections import Protection
from store.shops import Shop

DAYS: Final = 95
"""How far back the story goes: longer than the longest chart of 90 days."""
_AMOUNTS: Final = (14_90, 24_00, 9_90, 18_50, 31_20, 12_00, 22_40)
"""What everyday purchases cost, in cents of EUR, in turn."""
_ACCOUNT: Final = ibans.account("DE02120300000000202051", "Kim Sommer")
_MOST: Final = 1_000
_LATER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Scene:
    """One claim at one moment, and the people of the operator who work on it."""

    work: Work
    shop: Shop
    protection: Protection
    clara: Officer
    fritz: Officer
    at: datetime

    @property
    def buyer(self) -> BuyerRef:
        return BuyerRef(self.protection.buyer_hash, self.protection.language)

    @property
    def claim(self) -> Claim:
        row = rows.of_protection(self.work.session, self.protection.id)
        if row is None:
            raise LookupError(self.protection.order_reference)
        return row


_Act = Callable[[_Scene], None]


def _reports(problem: Problem, text: str) -> _Act:
    def act(scene: _Scene) -> None:
        said = Report(problem, text)
        claims.report(scene.work, scene.buyer, scene.protection.public_id, said, now=scene.at)

    return act


def _answers(what: Answer, text: str) -> _Act:
    def act(scene: _Scene) -> None:
        day = None if what is Answer.DISPUTES else day_of(scene.at) - timedelta(days=1)
        number, key = scene.claim.public_id, scene.shop.shop_key
        claim_answers.answer(
            scene.work, key, number, what, day, text, actor=Actor(Role.SHOP, "anna"), now=scene.at
        )

    return act


def _is_content(scene: _Scene) -> None:
    claims.confirm(scene.work, scene.buyer, scene.claim.public_id, now=scene.at)


def _cancels(scene: _Scene) -> None:
    protections.cancel(scene.work, scene.protection, now=scene.at)


def _mediates(scene: _Scene) -> None:
    """Clara takes the claim and proposes half of the price; the buyer declines."""
    work, claim, clara, at = scene.work, scene.claim, scene.clara, scene.at
    claim_handling.take(work, claim.public_id, clara, seen=claim.version, now=at)
    half, why = scene.protection.amount_minor // 2, "Ich schlage vor, die Hälfte zu erstatten."
    claim_handling.propose(work, claim.public_id, clara, half, why, seen=claim.version, now=at)
    claims.answer_settlement(work, scene.buyer, claim.public_id, accepts=False, now=at + _LATER)


def _ends_mediation(scene: _Scene) -> None:
    claim = scene.claim
    claim_handling.fail(scene.work, claim.public_id, scene.clara, seen=claim.version, now=scene.at)


def _claims_refund(scene: _Scene) -> None:
    """The buyer says what was paid, names an account and hands everything in."""
    work, claim, at = scene.work, scene.claim, scene.at
    paid = Amounts(scene.protection.amount_minor)
    claims.claim_refund(work, scene.buyer, claim.public_id, paid, is_assigned=True, now=at)
    claim_documents.keep_account(work, claim, _ACCOUNT, actor=BUYER, now=at)
    claims.hand_in(work, scene.buyer, claim.public_id, now=at + _LATER)


def _is_approved(why: str) -> _Act:
    def act(scene: _Scene) -> None:
        claim, paid = scene.claim, Amounts(scene.protection.amount_minor)
        claim_handling.approve(
            scene.work, claim.public_id, scene.clara, paid, why, seen=claim.version, now=scene.at
        )

    return act


def _is_paid(scene: _Scene) -> None:
    payout = payout_rows.of_claim(scene.work.session, scene.claim.id)
    if payout is not None:
        payouts.pay_by_hand(
            scene.work,
            payout.public_id,
            scene.fritz,
            f"Bank {scene.protection.order_reference}",
            seen=payout.version,
            now=scene.at,
        )


_LOST: Final = _is_approved("Der Versand bestätigt, dass die Sendung verloren ging.")


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens at an example shop: the ``story``-th of ``seed_stories.SHOPS``, for ``days``.

    ``orders`` are told of one by one: reference, days ago, amount in minor units, currency, and
    where the buyer lives. Everyday purchases of buyers in ``residence`` are ``per_week``, on the
    days of a week in turn. ``steps`` are days ago, order reference, and what happens then.
    """

    story: int
    prefix: str
    days: int
    residence: str
    per_week: tuple[int, ...]
    orders: tuple[tuple[str, int, int, str, str], ...] = ()
    steps: tuple[tuple[int, str, _Act], ...] = ()


# Of so many purchases one payout is yellow, and two are red (systems.md §32).
_BOOKS: Final = Plot(
    story=0,
    prefix="DEMO-",
    days=DAYS,
    residence="DE",
    per_week=(3, 3, 4, 3, 3, 4, 3),
    orders=(
        ("DEMO-P6", 60, 89_00, "EUR", "DE"),
        ("DEMO-P7", 58, 74_90, "EUR", "DE"),
        ("DEMO-P8", 57, 249_00, "EUR", "AT"),
        ("DEMO-P1", 45, 89_90, "EUR", "DE"),
        ("DEMO-P10", 40, 42_00, "EUR", "NL"),
        ("DEMO-P2", 24, 249_00, "EUR", "AT"),
        ("DEMO-P9", 15, 64_90, "EUR", "DE"),
        ("DEMO-P3", 12, 310_00, "CHF", "CH"),
        ("DEMO-P4", 3, 34_50, "EUR", "DE"),
        ("DEMO-P5", 1, 1_299_00, "EUR", "FR"),
    ),
    steps=(
        (50, "DEMO-P6", _reports(Problem.NOT_DELIVERED, "Das Paket ist seit Tagen überfällig.")),
        (45, "DEMO-P7", _reports(Problem.NOT_DELIVERED, "Angekündigt war es für letzte Woche.")),
        (43, "DEMO-P7", _answers(Answer.DISPUTES, "Der Paketdienst sagt, es sei zugestellt.")),
        (
            40,
            "DEMO-P8",
            _reports(Problem.NOT_REFUNDED, "Zurückgeschickt, aber kein Geld bekommen."),
        ),
        (39, "DEMO-P6", _mediates),
        (38, "DEMO-P8", _answers(Answer.DISPUTES, "Die Rücksendung ist nie bei uns angekommen.")),
        (35, "DEMO-P7", _ends_mediation),
        (32, "DEMO-P6", _ends_mediation),
        (30, "DEMO-P8", _ends_mediation),
        (28, "DEMO-P10", _reports(Problem.NOT_REFUNDED, "Ich warte noch auf die Erstattung.")),
        (26, "DEMO-P10", _answers(Answer.REFUNDED, "Gestern überwiesen, bitte entschuldigen Sie.")),
        (24, "DEMO-P10", _is_content),
        (6, "DEMO-P6", _claims_refund),
        (6, "DEMO-P9", _reports(Problem.NOT_DELIVERED, "Die Sendung kommt nicht an.")),
        (5, "DEMO-P6", _LOST),
        (4, "DEMO-P7", _claims_refund),
        (4, "DEMO-P2", _reports(Problem.NOT_REFUNDED, "Zurückgegeben, und kein Geld bekommen.")),
        (4, "DEMO-P2", _answers(Answer.DISPUTES, "Es kam beschädigt an, wir prüfen Bilder.")),
        (3, "DEMO-P9", _answers(Answer.DELIVERED, "Beim Nachbarn abgegeben: 00340434161094")),
        (3, "DEMO-P8", _claims_refund),
        (3, "DEMO-P6", _is_paid),
        (2, "DEMO-P7", _LOST),
        (1, "DEMO-P3", _reports(Problem.NOT_DELIVERED, "Nichts angekommen, niemand antwortet.")),
        (0, "DEMO-P4", _cancels),
    ),
)
_STUDIO: Final = Plot(story=1, prefix="DEMO-C", days=40, residence="FR", per_week=(1,))
_GARDEN: Final = Plot(
    story=2,
    prefix="DEMO-T",
    days=60,
    residence="NL",
    per_week=(1,),
    orders=(
        ("DEMO-TA", 60, 79_00, "EUR", "NL"),
        ("DEMO-TB", 30, 46_50, "EUR", "NL"),
    ),
    steps=(
        (50, "DEMO-TA", _reports(Problem.NOT_DELIVERED, "Nog steeds niets ontvangen.")),
        (12, "DEMO-TB", _reports(Problem.NOT_DELIVERED, "Het pakket is niet aangekomen.")),
        (6, "DEMO-TA", _claims_refund),
        (5, "DEMO-TA", _is_approved("De winkel heeft twee weken lang niet geantwoord.")),
        (3, "DEMO-TA", _is_paid),
    ),
)
PLOTS: Final = (_BOOKS, _STUDIO, _GARDEN)
"""A shop to be watched, one with nothing to do, and one that leaves its buyers unanswered."""


def sow(work: Work, shop: Shop, plot: Plot, *, now: datetime) -> None:
    """Let the plot's days pass until ``now``. The shop holds a mark since before the first."""
    clara, fritz = _officer(work, "Clara"), _officer(work, "Fritz")
    for days in range(plot.days, -1, -1):
        at = now - timedelta(days=days)
        for order in _ordered(plot, days, shop.language, at):
            activations.activate(work, shop, order, now=at)
        for when, reference, act in plot.steps:
            protection = protection_rows.by_order(work.session, shop.id, reference)
            if when == days and protection is not None:
                act(_Scene(work, shop, protection, clara, fritz, at))
        _sleep(work, shop, at)


def _ordered(plot: Plot, days: int, language: str, at: datetime) -> Iterable[ProtectedOrder]:
    """The purchases of one day: those that are told of, and the everyday ones."""
    for reference, when, amount, currency, residence in plot.orders:
        if when == days:
            yield _order(reference, amount, currency, residence, language, at)
    for number in range(plot.per_week[days % len(plot.per_week)]):
        amount = _AMOUNTS[(days + number) % len(_AMOUNTS)]
        reference = f"{plot.prefix}{days:02}{number}"
        yield _order(reference, amount, "EUR", plot.residence, language, at)


def _order(
    reference: str, amount_minor: int, currency: str, residence: str, language: str, at: datetime
) -> ProtectedOrder:
    return ProtectedOrder(
        reference=reference,
        ordered_at=at,
        amount_minor=amount_minor,
        currency=currency,
        payment="PayPal",
        email=f"{reference.lower()}@buyer.example",
        language=language,
        residence=residence,
    )


def _sleep(work: Work, shop: Shop, at: datetime) -> None:
    """What the nights do: end what is over, let deadlines pass, measure."""
    for state in sorted(RUNNING):
        protection_rows.end(work.session, state, at, most=_MOST)
    for claim_id in claim_deadlines.due(work.session, now=at):
        claim_deadlines.lapse(work, claim_id, now=at)
    frame_nights.tend(work, shop.account_id, now=at)
    indicators.record(work, shop, now=at)


def _officer(work: Work, name: str) -> Officer:
    """One of the example people; where they are not there, somebody of that name."""
    user = seed_people.find(work, name)
    return Officer(user.public_id if user else name)
