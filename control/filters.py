"""What a reader may choose of a profile's list: what it is about, filters, order (DSA-7, FR-1c).

Everything is a link or a form of its own page, so that no script is needed.
"""

from dataclasses import dataclass, replace
from typing import Final

from domain import languages, policies
from domain.criteria import BEST, WORST
from schemas.profiles import WHOLE, About, PageQuestion
from schemas.questions import ReviewQuery, Sort, Within
from services.profiles import Counts, Profile
from widgets.texts import Texts

PLACE: Final = "#reviews"
"""Where on the page the list begins: whoever chooses is led back to it."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists with its number of reviews."""

    url: str
    text: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a form."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the form with its options, of which one is chosen."""

    name: str
    text: str
    options: tuple[Option, ...]


def shown(profile: Profile, words: Texts) -> dict[str, object]:
    """Tabs, form and the links to the neighbours of this page of the list."""
    question, found = profile.page.question, profile.reviews
    query, about = question.query, question.about
    after = replace(query, after=found.after, before=None)
    before = replace(query, after=None, before=found.before)
    return {
        "tabs": _tabs(question, profile.counts, words),
        "together": _together(profile.counts, words),
        "of_products": about is About.PRODUCTS,
        "about": "" if about is About.SHOP else str(about),
        "choices": _choices(query, words),
        "boxes": _boxes(query, words),
        "matching": _matching(profile, words),
        "nothing": _nothing(question, words),
        "is_filtered": not question.asking(query, About.SHOP).is_whole or question.review,
        "reset": question.asking(WHOLE).url + PLACE,
        "next": question.asking(after).url if found.after else None,
        "previous": question.asking(before).url if found.before else None,
    }


def _tabs(question: PageQuestion, counts: Counts, words: Texts) -> list[Tab]:
    """The two lists, where both have something to show."""
    if not counts.products and question.about is About.SHOP:
        return []
    return [
        Tab(
            url=question.asking(WHOLE, about).url + PLACE,
            text=words.say(text),
            count=words.number(count),
            is_chosen=about is question.about and question.review is None,
        )
        for about, text, count in (
            (About.SHOP, "profile.shopReviews", counts.shop),
            (About.PRODUCTS, "profile.productReviews", counts.products),
        )
    ]


def _together(counts: Counts, words: Texts) -> str:
    """The numbers of both lists add up; their grades never do (systems.md §24)."""
    return words.say(
        "profile.together",
        reviews=words.count("reviews", counts.shop + counts.products),
        shop=words.number(counts.shop),
        products=words.number(counts.products),
    )


def _matching(profile: Profile, words: Texts) -> str:
    question = profile.page.question
    if not question.query.is_filtered or question.review:
        return ""
    reviews = words.count("reviews", profile.counts.listed)
    return words.say("profile.matching", reviews=reviews)


def _nothing(question: PageQuestion, words: Texts) -> str:
    if question.query.is_filtered:
        return words.say("profile.empty")
    of_products = question.about is About.PRODUCTS
    return words.say("profile.noProducts" if of_products else "profile.none")


def _choices(query: ReviewQuery, words: Texts) -> tuple[Choice, ...]:
    return (
        Choice("stars", words.say("profile.filterStars"), _stars(query, words)),
        Choice("language", words.say("profile.filterLanguage"), _languages(query, words)),
        Choice("period", words.say("profile.filterPeriod"), _periods(query, words)),
        Choice("sort", words.say("profile.sort"), _orders(query, words)),
    )


def _boxes(query: ReviewQuery, words: Texts) -> tuple[Option, ...]:
    """Boxes to tick; ``value`` is the name of each."""
    return (
        Option("text", words.say("profile.withText"), query.has_text),
        Option("verified", words.say("profile.verifiedOnly"), query.is_verified),
    )


def _stars(query: ReviewQuery, words: Texts) -> tuple[Option, ...]:
    every = Option("", words.say("profile.allStars"), query.stars is None)
    return (
        every,
        *(
            Option(str(stars), words.count("stars", stars), stars == query.stars)
            for stars in range(BEST, WORST - 1, -1)
        ),
    )


def _languages(query: ReviewQuery, words: Texts) -> tuple[Option, ...]:
    """The platform's languages, and the one that is chosen if it is another."""
    every = Option("", words.say("profile.allLanguages"), query.language is None)
    tags = dict.fromkeys((*languages.SUPPORTED, *([query.language] if query.language else [])))
    return (
        every,
        *(Option(tag, words.language_name(tag), tag == query.language) for tag in tags),
    )


def _periods(query: ReviewQuery, words: Texts) -> tuple[Option, ...]:
    months = words.count("lastMonths", policies.GRADES.window_months)
    return (
        Option("", words.say("profile.allPeriods"), query.within is None),
        Option(str(Within.YEAR), months, query.within is Within.YEAR),
    )


def _orders(query: ReviewQuery, words: Texts) -> tuple[Option, ...]:
    return tuple(
        Option(sort, words.say(f"profile.sort.{sort}"), sort is query.sort) for sort in Sort
    )
