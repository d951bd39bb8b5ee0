"""Mails about indicators that got worse or moved suddenly, one for each person and shop (§32)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from domain.frames import Zone
from domain.indicators import Indicator
from domain.mails import MailKey, Recipient
from domain.rights import Right
from services import indicator_words, mails
from store import users
from store.database import Work
from store.indicators import Snapshot
from store.shops import Shop
from widgets import texts
from widgets.texts import Texts

_TOLD: Final = frozenset({Right.ADMINISTRATOR, Right.AUDITS})
Change = tuple[Snapshot | None, Snapshot]
"""What was stored of an indicator before, if anything, and what is stored now."""


def worse(work: Work, shop: Shop, changes: Sequence[Change], *, now: datetime) -> int:
    """Tell of indicators in a worse zone than before; returns how many people are told."""

    def line(before: Snapshot | None, after: Snapshot, words: Texts) -> str:
        was = Zone.GREY if before is None else Zone(before.zone)
        return words.say(
            "indicator.worse",
            name=indicator_words.name(Indicator(after.indicator), words),
            value=indicator_words.value(Indicator(after.indicator), after.value, words),
            zone=indicator_words.zone(Zone(after.zone), words),
            before=indicator_words.zone(was, words),
        )

    return _tell(work, shop, MailKey.INDICATOR_WORSE, changes, line, now)


def jumped(work: Work, shop: Shop, changes: Sequence[Change], *, now: datetime) -> int:
    """Tell of indicators that have moved by a fifth in a week; returns how many people are told."""

    def line(before: Snapshot | None, after: Snapshot, words: Texts) -> str:
        indicator = Indicator(after.indicator)
        was = None if before is None else before.value
        return words.say(
            "indicator.jump",
            name=indicator_words.name(indicator, words),
            value=indicator_words.value(indicator, after.value, words),
            before=indicator_words.value(indicator, was, words),
        )

    return _tell(work, shop, MailKey.INDICATOR_JUMP, changes, line, now)


def _tell(
    work: Work,
    shop: Shop,
    key: MailKey,
    changes: Sequence[Change],
    line: Callable[[Snapshot | None, Snapshot, Texts], str],
    now: datetime,
) -> int:
    people = {
        user.id: user
        for user, right in users.of_shop(work.session, shop.id)
        if right in _TOLD and user.has_signed_up
    }
    for user in people.values():
        words = texts.of(user.language)
        mails.send(
            work,
            key,
            Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language),
            {
                "shop": shop.name,
                "lines": "\n".join(line(*change, words) for change in changes),
                "control_url": f"/control/shops/{shop.shop_key}/indicators",
            },
            shop=None,
            now=now,
            once=f"{key}:{shop.public_id}:{user.public_id}:{_day(changes).isoformat()}",
        )
    return len(people)


def _day(changes: Sequence[Change]) -> date:
    return changes[0][1].day
