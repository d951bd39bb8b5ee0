"""A shop's public profile as a page: grade, criteria, reviews, company (systems.md §5)."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from markupsafe import Markup

from control import layout, review_items
from control.layout import Link
from control.review_items import Block, Stars
from domain import languages, markets
from domain.criteria import BEST, WORST
from domain.grades import CriterionGrade, GradeState
from schemas.profiles import WHOLE, PageKind, PageQuestion
from schemas.questions import Question, ReviewQuery, Sort
from schemas.snapshots import Kind, Media
from services.profiles import OtherShop, Profile, ShopPage
from widgets import texts
from widgets.texts import Texts


@dataclass(frozen=True, slots=True)
class Bar:
    """How many reviews have that many stars; ``share`` is of all of them, 0 to 100."""

    url: str
    label: str
    count: str
    share: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion with its own mean and number of marks; no stars where there are none."""

    name: str
    stars: Stars | None
    text: str


@dataclass(frozen=True, slots=True)
class OtherLine:
    """Another shop of the same company, never without count and period."""

    link: Link
    market: str
    summary: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a form."""

    value: str
    text: str
    is_chosen: bool


def page(profile: Profile) -> bytes:
    """The whole page in its language, UTF-8."""
    about, words = profile.page, texts.of(profile.page.language)
    title = words.say("title", shop=about.shop.name)
    return layout.render(
        "profile.html",
        words,
        title=title,
        **head(about, words),
        **_graded(profile, words),
        **_listed(profile, words),
        company=facts(about, words),
        others=[_other(each, words) for each in profile.others],
        data=[
            Link(_data_url(about.question, Media.JSON), "JSON"),
            Link(_data_url(about.question, Media.XML), "XML"),
        ],
        share=f"mailto:?subject={quote(title)}&body={quote(about.base_url + about.question.url)}",
        markup=Markup(profile.markup),  # noqa: S704 — escaped for script blocks by X1 and X8
    )


def head(about: ShopPage, words: Texts) -> dict[str, object]:
    """What every page of a shop says about itself: names, addresses, who runs it."""
    shop, question = about.shop, about.question
    first = question.asking(WHOLE)
    urls = {tag: _in_language(first, tag, shop.language).path for tag in languages.SUPPORTED}
    summary = words.summary(about.grade)
    return {
        "shop": shop,
        "base_url": about.base_url,
        "path": first.path,
        "is_indexed": question.is_whole,
        "urls": urls,
        "description": words.say(
            "profile.description", summary=summary, shop=shop.name, domain=about.domain
        ),
        "visit": words.say("profile.visit", domain=about.domain),
        "language_links": layout.language_links(urls, words),
        "how_url": layout.how_url(words.language),
        "certificate_url": f"/{words.language}/{PageKind.CERTIFICATE}/{shop.key}",
        "summary": summary,
    }


def facts(about: ShopPage, words: Texts) -> list[tuple[str, str]]:
    """What is known about the shop, as terms and values."""
    return [
        (words.say("profile.operator"), about.company),
        (words.say("profile.website"), about.domain),
        (words.say("profile.market"), _market(about.shop.market, words)),
        (words.say("profile.shopLanguage"), words.language_name(about.shop.language)),
        (words.say("profile.since"), words.day(about.registered_on)),
    ]


def _graded(profile: Profile, words: Texts) -> dict[str, object]:
    """The grade with count and period; without a grade no star is shown (AGG-7, AGG-14)."""
    figures, grade = profile.figures, profile.figures.grade
    is_rated = grade.state is GradeState.RATED
    return {
        "grade": None if grade.rating is None else words.stars(grade.rating),
        "stars": None if grade.rating is None else review_items.stars(grade.rating, words),
        "label": None if grade.label is None else words.say(f"label.{grade.label}"),
        "count": words.counted(grade),
        "period": words.period(grade.period),
        "all_time": words.all_time(grade, profile.page.shop.counting_since),
        "bars": _bars(profile, words) if is_rated else [],
        "criteria": [_criterion(each, words) for each in figures.criteria] if is_rated else [],
    }


def _bars(profile: Profile, words: Texts) -> list[Bar]:
    distribution = profile.figures.distribution
    return [
        Bar(
            url=profile.page.question.asking(ReviewQuery(stars=stars)).url + "#reviews",
            label=words.count("stars", stars),
            count=words.number(distribution[stars - 1]),
            share=f"{100 * distribution[stars - 1] / sum(distribution):.1f}",
        )
        for stars in range(BEST, WORST - 1, -1)
    ]


def _criterion(grade: CriterionGrade, words: Texts) -> CriterionLine:
    marks = words.count("marks", grade.count)
    if grade.rating is None:
        return CriterionLine(words.say(f"criterion.{grade.criterion}"), None, marks)
    rating = words.rating(grade.rating)
    return CriterionLine(
        name=words.say(f"criterion.{grade.criterion}"),
        stars=review_items.stars(grade.rating, words),
        text=words.say("criterionRated", rating=rating, marks=marks),
    )


def _listed(profile: Profile, words: Texts) -> dict[str, object]:
    """The list, its filters and the links to its neighbours (DSA-7, FR-1c)."""
    question, found = profile.page.question, profile.reviews
    query = question.query
    blocks: tuple[Block, ...] = review_items.blocks(profile.page, found.reviews, words)
    after = replace(query, after=found.after, before=None)
    before = replace(query, after=None, before=found.before)
    is_filtered = query.stars is not None or query.language is not None
    return {
        "blocks": blocks,
        "nothing": words.say("profile.empty" if is_filtered else "profile.none"),
        "is_filtered": not question.is_whole,
        "next": question.asking(after).url + "#reviews" if found.after else None,
        "previous": question.asking(before).url + "#reviews" if found.before else None,
        "star_options": _star_options(query, words),
        "language_options": _language_options(query, words),
        "sort_options": [
            Option(sort, words.say(f"profile.sort.{sort}"), sort is query.sort) for sort in Sort
        ],
    }


def _star_options(query: ReviewQuery, words: Texts) -> list[Option]:
    chosen = [
        Option(str(stars), words.count("stars", stars), stars == query.stars)
        for stars in range(BEST, WORST - 1, -1)
    ]
    return [Option("", words.say("profile.allStars"), query.stars is None), *chosen]


def _language_options(query: ReviewQuery, words: Texts) -> list[Option]:
    """The platform's languages, and the one that is chosen if it is another."""
    tags = dict.fromkeys((*languages.SUPPORTED, *([query.language] if query.language else [])))
    named = [Option(tag, words.language_name(tag), tag == query.language) for tag in tags]
    return [Option("", words.say("profile.allLanguages"), query.language is None), *named]


def _other(other: OtherShop, words: Texts) -> OtherLine:
    shop = other.shop
    language = None if words.language == shop.language else words.language
    question = PageQuestion(PageKind.PROFILE, shop.key, language, other.slug)
    return OtherLine(
        Link(question.url, shop.name), _market(shop.market, words), words.summary(other.grade)
    )


def _market(code: str, words: Texts) -> str:
    country = markets.MARKETS[code].country
    return words.country_name(country) if country else words.say("profile.otherEurope")


def _in_language(question: PageQuestion, tag: str, own: str) -> PageQuestion:
    """The same page in one of the platform's languages; a profile's own has no prefix."""
    is_own = question.kind is PageKind.PROFILE and tag == own
    return replace(question, language=None if is_own else tag)


def _data_url(question: PageQuestion, media: Media) -> str:
    """The same reviews as payload of the API."""
    return Question(Kind.REVIEWS, question.shop_key, media, query=question.query).url
