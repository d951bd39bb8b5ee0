"""The platform's own words in its seven languages, with plurals, numbers and dates (CLDR).

The catalogues are data in ``texts/``: a message, or one message for each plural category of
the language. The only module that imports babel; nothing that answers stored bytes needs it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from domain import currencies, languages, markets, policies
from domain.criteria import BEST
from domain.grades import Grade, GradeState
from domain.windows import Period

Message = str | dict[str, str]

# Europe writes 21 November 2025; plain "en" would be American.
_LOCALES: Final = {"en": "en_GB"}
_FALLBACK: Final = "en"
_INSTANT: Final = timedelta(microseconds=1)
_LETTER_AND_DIGIT: Final = re.compile(r"(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language; every method returns a finished text."""

    language: str
    locale: Locale
    messages: Mapping[str, Message]

    def say(self, key: str, **values: str) -> str:
        """A message without plural; ``values`` are finished texts."""
        message = self.messages[key]
        if isinstance(message, dict):
            raise TypeError(f"{key} needs a number.")
        return message.format(**values)

    def count(self, key: str, number: int) -> str:
        """A message in the plural form that ``number`` asks for."""
        message = self.messages[key]
        if isinstance(message, str):
            raise TypeError(f"{key} has no plural.")
        return message[self.locale.plural_form(number)].format(count=self.number(number))

    def number(self, number: int) -> str:
        return _number(number, self.locale)

    def percent(self, part: int, whole: int) -> str:
        """A share in whole percent, rounded down so that 100 % means all."""
        return str(format_percent(Decimal(100 * part // whole) / 100, locale=self.locale))

    def share(self, share: Decimal) -> str:
        """A share in per cent with up to two decimals: 0.0201 → ``2.01%``, in German ``2,01 %``."""
        pattern: str = self.locale.percent_formats[None].pattern
        form = pattern.replace("#,##0", "#,##0.##")
        return str(format_percent(share, format=form, locale=self.locale))

    def roughly(self, number: Decimal) -> str:
        """A number with one decimal at most: 2.5, and 2 without any."""
        return _number(number, self.locale, "#,##0.#")

    def money(self, minor: int, currency: str) -> str:
        """An amount of a currency with its decimals: 1900 → ``€19.00``, in German ``19,00 €``."""
        amount = Decimal(minor).scaleb(-currencies.decimals(currency))
        text = str(format_currency(amount, currency, locale=self.locale))
        # CLDR keeps letters and digits apart, which babel leaves out: ``CHF 310.00``.
        return _LETTER_AND_DIGIT.sub("\N{NO-BREAK SPACE}", text)

    def stars(self, rating: Decimal) -> str:
        """A mean with its two decimals: 4.5 → ``4.50``, in German ``4,50``."""
        return self.fixed(rating, 2)

    def fixed(self, number: Decimal, digits: int) -> str:
        """A number with so many decimals and no groups, as forms take it: 1900.5 → ``1900.50``."""
        return _number(number, self.locale, f"0.{'0' * digits}" if digits else "0")

    def day(self, day: date) -> str:
        return format_date(day, format="long", locale=self.locale)

    def short_day(self, day: date) -> str:
        """A day where there is little room: ``21 Nov``."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def moment(self, at: datetime, zone: str) -> str:
        """A day and a time to the minute, as the clocks in ``zone`` (IANA) show it."""
        local = at.astimezone(ZoneInfo(zone))
        day = format_skeleton("yMMMd", local, locale=self.locale)
        return f"{day}, {local:%H:%M}"

    def last_day(self, end: datetime, zone: str) -> str:
        """The day before which, or during which, something has to be done ends; ``end`` is out."""
        return self.day((end - _INSTANT).astimezone(ZoneInfo(zone)).date())

    def weekday(self, number: int) -> str:
        """A day of the week by its ISO number, 1 for Monday."""
        return str(self.locale.days["stand-alone"]["wide"][number - 1])

    def language_name(self, tag: str) -> str:
        """A language by its name in this one; the tag itself where CLDR has no name for it."""
        return str(self.locale.languages.get(tag, tag))

    def country_name(self, code: str) -> str:
        """A country (ISO 3166-1 alpha-2) by its name; the code itself where CLDR has none."""
        return str(self.locale.territories.get(code, code))

    def market_name(self, code: str) -> str:
        """A market by its country; the one that has none is the rest of Europe."""
        country = markets.MARKETS[code].country
        return self.country_name(country) if country else self.say("profile.otherEurope")

    def period(self, period: Period) -> str:
        """First and last day of a period."""
        return self.say("period", start=self.day(period.start), end=self.day(period.end))

    def counted(self, grade: Grade) -> str:
        """How many reviews of what time: ``123 reviews, last 12 months`` (DE-1)."""
        return self.say("count", reviews=self._reviews(grade), period=self._window())

    def counted_briefly(self, grade: Grade) -> str:
        """The same where there is little room: ``123 reviews · 12 months``."""
        months = self.count("months", policies.GRADES.window_months)
        return self.say("countShort", reviews=self._reviews(grade), months=months)

    def rating(self, rating: Decimal) -> str:
        return self.say("rating", rating=self.stars(rating), best=self.number(BEST))

    def summary(self, grade: Grade) -> str:
        """The grade in words, in any state, never without its count and period (A11Y-1)."""
        if grade.rating is not None:
            rating = self.rating(grade.rating)
            return self.say(
                "rated", rating=rating, reviews=self._reviews(grade), period=self._window()
            )
        if grade.state is GradeState.TOO_FEW:
            return self.say("tooFewYet", reviews=self._reviews(grade), period=self._window())
        return self.say("noRating")

    def selection(self, grade: Grade, limit: int) -> str:
        """What a sticker selects, and how many reviews there are in all (systems.md §18)."""
        return self.say(
            "selectionLatest",
            count=self.number(limit),
            reviews=self._reviews(grade),
            period=self._window(),
        )

    def all_time(self, grade: Grade, since: date) -> str:
        reviews = self.count("reviews", grade.all_time_count)
        return self.say("allTime", reviews=reviews, date=self.day(since))

    def _reviews(self, grade: Grade) -> str:
        return self.count("reviews", grade.count)

    def _window(self) -> str:
        return self.count("lastMonths", policies.GRADES.window_months)


# Counts and grades repeat from shop to shop, and formatting one costs as much as a query.
@lru_cache(maxsize=8_192)
def _number(number: Decimal | int, locale: Locale, form: str | None = None) -> str:
    return format_decimal(number, format=form, locale=locale)


def of(language: str) -> Texts:
    """The words of a language, in English where the platform does not speak it."""
    return _load(languages.supported(language, fallback=_FALLBACK))


@cache
def _load(language: str) -> Texts:
    catalogue = files("widgets").joinpath("texts", f"{language}.json").read_bytes()
    locale = Locale.parse(_LOCALES.get(language, language))
    return Texts(language, locale, orjson.loads(catalogue))
