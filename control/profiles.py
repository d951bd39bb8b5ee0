"""A shop's public profile as a page: grade, criteria, reviews, company (systems.md §5)."""

from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from control import filters, layout, review_items, sharing
from control.layout import Link
from control.review_items import Stars
from domain import languages
from domain.criteria import BEST, WORST
from domain.grades import CriterionGrade, GradeState
from domain.invite_rules import Criterion, Exclusion
from domain.marks import Standing
from domain.policies import GRADES
from schemas import oembed
from schemas.profiles import WHOLE, About, PageKind, PageQuestion
from schemas.questions import Question, ReviewQuery
from schemas.snapshots import Kind, Media
from services import syndication
from services.profiles import OtherShop, Profile, ShopPage
from widgets import texts
from widgets.texts import Texts

_FEEDS: Final = {Media.ATOM: "Atom", Media.JSONFEED: "JSON Feed"}


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
    """A connected shop, never without count and period; ``company`` where it is another one."""

    link: Link
    company: str
    market: str
    summary: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the counted reviews have one kind of confirmation."""

    text: str
    share: str
    count: str


@dataclass(frozen=True, slots=True)
class Feed:
    """New reviews for readers of feeds."""

    url: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of the page where its address is shared (systems.md §13)."""

    title: str
    text: str
    url: str


def page(profile: Profile) -> bytes:
    """The whole page in its language, UTF-8."""
    about, words = profile.page, texts.of(profile.page.language)
    title = words.say("title", shop=about.shop.name)
    return layout.render(
        "profile.html",
        words,
        title=title,
        **head(about, words),
        **graded(profile, words),
        **filters.shown(profile, words),
        blocks=review_items.blocks(profile, words),
        confirmed=_confirmed(profile, words),
        excluded=[_excluded(each, profile, words) for each in profile.exclusions],
        company=facts(about, words),
        **_certified(about, words),
        **_connected(profile, words),
        data=_data(about.question),
        feeds=_feeds(about.shop.key),
        pieces=oembed.discovered(about.base_url + about.question.path, about.base_url),
        card=_card(profile, words),
        share=sharing.links(about.base_url + about.question.url, title, words),
        markup=Markup(profile.markup),  # noqa: S704 — escaped for script blocks by X1 and X8
    )


def head(about: ShopPage, words: Texts) -> dict[str, object]:
    """What every page of a shop says about itself: names, addresses, who runs it."""
    shop, question = about.shop, about.question
    first = question if question.review else question.asking(WHOLE)
    urls = {tag: _in_language(first, tag, shop.language).url for tag in languages.SUPPORTED}
    summary = words.summary(about.grade)
    return {
        "shop": shop,
        "has_left": about.has_left,
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
        "certificate_url": question.asking(WHOLE).of(PageKind.CERTIFICATE, words.language).url,
        "report_url": question.asking(WHOLE).of(PageKind.REPORT, words.language).url,
        "summary": summary,
    }


def facts(about: ShopPage, words: Texts) -> list[tuple[str, str]]:
    """What is known about the shop, as terms and values."""
    return [
        (words.say("profile.operator"), about.company),
        (words.say("profile.website"), about.domain),
        (words.say("profile.market"), words.market_name(about.shop.market)),
        (words.say("profile.shopLanguage"), words.language_name(about.shop.language)),
        (words.say("profile.since"), words.day(about.registered_on)),
    ]


def graded(profile: Profile, words: Texts) -> dict[str, object]:
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


def _certified(about: ShopPage, words: Texts) -> dict[str, object]:
    """The certificate in a few words; praised only while it is valid (EU-5)."""
    standing = about.stands.standing
    why = {Standing.NONE: "noneWhy", Standing.VALID: "validWhy"}.get(standing, "notNow")
    return {
        "certificate_state": words.say(f"certificate.state.{standing}"),
        "certificate_why": words.say(f"certificate.{why}"),
    }


def _bars(profile: Profile, words: Texts) -> list[Bar]:
    question, distribution = profile.page.question, profile.figures.distribution
    return [
        Bar(
            url=question.asking(ReviewQuery(stars=stars), About.SHOP).url + filters.PLACE,
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


def _card(profile: Profile, words: Texts) -> Card:
    """The page, or its one review: never without grade, count and period of the shop."""
    about, summary = profile.page, words.summary(profile.page.grade)
    title, url = words.say("title", shop=about.shop.name), about.base_url + about.question.url
    if about.question.review is None:
        return Card(title, summary, url)
    [review] = profile.reviews.reviews
    day = words.say("review.published", date=words.day(review_items.day_of(about, review)))
    text = f"{words.rating(review.rating)}. {day}. {about.shop.name}: {summary}"
    return Card(review.title or title, text, url)


def _confirmed(profile: Profile, words: Texts) -> list[Share]:
    """Each kind of confirmation with its share of the reviews in the grade (systems.md §4)."""
    found = profile.confirmations
    total = sum(found.by_level.values()) if found else 0
    if found is None or not total:
        return []
    counts = [(f"level.{level:d}", found.by_level[level]) for level in sorted(found.by_level)]
    proofs = [(f"evidence.{kind}", number) for kind, number in found.by_kind.items()]
    return [
        Share(words.say(key), words.percent(count, total), words.count("reviews", count))
        for key, count in (*counts, *proofs)
    ]


def _excluded(exclusion: Exclusion, profile: Profile, words: Texts) -> tuple[str, str]:
    """Orders that nobody is invited for, as term and value (ISO-3, NEVER-7)."""
    value = exclusion.value
    if exclusion.criterion is Criterion.AMOUNT_BELOW:
        value = words.money(int(value), profile.page.shop.currency)
    elif exclusion.criterion is Criterion.LANGUAGE:
        value = words.language_name(value.lower())
    return words.say(f"excluded.{exclusion.criterion}"), value


def profile_url(about: ShopPage, words: Texts) -> str:
    """The first page of the profile in the language of the page that leads to it."""
    own = None if words.language == about.shop.language else words.language
    return PageQuestion(PageKind.PROFILE, about.shop.key, own, about.slug).url


def _connected(profile: Profile, words: Texts) -> dict[str, object]:
    """Other shops by their own grades; where one is not of this company, the heading says so."""
    together, company = profile.together, profile.page.company
    is_own = all(each.company == company for each in profile.others)
    return {
        "others": [_other(each, company, words) for each in profile.others],
        "others_title": words.say("profile.others" if is_own else "profile.connected"),
        "others_together": ""
        if together is None
        else words.say(
            "profile.connectedTogether",
            reviews=words.count("reviews", together.reviews),
            period=words.count("lastMonths", GRADES.window_months),
        ),
    }


def _other(other: OtherShop, company: str, words: Texts) -> OtherLine:
    shop = other.shop
    language = None if words.language == shop.language else words.language
    question = PageQuestion(PageKind.PROFILE, shop.key, language, other.slug)
    return OtherLine(
        Link(question.url, shop.name),
        "" if other.company == company else other.company,
        words.market_name(shop.market),
        words.summary(other.grade),
    )


def _in_language(question: PageQuestion, tag: str, own: str) -> PageQuestion:
    """The same page in one of the platform's languages; a profile's own has no prefix."""
    is_own = question.kind is PageKind.PROFILE and tag == own
    return replace(question, language=None if is_own else tag)


def _data(question: PageQuestion) -> list[Link]:
    """The reviews of the shop with the same filters, as payload of the API."""
    query = WHOLE if question.about is About.PRODUCTS else question.query
    return [
        Link(Question(Kind.REVIEWS, question.shop_key, media, query=query).url, media.upper())
        for media in (Media.JSON, Media.XML)
    ]


def _feeds(shop_key: str) -> list[Feed]:
    found = syndication.addresses(shop_key)
    return [Feed(url, _FEEDS[media], media.media_type) for media, url in found.items()]
