"""Answers to questions: built from the database by one function per kind, then sealed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlmodel import Session

from domain import gtins, languages, policies
from domain.errors import ProductNotFound, ShopNotFound
from domain.grades import Grade
from domain.marks import Mark
from domain.windows import day_of
from schemas import encoding
from schemas.questions import FRAGMENTS, Question
from schemas.reviews import ReviewPage
from schemas.shapes import Shape
from schemas.snapshots import MARKED, Kind, Media, Snapshot, seal
from services import (
    certificate_views,
    figures,
    fragments,
    marks,
    review_lists,
    snippets,
    statements,
    syndication,
)
from services.figures import product_window, subject_of, window_of
from services.installation import Installation
from store import products, shops
from store.keys import Keyring
from store.products import Product
from store.shops import Shop
from widgets import (
    badge_images,
    badges,
    certificates,
    grades,
    mark_drawings,
    reviews,
    stars,
    stickers,
)
from widgets.views import Figures, ShopView


def answer(
    installation: Installation, question: Question, *, now: datetime | None = None
) -> Snapshot:
    """The answer at the shop's present generation, its mark as it is at ``now``.

    Raises ShopNotFound, ProductNotFound, CursorUnknown, or Unavailable.
    """
    with installation.database.read() as session:
        shop = shops.by_key(session, question.shop_key)
        if shop is None:
            raise ShopNotFound
        settings = installation.settings
        answers = Answers(
            session,
            shop,
            settings.grade_min_reviews,
            base_url=settings.base_url,
            keys=installation.database.keys,
            now=now,
        )
        return answers.to(question)


def stored_questions(shop_key: str, products: Mapping[str, int]) -> list[tuple[int, Question]]:
    """The questions whose answers are stored: no parameters, both formats.

    ``products`` are SKUs and ids; with each question comes its subject, 0 for the shop.
    """
    kinds = (Kind.BADGE, Kind.GRADE, Kind.REVIEWS, Kind.STICKER)
    texts = (Media.JSON, Media.XML)
    return [
        (0, Question(Kind.BADGE_IMAGE, shop_key, Media.SVG)),
        *((0, Question(kind, shop_key, media)) for kind in kinds for media in texts),
        *(
            (product_id, Question(Kind.PRODUCT_REVIEWS, shop_key, media, sku=sku))
            for sku, product_id in products.items()
            for media in texts
        ),
    ]


class Answers:
    """Answers about one shop from one open session: what two of them share is read once.

    ``base_url`` is the public address of the installation, which markup names; with ``keys``
    statements are signed. At ``now`` the mark is looked at, which ends by time alone; without
    it that is the moment of the generation.
    """

    def __init__(
        self,
        session: Session,
        shop: Shop,
        min_reviews: int,
        *,
        base_url: str = "",
        keys: Keyring | None = None,
        now: datetime | None = None,
    ) -> None:
        self.session = session
        self.shop = shop
        self.min_reviews = min_reviews
        self.base_url = base_url
        self.keys = keys
        self.now = max(now or shop.generation_at, shop.generation_at)
        self._shapes: dict[Question, Shape] = {}

    def to(self, question: Question) -> Snapshot:
        """Build and seal one answer."""
        return seal(
            self._body(question),
            url=question.url,
            shop_key=self.shop.shop_key,
            kind=question.kind,
            media=question.media,
            generation=self.shop.generation,
            modified=self.shop.modified_s,
            expires=self.mark.expires if question.kind in MARKED else None,
        )

    def _body(self, question: Question) -> bytes:
        if question.kind is Kind.MARK_IMAGE:
            return mark_drawings.draw(self.view, language=self.language(question))
        if question.media is Media.SVG:
            language = self.language(question)
            return badge_images.draw(self.view, self.figures, language=language)
        if question.kind in (Kind.FEED, Kind.PRODUCT_FEED):
            return self._syndicated(question)
        if question.kind in FRAGMENTS.values():
            return fragments.body(
                self.session,
                self.shop,
                question,
                language=self.language(question),
                min_reviews=self.min_reviews,
                base_url=self.base_url,
            )
        if question.kind is Kind.SNIPPET:
            return self._marked_up(question, None, self.grade)
        if question.kind is Kind.PRODUCT_SNIPPET:
            product = self.product(question)
            return self._marked_up(question, product, self.grade_of(product))
        asked = replace(question, media=Media.JSON)
        shape = self._shapes.get(asked)
        if shape is None:
            shape = self._shapes[asked] = _BUILDERS[question.kind](self, question)
        if isinstance(shape, ReviewPage):
            shape = reviews.addressed(shape, question)
        is_json = question.media is Media.JSON
        return encoding.to_json(shape) if is_json else encoding.to_xml(shape)

    def _syndicated(self, question: Question) -> bytes:
        product = None if question.sku is None else self.product(question)
        return syndication.body(
            self.session, self.shop, question, product=product, base_url=self.base_url
        )

    def _marked_up(self, question: Question, product: Product | None, grade: Grade) -> bytes:
        return snippets.body(
            self.session,
            self.shop,
            grade,
            question,
            product=product,
            base_url=self.base_url,
        )

    @cached_property
    def view(self) -> ShopView:
        return figures.shop_view(self.shop, min_reviews=self.min_reviews, mark=self.mark)

    @cached_property
    def mark(self) -> Mark:
        """The shop's mark now: also where no night has brought a new generation (NEVER-16)."""
        return marks.mark_of(self.session, self.shop, self.now)

    @cached_property
    def figures(self) -> Figures:
        """Everything counted about the shop itself."""
        subject = subject_of(self.shop)
        return figures.figures_of(self.session, self.shop, subject, min_reviews=self.min_reviews)

    @cached_property
    def grade(self) -> Grade:
        """The grade of the shop itself, for answers that show nothing else that is counted."""
        if "figures" in self.__dict__:
            return self.figures.grade
        subject = subject_of(self.shop)
        return figures.grade_of(self.session, self.shop, subject, min_reviews=self.min_reviews)

    def product(self, question: Question) -> Product:
        """The product that is asked about; raises ProductNotFound."""
        product = products.by_sku(self.session, self.shop.id, question.sku or "")
        if product is None:
            raise ProductNotFound
        return product

    def grade_of(self, product: Product) -> Grade:
        """The grade of one product."""
        subject = subject_of(self.shop, product)
        return figures.grade_of(self.session, self.shop, subject, min_reviews=self.min_reviews)

    def language(self, question: Question) -> str:
        """The language asked for, or the shop's."""
        return languages.supported(
            question.language or self.shop.language, fallback=self.shop.language
        )


def _badge(answers: Answers, question: Question) -> Shape:
    return badges.build(answers.view, answers.figures, language=answers.language(question))


def _grade(answers: Answers, question: Question) -> Shape:
    del question
    return grades.build(answers.view, answers.figures)


def _reviews(answers: Answers, question: Question) -> Shape:
    shop = answers.shop
    page = review_lists.page(
        answers.session, subject_of(shop), question.query, window=window_of(shop)
    )
    return reviews.build(answers.view, answers.grade, page, question)


def _product_reviews(answers: Answers, question: Question) -> Shape:
    shop, product = answers.shop, answers.product(question)
    page = review_lists.page(
        answers.session, subject_of(shop, product), question.query, window=product_window(shop)
    )
    view = figures.product_view(product)
    return reviews.build(answers.view, answers.grade_of(product), page, question, view)


def _sticker(answers: Answers, question: Question) -> Shape:
    shop = answers.shop
    latest = review_lists.latest_counted(
        answers.session, subject_of(shop), window=window_of(shop), limit=question.limit
    )
    return stickers.build(
        answers.view,
        answers.grade,
        latest,
        limit=question.limit,
        language=answers.language(question),
    )


def _stars(answers: Answers, question: Question) -> Shape:
    known = products.by_skus(answers.session, answers.shop.id, question.skus)
    found = {
        sku: (figures.product_view(product), answers.grade_of(product))
        for sku, product in known.items()
    }
    items = [(sku, *found.get(sku, (None, None))) for sku in question.skus]
    return stars.build(answers.view, items, _numbered(answers, question))


def _numbered(answers: Answers, question: Question) -> Iterator[stars.Numbered]:
    """The products that are asked for by GTIN or MPN, in that order."""
    if not question.gtins and not question.mpns:
        return
    spellings = {gtin: gtins.spellings(gtin) for gtin in question.gtins}
    known = products.by_numbers(
        answers.session,
        answers.shop.id,
        gtins=frozenset().union(*spellings.values()),
        mpns=question.mpns,
        most=policies.LISTS.batch_maximum,
    )
    shown = [(figures.product_view(each), answers.grade_of(each)) for each in known]
    for gtin, written in spellings.items():
        for view, grade in shown:
            if view.gtin in written:
                yield stars.Numbered(view, grade, gtin=gtin)
    for mpn in question.mpns:
        for view, grade in shown:
            if view.mpn == mpn:
                yield stars.Numbered(view, grade, mpn=mpn)


def _certificate(answers: Answers, question: Question) -> Shape:
    del question
    shop = answers.shop
    stands = certificate_views.of_shop(answers.session, shop, answers.now)
    return certificates.build(
        answers.view, stands.standing, stands.certificate, day_of(shop.registered_at)
    )


def _badge_token(answers: Answers, question: Question) -> Shape:
    del question
    if answers.keys is None:
        raise ValueError("A token is signed: it takes the installation's keys.")
    return certificate_views.token(
        answers.session,
        answers.shop,
        answers.mark,
        keys=answers.keys,
        issuer=answers.base_url,
    )


def _statement(answers: Answers, question: Question) -> Shape:
    if answers.keys is None:
        raise ValueError("A statement is signed: it takes the installation's keys.")
    return statements.signed(
        answers.session,
        answers.shop,
        None if question.sku is None else answers.product(question),
        keys=answers.keys,
        issuer=answers.base_url,
        min_reviews=answers.min_reviews,
    )


_BUILDERS: Final[Mapping[Kind, Callable[[Answers, Question], Shape]]] = {
    Kind.BADGE: _badge,
    Kind.GRADE: _grade,
    Kind.REVIEWS: _reviews,
    Kind.STICKER: _sticker,
    Kind.PRODUCT_REVIEWS: _product_reviews,
    Kind.STARS: _stars,
    Kind.STATEMENT: _statement,
    Kind.CERTIFICATE: _certificate,
    Kind.BADGE_TOKEN: _badge_token,
    Kind.PRODUCT_STATEMENT: _statement,
}
