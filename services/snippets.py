"""Markup for pages of shops, from the reviews and the grade that the widgets show."""

from sqlmodel import Session

from domain.grades import Grade
from domain.windows import day_of
from rich_snippets import documents, haves
from rich_snippets import products as product_markup
from rich_snippets import shops as shop_markup
from rich_snippets import views as marked
from rich_snippets.policy import Page
from rich_snippets.snippets import Placement, Snippet
from schemas import encoding
from schemas import snippets as shapes
from schemas.questions import Question
from schemas.snapshots import Media
from services import figures, review_lists
from services.figures import product_window, subject_of, window_of
from store import counted_reviews
from store.counted_reviews import Moments, Slice
from store.products import Product
from store.shops import Shop
from widgets import shops as shop_shapes
from widgets import texts
from widgets.views import ReviewView, ShopView


def body(
    session: Session,
    shop: Shop,
    grade: Grade,
    question: Question,
    *,
    product: Product | None = None,
    base_url: str,
) -> bytes:
    """The markup of a shop's own page, or of its page of ``product``, in the format asked for.

    ``base_url`` is the public address of this installation. Raises ParameterInvalid for a
    ``have`` that says nothing.
    """
    made = _snippet(session, shop, grade, question, product=product, base_url=base_url)
    match question.media:
        case Media.HTML:
            return documents.html(made)
        case Media.JSONLD:
            return documents.json_ld(made)
    shape = _shape(figures.shop_view(shop, min_reviews=1), made)
    return encoding.to_xml(shape) if question.media is Media.XML else encoding.to_json(shape)


def profile_url(base_url: str, shop_key: str) -> str:
    """The address of a shop's public profile here, which its markup names as ``sameAs`` (O2)."""
    return f"{base_url}/profile/{shop_key}"


def review_url(home: str, review_id: str) -> str:
    """The permalink of a review on the profile at ``home``: it stays when the list grows."""
    return f"{home}?review={review_id}#{review_id}"


def _snippet(
    session: Session,
    shop: Shop,
    grade: Grade,
    question: Question,
    *,
    product: Product | None,
    base_url: str,
) -> Snippet:
    home = profile_url(base_url, shop.shop_key)
    view = marked.ShopView(shop.name, shop.url, home, shop.operator_is_shop)
    told = marked.GradeView(grade, explanation=texts.of(shop.language).counted(grade))
    placement = _placement(shop, question, Page.PRODUCT if product else Page.SHOP)
    reviews = [
        marked_review(each, home if product is None else None)
        for each in _counted(session, shop, product, placement.reviews)
    ]
    if product is None:
        return shop_markup.build(view, told, reviews, placement)
    return product_markup.build(view, _product(product), told, reviews, placement)


def _placement(shop: Shop, question: Question, page: Page) -> Placement:
    markup = question.markup
    return Placement(
        page,
        markup.syntax,
        today=day_of(shop.generation_at),
        reviews=markup.reviews,
        have=haves.parse(markup.have),
    )


def _counted(session: Session, shop: Shop, product: Product | None, most: int) -> list[ReviewView]:
    """The newest reviews behind the grade: markup holds no others (RX2)."""
    window = product_window(shop) if product else window_of(shop)
    subject = subject_of(shop, product)
    rows = counted_reviews.page(session, subject, Moments.of(window), Slice(0, most))
    return [review_lists.view(row, epoch=subject.epoch, window=window) for row in rows]


def _product(product: Product) -> marked.ProductView:
    return marked.ProductView(
        name=product.name,
        sku=product.sku,
        url=product.url,
        image_url=product.image_url,
        gtin=product.gtin or "",
        mpn=product.mpn or "",
        brand=product.brand or "",
    )


def marked_review(review: ReviewView, home: str | None) -> marked.ReviewView:
    """A review as markup tells it; ``home`` is the page on which it stands under its own id."""
    reply = review.reply
    return marked.ReviewView(
        author_name=review.author_name,
        rating=review.rating,
        published_at=review.published_at,
        level=review.level,
        not_counted=review.not_counted,
        incentivised=review.incentivised,
        imported_from=review.imported_from,
        title=review.title,
        comment=review.comment,
        language=review.language,
        edited_at=review.edited_at,
        url=review_url(home, review.id) if home else None,
        reply=marked.ReplyView(reply.text, reply.created_at) if reply else None,
    )


def _shape(shop: ShopView, made: Snippet) -> shapes.Snippet:
    return shapes.Snippet(
        shop=shop_shapes.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        answer=made.answer.value,
        syntax=made.syntax,
        html=documents.html(made).decode(),
        reasons=tuple(
            shapes.Reason(
                code=reason.code.value,
                rule=reason.rule,
                field=reason.field,
                explanation=reason.explanation,
            )
            for reason in made.reasons
        ),
    )
