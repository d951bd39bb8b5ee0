"""Use case of the seed: buyer protection of the demo, by a guarantor that covers nothing (§35).

Only where the demo is on: nobody else's installation gets a guarantor that the operator has not
entered. Some example shops hold a mark, and purchases from them are protected.
"""

from datetime import datetime, timedelta
from typing import Final

from domain import ids
from domain.actors import SYSTEM
from domain.audits import AuditState, CheckResult
from domain.findings import Verdict
from domain.guarantors import DEMO_NAME, GuarantorData
from domain.ids import Prefix
from domain.packs import PriceList
from domain.windows import day_of
from schemas import criteria_sets
from services import (
    certificates,
    exchange_rates,
    frames,
    guarantors,
    marks,
    seed_claims,
    seed_stories,
)
from store import certificates as certificate_rows
from store import shops
from store.audits import Audit
from store.database import Work
from store.findings import Finding
from store.shops import Shop

GUARANTOR: Final = GuarantorData(
    name=DEMO_NAME,
    address="Nowhere: this guarantor exists in the demo only.",
    licence_note="None. It covers nothing, pays nothing and needs no licence.",
    contact="The operator of this demo",
)
_SOURCE: Final = "the demo, made up"
_RATES: Final = {"GBP": "0.86", "CHF": "0.94", "PLN": "4.30", "USD": "1.10", "SEK": "11.20"}
_CERTIFIED: Final = timedelta(days=seed_claims.DAYS)


def sow(work: Work, prices: PriceList, *, now: datetime) -> None:
    """Bring the demo's guarantor, made-up rates, marks and protections.

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
    guarantor_id = guarantors.create(work, GUARANTOR, actor=SYSTEM, now=since, is_demo=True)
    guarantors.activate(work, guarantor_id, seen=1, actor=SYSTEM, now=since)
    stories = seed_stories.load()
    for plot in seed_claims.PLOTS:
        shop = shops.by_key(work.session, stories[plot.story].shop.key)
        if shop is not None and certify(work, shop, prices, since):
            seed_claims.sow(work, shop, plot, now=now)


def _rates(work: Work, now: datetime) -> None:
    days = [day_of(now) - timedelta(days=back) for back in range(_CERTIFIED.days)]
    lines = [f"{day},{code},{rate}" for day in days for code, rate in _RATES.items()]
    text = "\n".join(["date,currency,rate", *lines])
    exchange_rates.take(work, text, _SOURCE, actor=SYSTEM, now=now)


def certify(work: Work, shop: Shop, prices: PriceList, since: datetime) -> bool:
    """Grant the shop's company its frame and issue a certificate; whether the mark is valid."""
    frames.grant(work, shop.account_id, now=since)
    known = certificate_rows.open_of(work.session, shop.id)
    if known is None and not certificates.lacking(work.session, shop, prices):
        audit = _audit(shop, since)
        work.session.add(audit)
        work.session.flush()
        work.session.add_all(_findings(audit, since))
        certificates.issue(work, audit, prices=prices, actor=SYSTEM, now=since)
    return marks.mark_of(work.session, shop, since).is_valid


def _findings(audit: Audit, since: datetime) -> list[Finding]:
    """Every criterion is fulfilled: nothing else is certified."""
    found = criteria_sets.of(audit.market, audit.criteria_version).criteria
    return [
        Finding(
            audit_id=audit.id,
            criterion=criterion.code,
            verdict=Verdict.OK,
            seen_at=since,
            changed_by=SYSTEM.name,
            changed_at=since,
            closed_at=since,
        )
        for criterion in found
    ]


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
        report_sent_at=since,
        passed_at=since,
        identity=CheckResult.OK,
        identity_at=since,
        credit=CheckResult.OK,
        credit_at=since,
    )
