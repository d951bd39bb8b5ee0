"""Badges as payloads: grade, mark, finished texts and default looks in one answer."""

from typing import Final

import orjson

from domain.badges import BadgeSettings, Colours
from domain.marks import Mark
from domain.protection_tiers import BY_RESIDENCE, ELSEWHERE
from schemas.badges import (
    Badge,
    BadgeColors,
    BadgeConfig,
    BadgeTexts,
    Cover,
    Guarantee,
    TrustMark,
)
from schemas.shapes import moment
from widgets import grades, shops, texts
from widgets.views import Figures, ShopView

_UNREAD: Final = frozenset({"calculatedAt", "generation", "open", "verified"})
"""What is there for the programs of others, of the badge and of its texts."""
_TIERS: Final = tuple(
    Cover(country=country, currency=tiers[0].currency, amount_minor=tiers[0].max_minor)
    for country, tiers in {**BY_RESIDENCE, "*": ELSEWHERE}.items()
)


def build(shop: ShopView, figures: Figures, *, language: str) -> Badge:
    """A shop's badge with its words in ``language``, English where that is not offered.

    Without everything that the mark hangs on it is INVALID and none is shown (EU-5), and there
    is no guarantee.
    """
    words = texts.of(language)
    mark = shop.mark
    return Badge(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        language=words.language,
        mark=TrustMark(status=mark.status, valid_from=mark.valid_from, valid_to=mark.valid_to),
        grade=grades.shape(shop, figures.grade, since=shop.counting_since),
        texts=_texts(shop, figures, words),
        guarantee=_guarantee(mark),
        config=_config(shop.badge),
        generation=shop.generation,
        calculated_at=moment(shop.calculated_at),
    )


def embedded(payload: bytes) -> bytes:
    """A badge's JSON without what our own bundles never read, for the loader and its budget."""
    badge = orjson.loads(payload)
    said = {name: text for name, text in badge["texts"].items() if name not in _UNREAD}
    kept = {name: value for name, value in badge.items() if name not in _UNREAD}
    return orjson.dumps(kept | {"texts": said})


def _guarantee(mark: Mark) -> Guarantee | None:
    if mark.guarantee is None:
        return None
    most = mark.guarantee
    return Guarantee(
        currency=most.currency,
        amount_minor=most.amount_minor,
        days=most.days,
        guarantor=most.guarantor,
        tiers=_TIERS,
    )


def _config(settings: BadgeSettings) -> BadgeConfig:
    """What the page may know of the choices: neither hosts nor the legal basis."""
    colours = settings.colours
    chosen = BadgeColors(
        accent=colours.accent, text=colours.text, surface=colours.surface, star=colours.star
    )
    return BadgeConfig(
        variant=settings.variant.value,
        position=settings.position.value,
        mobile_position=settings.mobile_position.value,
        offset=settings.offset,
        mobile_offset=settings.mobile_offset,
        open_on=settings.open_on.value,
        color_scheme=settings.color_scheme.value,
        colors=None if colours == Colours() else chosen,
        transmit=settings.transmit.value,
        product_reviews=settings.product_reviews,
    )


def _texts(shop: ShopView, figures: Figures, words: texts.Texts) -> BadgeTexts:
    grade = figures.grade
    summary = words.summary(grade)
    return BadgeTexts(
        name=words.say("name", summary=summary),
        summary=summary,
        rating=None if grade.rating is None else words.rating(grade.rating),
        label=None if grade.label is None else words.say(f"label.{grade.label}"),
        count=words.counted(grade),
        period=words.period(grade.period),
        all_time=words.all_time(grade, shop.counting_since),
        title=words.say("title", shop=shop.name),
        profile=words.say("profile"),
        open=words.say("open"),
        close=words.say("close"),
        verified=words.say("verified"),
        checked=words.say("checked"),
        certificate=words.say("certificate.heading"),
        operated_by_seller=words.say("operatedBySeller") if shop.operator_is_shop else None,
    )
