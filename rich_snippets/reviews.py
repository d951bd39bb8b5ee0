"""Reviews as nodes: those that count, as many as the page shows (R1 to R3, R12 to R16, RX2)."""

from collections.abc import Iterator, Sequence

from domain import policies, texts
from domain.errors import TextInvalid
from domain.reviews import NotCounted
from domain.windows import day_of
from rich_snippets import literals, ratings
from rich_snippets.nodes import Node, node
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.views import ReplyView, ReviewView


def build(
    views: Sequence[ReviewView], *, limit: int, shop_name: str, reasons: Reasons
) -> tuple[Node, ...]:
    """The nodes of the first ``limit`` counted reviews, in the order of the page (R14).

    A review that cannot be marked up is left out and not replaced by one further down, which the
    page does not show.
    """
    nodes = (
        _review(view, field, shop_name, reasons)
        for field, view in _shown(views, limit=limit, reasons=reasons)
    )
    return tuple(found for found in nodes if found is not None)


def _shown(
    views: Sequence[ReviewView], *, limit: int, reasons: Reasons
) -> Iterator[tuple[str, ReviewView]]:
    shown = 0
    for index, view in enumerate(views):
        if shown == limit:
            return
        field = f"review[{index}]"
        refusal = _refusal(view, field)
        if refusal is None:
            shown += 1
            yield field, view
        else:
            reasons.append(refusal)


def _refusal(view: ReviewView, field: str) -> Reason | None:
    """Imports, incentives and missing proof keep a review out, whatever its stars (R16, RX2)."""
    if view.imported_from or view.not_counted is NotCounted.IMPORTED:
        return Reason(Code.REVIEW_IMPORTED, "R16", field)
    if view.not_counted is not None or view.incentivised or not view.level.is_verified:
        return Reason(Code.REVIEW_NOT_COUNTED, "RX2", field)
    return None


def _review(view: ReviewView, field: str, shop_name: str, reasons: Reasons) -> Node | None:
    author = _author(view.author_name, field, reasons)
    rating = ratings.rating(view.rating, f"{field}.reviewRating", reasons)
    if author is None or rating is None:
        return None
    return node(
        "Review",
        author=author,
        reviewRating=rating,
        name=literals.plain(view.title),
        reviewBody=literals.plain(view.comment),
        inLanguage=literals.language(view.language),
        datePublished=day_of(view.published_at),
        dateModified=day_of(view.edited_at) if view.edited_at else None,
        url=literals.link(view.url),
        comment=_reply(view.reply, shop_name) if view.reply else None,
    )


def _author(name: str, field: str, reasons: Reasons) -> Node | None:
    """The author as a person with the name that the page shows (R1, R2)."""
    name = literals.plain(name)
    if not name:
        reasons.append(Reason(Code.AUTHOR_MISSING, "R1", f"{field}.author.name"))
        return None
    most = policies.SNIPPETS.author_characters
    try:
        return node("Person", name=texts.clean_name(name, most=most, field=field))
    except TextInvalid:
        reasons.append(Reason(Code.AUTHOR_UNFIT, "R2", f"{field}.author.name"))
        return None


def _reply(view: ReplyView, shop_name: str) -> Node | None:
    text = literals.plain(view.text)
    if not (text and shop_name):
        return None
    return node(
        "Comment",
        author=node("Organization", name=shop_name),
        text=text,
        datePublished=day_of(view.created_at),
    )
