"""Public pages of a shop: what they show, read in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from domain import embeds
from domain.errors import ReviewGone, ReviewNotFound, ShopNotFound
from domain.evidence import EvidenceKind, EvidenceLevel
from domain.grades import Grade
from domain.invite_rules import Exclusion
from domain.packs import PRICE_LISTS
from domain.reviews import ReviewState
from domain.windows import Period, day_of, midnight
from rich_snippets import documents
from rich_snippets import shops as shop_markup
from rich_snippets import views as marked
from rich_snippets.policy import Page
from rich_snippets.snippets import Placement
from schemas.profiles import WHOLE, About, PageKind, PageQuestion, slug_of
from schemas.syntaxes import Syntax
from services import (
    certificate_views,
    figures,
    groups,
    invite_rules,
    packs,
    review_lists,
    snippets,
    statements,
)
from services.certificate_views import Standings
from services.figures import product_window, subject_of, window_of
from services.groups import Connected
from services.installation import Installation
from services.snapshots import Answers
from store import origins, products, reviews, shops
from store.accounts import Account
from store.review_lists import AllProducts, Listing
from store.shops import Shop
from widgets import texts
from widgets.views import Figures, ProductView, ReviewPage, ShopView


@dataclass(frozen=True, slots=True)
class OtherShop:
    """A connected shop with its own grade (systems.md §24); ``company`` is whose shop it is."""

    shop: ShopView
    company: str
    slug: str
    domain: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Together:
    """How many counted reviews the connected shops have in all: a sum, and never a grade."""

    reviews: int
    shops: int


@dataclass(frozen=True, slots=True)
class ShopPage:
    """What every public page of a shop shows; ``language`` is the one that the page speaks.

    ``question`` has the canonical slug; ``base_url`` is the installation's public address, and
    ``modified`` the moment of the generation in Unix seconds. ``embed_hosts`` may frame the
    shop's reviews. ``has_left`` where it is no longer a member (systems.md §1). ``stands`` is
    what there is to say of its certificate, at the generation or, on its own page, this moment.
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
    embed_hosts: tuple[str, ...]
    has_left: bool
    stands: Standings


@dataclass(frozen=True, slots=True)
class Counts:
    """How many public reviews there are of the shop, of its products, and in the chosen list."""

    shop: int
    products: int
    listed: int


@dataclass(frozen=True, slots=True)
class Confirmations:
    """How the purchases behind the counted reviews were confirmed (systems.md §4).

    A review may have several kinds of proof behind it, ``by_kind``.
    """

    by_level: Mapping[EvidenceLevel, int]
    by_kind: Mapping[EvidenceKind, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole profile; ``markup`` is safe HTML, empty where nothing may be marked up.

    ``products`` are what reviews are about, by the reviews' ids; ``confirmations`` and
    ``exclusions``, the orders that nobody is invited for, are read for the first page only.
    ``together`` where the shop's administrators want it told.
    """

    page: ShopPage
    figures: Figures
    reviews: ReviewPage
    counts: Counts
    products: Mapping[str, ProductView]
    confirmations: Confirmations | None
    exclusions: Sequence[Exclusion]
    others: tuple[OtherShop, ...]
    together: Together | None
    markup: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The page stands at another address, ``url``, which is a path with its query."""

    url: str


def read(
    installation: Installation, question: PageQuestion, *, now: datetime | None = None
) -> Profile | ShopPage | Moved:
    """A profile, also for a frame, or what other pages show, at the shop's present generation.

    With ``now`` the certificate is looked at as it stands at that moment.

    Moved where the slug is missing or wrong, or the shop's own language is named; nothing else
    is read then. Raises ShopNotFound, ReviewNotFound, ReviewGone, CursorUnknown, or Unavailable.
    """
    settings = installation.settings
    with installation.database.read() as session:
        shop = shops.by_key(session, question.shop_key)
        if shop is None:
            raise ShopNotFound
        canonical = _canonical(question, shop)
        if canonical != question:
            return Moved(canonical.url)
        minimum, base_url = settings.grade_min_reviews, settings.base_url
        answers = Answers(session, shop, minimum, base_url=base_url, now=now)
        page = _page(answers, question, answers.now)
        if question.kind in (PageKind.PROFILE, PageKind.EMBED):
            circle = groups.connected(session, shop, PRICE_LISTS[settings.prices])
            return _profile(answers, page, circle)
        if question.review is not None:
            _one(answers, question.review)
        return page


def _canonical(question: PageQuestion, shop: Shop) -> PageQuestion:
    language = None if question.language == shop.language else question.language
    match question.kind:
        case PageKind.PROFILE:
            return replace(question, language=language, slug=slug_of(shop.name))
        case PageKind.EMBED:
            return replace(question, language=language)
        case _:
            return question


def _page(answers: Answers, question: PageQuestion, now: datetime) -> ShopPage:
    shop = answers.shop
    is_list = question.kind in (PageKind.PROFILE, PageKind.EMBED)
    hosts = shop.embed_hosts
    account = answers.session.get_one(Account, shop.account_id)
    return ShopPage(
        question=question,
        language=question.language or shop.language,
        shop=answers.view,
        slug=slug_of(shop.name),
        company=account.name,
        domain=shop.domain,
        registered_on=day_of(shop.registered_at),
        grade=answers.figures.grade if is_list else answers.grade,
        modified=shop.modified_s,
        base_url=answers.base_url,
        embed_hosts=embeds.default(shop.domain) if hosts is None else tuple(hosts.split()),
        has_left=packs.has_left(answers.session, shop.id),
        stands=certificate_views.of_shop(answers.session, shop, now),
    )


def _profile(answers: Answers, page: ShopPage, circle: Connected) -> Profile:
    session, question = answers.session, page.question
    listed = _reviews(answers, question)
    about = products.of_reviews(session, [each.id for each in listed.reviews])
    others = tuple(_other(session, *each, answers.min_reviews) for each in circle.others)
    return Profile(
        page=page,
        figures=answers.figures,
        reviews=listed,
        counts=_counts(answers, question),
        products={each: figures.product_view(product) for each, product in about.items()},
        confirmations=_confirmations(answers, page.grade.period) if question.is_whole else None,
        exclusions=invite_rules.exclusions_of(session, answers.shop) if question.is_whole else (),
        others=others,
        together=_together(page, others) if circle.shows_total else None,
        markup=_markup(page, listed) if question.kind is PageKind.PROFILE else "",
    )


def _listing(shop: Shop, about: About) -> tuple[Listing, Period]:
    """What is listed, and the window in which its reviews count."""
    if about is About.PRODUCTS:
        return AllProducts(shop.id), product_window(shop)
    return subject_of(shop), window_of(shop)


def _reviews(answers: Answers, question: PageQuestion) -> ReviewPage:
    if question.review is not None:
        return _one(answers, question.review)
    listing, window = _listing(answers.shop, question.about)
    return review_lists.page(answers.session, listing, question.query, window=window)


def _one(answers: Answers, review_id: str) -> ReviewPage:
    """The page of one review, of the shop or of a product; of a removed one it says so."""
    shop, session = answers.shop, answers.session
    for about in About:
        listing, window = _listing(shop, about)
        found = review_lists.one(session, listing, review_id, window=window)
        if found is not None:
            return found
    row = reviews.by_public_id(session, review_id)
    if row is None or row.shop_id != shop.id or row.state == ReviewState.SUBMITTED:
        raise ReviewNotFound
    raise ReviewGone


def _counts(answers: Answers, question: PageQuestion) -> Counts:
    """The numbers of both lists, and that of the chosen one with its filters."""
    shop, session = answers.shop, answers.session
    whole = {
        about: review_lists.count(session, listing, WHOLE, window=window)
        for about, (listing, window) in ((each, _listing(shop, each)) for each in About)
    }
    listed = whole[question.about]
    if question.query.is_filtered:
        listing, window = _listing(shop, question.about)
        listed = review_lists.count(session, listing, question.query, window=window)
    return Counts(whole[About.SHOP], whole[About.PRODUCTS], listed)


def _confirmations(answers: Answers, period: Period) -> Confirmations:
    subject = subject_of(answers.shop)
    bounds = midnight(period.start), midnight(period.end + timedelta(days=1))
    by_level: Counter[EvidenceLevel] = Counter()
    for group in origins.groups(answers.session, subject, *bounds):
        is_public = ReviewState(group.state).is_public
        if is_public and statements.why_outside(group, subject, period) is None:
            by_level[EvidenceLevel(group.level)] += group.reviews
    found = origins.proofs(answers.session, subject, *bounds)
    by_kind = {kind: found[kind] for kind in EvidenceKind if kind in found}
    return Confirmations(by_level, by_kind)


def _other(session: Session, shop: Shop, company: str, min_reviews: int) -> OtherShop:
    return OtherShop(
        shop=figures.shop_view(shop, min_reviews=min_reviews),
        company=company,
        slug=slug_of(shop.name),
        domain=shop.domain,
        grade=figures.grade_of(session, shop, subject_of(shop), min_reviews=min_reviews),
    )


def _together(page: ShopPage, others: Sequence[OtherShop]) -> Together | None:
    if not others:
        return None
    grades = (page.grade, *(each.grade for each in others))
    return Together(sum(grade.count for grade in grades), len(grades))


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
