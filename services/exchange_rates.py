"""Use cases of rates of exchange: read a file of them, and find the one that counts (§35)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from domain import exchange_rates as rules
from domain import texts
from domain.actors import Actor
from domain.currencies import EURO
from domain.exchange_rates import RATES, Rate, RateMissing, RatesInvalid
from domain.windows import day_of
from services import audit
from store import exchange_rates as rows
from store.database import Work
from store.exchange_rates import ExchangeRate

_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rates came, and the latest day among them."""

    rates: int
    latest: date | None


def on(session: Session, currency: str, day: date) -> Rate:
    """The rate of a currency on a day, or the latest of the seven days before it.

    The euro is one euro on any day. Raises RateMissing, so that nothing is covered by a guess.
    """
    if currency == EURO:
        return rules.euro(day)
    found = rows.on_or_before(session, currency, day, earliest=rules.earliest(day))
    if found is None:
        raise RateMissing(f"There is no rate for {currency}.", field="currency")
    return Rate(currency, *found)


def take(work: Work, text: str, source: str, *, actor: Actor, now: datetime) -> Imported:
    """Take a file of rates in, all of it or nothing; ``source`` says where it is from.

    What is told again takes the place of what was told before; protections keep the rate at which
    they began. Raises RatesInvalid or TextInvalid.
    """
    source = texts.clean_line(source, most=RATES.source_characters, field="source")
    if not source:
        raise RatesInvalid("Say where the rates are from.", field="source")
    found = rules.read(text, today=day_of(now))
    rows.put_many(
        work.session,
        [
            {
                "currency": rate.currency,
                "day": rate.day,
                "rate": str(rate.units),
                "source": source,
                "imported_at": now,
            }
            for rate in found
        ],
    )
    latest = max((rate.day for rate in found), default=None)
    told = {"rates": len(found), "source": source, "latest": str(latest or "")}
    audit.log(work, actor, "exchange_rates.imported", "exchange_rates", now=now, after=told)
    return Imported(len(found), latest)


def latest(session: Session) -> Sequence[ExchangeRate]:
    """The newest rates, 100 at most."""
    return rows.latest(session, most=_SHOWN)
