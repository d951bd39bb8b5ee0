"""Public pages of a shop: what its profile and its certificate page show, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import Session

from domain.errors import ShopNotFound
from domain.grades import Grade
from domain.windows import day_of
from rich_snippets import documents
from rich_snippets import shops as shop_markup
from rich_snippets import views as marked
from rich_snippets.policy import Page
from rich_snippets.snippets import Placement
from schemas.profiles import PageKind, PageQuestion, slug_of
from schemas.syntaxes import Syntax
from services import figures, review_lists, snippets
from services.figures import subject_of, window_of
from services.installation import Installation
from services.snapshots import Answers
from store import shops
from store.accounts import Account
from store.shops import Shop
from widgets import texts
from widgets.views import Figures, ReviewPage, ShopView

OTHERS: Final = 20
"""How many other shops of the same company a profile shows."""


@dataclass(frozen=True, slots=True)
class OtherShop:
    """Another shop of the same company with its own grade (systems.md §24)."""

    shop: ShopView
    slug: str
    domain: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class ShopPage:
    """What every public page of a shop shows; ``language`` is the one that the page speaks.

    ``question`` has the canonical slug; ``base_url`` is the installation's public address, and
    ``modified`` the moment of the generation in Unix seconds.
    """

    question: PageQuestion
    language: str
    shop: ShopView
    slug: str
    company: str
    domain: str
    registered_on: date
    grade: Grade
    modified: int
    base_url: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole profile; ``markup`` is safe HTML, empty where nothing may be marked up."""

    page: ShopPage
    figures: Figures
    reviews: ReviewPage
    others: tuple[OtherShop, ...]
    markup: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The page stands at another address, ``url``, which is a path with its query."""

    url: str


def read(installation: Installation, question: PageQuestion) -> Profile | ShopPage | Moved:
    """A profile, or what a certificate page shows, at the shop's present generation.

    Moved where the slug is missing or wrong, or the shop's own language is named; nothing else
    is read then. Raises ShopNotFound, ReviewNotFound, CursorUnknown, or Unavailable.
    """
    settings = installation.settings
    with installation.database.read() as session:
        shop = shops.by_key(session, question.shop_key)
        if shop is None:
            raise ShopNotFound
        canonical = _canonical(question, shop)
        if canonical != question:
            return Moved(canonical.url)
        answers = Answers(session, shop, settings.grade_min_reviews, base_url=settings.base_url)
        page = _page(answers, question, settings.base_url)
        return page if question.kind is PageKind.CERTIFICATE else _profile(answers, page)


def _canonical(question: PageQuestion, shop: Shop) -> PageQuestion:
    if question.kind is PageKind.CERTIFICATE:
        return question
    language = None if question.language == shop.language else question.language
    return replace(question, language=language, slug=slug_of(shop.name))


def _page(answers: Answers, question: PageQuestion, base_url: str) -> ShopPage:
    shop = answers.shop
    account = answers.session.get_one(Account, shop.account_id)
    return ShopPage(
        question=question,
        language=question.language or shop.language,
        shop=answers.view,
        slug=slug_of(shop.name),
        company=account.name,
        domain=shop.domain,
        registered_on=day_of(shop.registered_at),
        grade=answers.grade if question.kind is PageKind.CERTIFICATE else answers.figures.grade,
        modified=shop.modified_s,
        base_url=base_url,
    )


def _profile(answers: Answers, page: ShopPage) -> Profile:
    shop, session = answers.shop, answers.session
    reviews = _reviews(answers, page.question)
    return Profile(
        page=page,
        figures=answers.figures,
        reviews=reviews,
        others=tuple(_others(session, shop, answers.min_reviews)),
        markup=_markup(page, reviews),
    )


def _reviews(answers: Answers, question: PageQuestion) -> ReviewPage:
    shop, session = answers.shop, answers.session
    subject, window = subject_of(shop), window_of(shop)
    if question.review is not None:
        return review_lists.one(session, subject, question.review, window=window)
    return review_lists.page(session, subject, question.query, window=window)


def _others(session: Session, shop: Shop, min_reviews: int) -> Sequence[OtherShop]:
    siblings = [each for each in shops.of_account(session, shop.account_id) if each.id != shop.id]
    return [
        OtherShop(
            shop=figures.shop_view(each, min_reviews=min_reviews),
            slug=slug_of(each.name),
            domain=each.domain,
            grade=figures.grade_of(session, each, subject_of(each), min_reviews=min_reviews),
        )
        for each in siblings[:OTHERS]
    ]


def _markup(page: ShopPage, reviews: ReviewPage) -> str:
    """The shop with the grade and the counted reviews that this very page shows (M4, M5, R14)."""
    shop = page.shop
    home = snippets.profile_url(page.base_url, shop.key)
    view = marked.ShopView(shop.name, shop.url, home, shop.operator_is_shop)
    told = marked.GradeView(page.grade, explanation=texts.of(page.language).counted(page.grade))
    counted = [each for each in reviews.reviews if each.not_counted is None]
    placement = Placement(
        Page.PROFILE,
        Syntax.JSONLD,
        today=day_of(shop.calculated_at),
        reviews=len(counted),
        is_indexed=page.question.is_whole,
    )
    views = [snippets.marked_review(each, home) for each in counted]
    return documents.html(shop_markup.build(view, told, views, placement)).decode()
