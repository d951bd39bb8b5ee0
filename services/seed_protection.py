"""Use case of the seed: buyer protection of the demo, by a guarantor that covers nothing (§35).

Only where the demo is on: nobody else's installation gets a guarantor that the operator has not
entered. The first example shop holds a mark, and some purchases from it are protected.
"""

from datetime import datetime, timedelta
from typing import Final

from domain import ids
from domain.actors import SYSTEM
from domain.audits import AuditState, CheckResult
from domain.guarantors import DEMO_NAME, GuarantorData
from domain.ids import Prefix
from domain.packs import PriceList
from domain.protections import RUNNING, ProtectedOrder
from domain.windows import day_of
from schemas import criteria_sets
from services import (
    certificates,
    exchange_rates,
    frames,
    guarantors,
    marks,
    protections,
    seed_claims,
    seed_stories,
)
from store import certificates as certificate_rows
from store import protections as rows
from store import shops
from store.audits import Audit
from store.database import Work
from store.protections import Search
from store.shops import Shop

_GUARANTOR: Final = GuarantorData(
    name=DEMO_NAME,
    address="Nowhere: this guarantor exists in the demo only.",
    licence_note="None. It covers nothing, pays nothing and needs no licence.",
    contact="The operator of this demo",
)
_SOURCE: Final = "the demo, made up"
_RATES: Final = {"GBP": "0.86", "CHF": "0.94", "PLN": "4.30", "USD": "1.10", "SEK": "11.20"}
_CERTIFIED: Final = timedelta(days=60)
_ORDERS: Final = (
    ("DEMO-P1", 45, 89_90, "EUR", "DE"),
    ("DEMO-P2", 24, 249_00, "EUR", "AT"),
    ("DEMO-P3", 12, 310_00, "CHF", "CH"),
    ("DEMO-P4", 3, 34_50, "EUR", "DE"),
    ("DEMO-P5", 1, 1_299_00, "EUR", "FR"),
)
"""Reference, days ago, amount in minor units, currency, and where the buyer lives."""
_CANCELLED: Final = "DEMO-P4"
_MOST: Final = 100


def sow(work: Work, prices: PriceList, *, now: datetime) -> None:
    """Bring the demo's guarantor, made-up rates, a mark and protections.

    The example shops are there before. Again brings the rates of the days since, and nothing where
    the operator has entered a guarantor.
    """
    known = guarantors.listed(work.session)
    if not all(each.is_demo for each in known):
        return
    if all(rate.day != day_of(now) for rate in exchange_rates.latest(work.session)):
        _rates(work, now)
    if known:
        return
    since = now - _CERTIFIED
    guarantor_id = guarantors.create(work, _GUARANTOR, actor=SYSTEM, now=since, is_demo=True)
    guarantors.activate(work, guarantor_id, seen=1, actor=SYSTEM, now=since)
    shop = shops.by_key(work.session, seed_stories.load()[0].shop.key)
    if shop is not None and _certify(work, shop, prices, since):
        _protect(work, shop, now)
        seed_claims.sow(work, shop, now=now)


def _rates(work: Work, now: datetime) -> None:
    days = [day_of(now) - timedelta(days=back) for back in range(_CERTIFIED.days)]
    lines = [f"{day},{code},{rate}" for day in days for code, rate in _RATES.items()]
    text = "\n".join(["date,currency,rate", *lines])
    exchange_rates.take(work, text, _SOURCE, actor=SYSTEM, now=now)


def _certify(work: Work, shop: Shop, prices: PriceList, since: datetime) -> bool:
    """Grant the shop's company its frame and issue a certificate; whether the mark is valid."""
    frames.grant(work, shop.account_id, now=since)
    known = certificate_rows.open_of(work.session, shop.id)
    if known is None and not certificates.lacking(work.session, shop, prices):
        audit = _audit(shop, since)
        work.session.add(audit)
        work.session.flush()
        certificates.issue(work, audit, prices=prices, actor=SYSTEM, now=since)
    return marks.mark_of(work.session, shop, since).is_valid


def _audit(shop: Shop, since: datetime) -> Audit:
    """An audit that was passed before the certificate, by nobody in particular."""
    return Audit(
        public_id=ids.new(Prefix.AUDIT),
        shop_id=shop.id,
        market=shop.market,
        language=shop.language,
        criteria_version=criteria_sets.latest(shop.market).version,
        state=AuditState.PASSED,
        is_self_audit=shop.operator_is_shop,
        ordered_by=SYSTEM.name,
        ordered_at=since,
        passed_at=since,
        identity=CheckResult.OK,
        credit=CheckResult.OK,
    )


def _protect(work: Work, shop: Shop, now: datetime) -> None:
    """Purchases of buyers in several countries; the oldest has ended, one was cancelled."""
    for reference, days, amount_minor, currency, residence in _ORDERS:
        at = now - timedelta(days=days)
        order = ProtectedOrder(
            reference=reference,
            ordered_at=at,
            amount_minor=amount_minor,
            currency=currency,
            payment="PayPal",
            email=f"{reference.lower()}@buyer.example",
            language=shop.language,
            residence=residence,
        )
        protections.activate(work, shop, order, now=at)
    for row in rows.listed(work.session, shop.id, Search(text=_CANCELLED)):
        protections.cancel(work, row, now=now)
    for state in sorted(RUNNING):
        rows.end(work.session, state, now, most=_MOST)
