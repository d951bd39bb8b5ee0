"""Use cases of the replay: what protections of a history need and its files cannot tell (§35).

A guarantor that covers nothing, made-up rates of exchange, frames and certificates. None of it
stands beside a guarantor or rates that the operator has entered.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from domain.actors import SYSTEM, Actor, Role
from domain.frames import FrameState
from domain.packs import PriceList
from services import certificates, exchange_rates, frames, guarantors, mails, marks, seed_protection
from services.frames import Setting
from store import certificates as certificate_rows
from store import exchange_rates as rate_rows
from store import frames as frame_rows
from store import mails as mail_rows
from store.database import Work
from store.shops import Shop

SOURCE: Final = "the replay, made up"
FINANCE: Final = Actor(Role.OPERATOR, "replay-finance")
_BY_HAND: Final = Setting(50_000_00, "High-value goods: set by hand in the replay.")


class ProtectionUnsuitable(Exception):
    """The installation has something real that a made-up cover must not mix with; says what."""


def prepare(work: Work, currency: str, rate: str, days: Iterable[date], *, now: datetime) -> None:
    """Bring the guarantor that covers nothing, and one rate for each of the days.

    ``rate`` units of ``currency`` are one EUR. Again changes nothing. Raises
    ProtectionUnsuitable beside what the operator has entered.
    """
    known = guarantors.listed(work.session)
    if not all(each.is_demo for each in known):
        raise ProtectionUnsuitable("a guarantor that the operator has entered")
    if set(rate_rows.sources(work.session, currency)) - {SOURCE}:
        raise ProtectionUnsuitable(f"rates of {currency} from elsewhere")
    if guarantors.active(work.session) is None:
        guarantor_id = known[0].public_id if known else _create(work, now)
        seen = guarantors.one(work.session, guarantor_id).version
        guarantors.activate(work, guarantor_id, seen=seen, actor=SYSTEM, now=now)
    lines = [
        f"{day},{currency},{rate}"
        for day in days
        if rate_rows.on_or_before(work.session, currency, day, earliest=day) is None
    ]
    if lines:
        text = "\n".join(["date,currency,rate", *lines])
        exchange_rates.take(work, text, SOURCE, actor=SYSTEM, now=now)


def _create(work: Work, now: datetime) -> str:
    data = seed_protection.GUARANTOR
    return guarantors.create(work, data, actor=SYSTEM, now=now, is_demo=True)


def certify(work: Work, shop: Shop, prices: PriceList, *, now: datetime) -> None:
    """See to it that the shop's mark is valid now, as far as the rules let it be.

    Its member gets a frame, by hand where goods are of high value; a certificate whose time is
    over is followed by another one, after an audit that was passed the same day.
    """
    if marks.mark_of(work.session, shop, now).is_valid:
        return
    if not frames.grant(work, shop.account_id, now=now):
        row = frame_rows.held(work.session, shop.account_id, now=now)
        if row.state == FrameState.NONE:
            frames.put(work, row, _BY_HAND, actor=FINANCE, now=now)
    before = certificate_rows.open_of(work.session, shop.id)
    if before is not None:
        certificates.lapse(work, before.public_id, now=now)
    seed_protection.certify(work, shop, prices, now)


def silence(work: Work) -> None:
    """Take out again, before the commit, every mail that was asked for: the buyers are made up."""
    found: list[str] = []
    for job in work.jobs:
        if job.name == mails.SEND:
            found.append(str(job.arguments["mail_id"]))
        elif job.name == mails.SEND_MANY:
            found += job.arguments["mail_ids"]
    if found:
        mail_rows.drop(work.session, found)
    work.jobs[:] = [job for job in work.jobs if job.name not in (mails.SEND, mails.SEND_MANY)]
