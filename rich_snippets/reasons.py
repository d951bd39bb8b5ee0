"""Why something is not marked up: a stable code, the rule behind it, and the field concerned.

Where Search Console has words for it, the explanation begins with them (rich-snippets.md §1.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias


class Code(StrEnum):
    """Stable codes; the first group leaves a node out, the second one refuses by policy."""

    FIELD_MISSING = "FIELD_MISSING"
    AUTHOR_MISSING = "AUTHOR_MISSING"
    AUTHOR_UNFIT = "AUTHOR_UNFIT"
    RATING_MISSING = "RATING_MISSING"
    RATING_OUT_OF_RANGE = "RATING_OUT_OF_RANGE"
    COUNT_NOT_POSITIVE = "COUNT_NOT_POSITIVE"
    TOO_FEW_REVIEWS = "TOO_FEW_REVIEWS"
    REVIEWS_WITHOUT_AGGREGATE = "REVIEWS_WITHOUT_AGGREGATE"
    NOTHING_TO_TELL = "NOTHING_TO_TELL"
    PRICE_INVALID = "PRICE_INVALID"
    PRICE_EXPIRED = "PRICE_EXPIRED"
    GTIN_INVALID = "GTIN_INVALID"
    SKU_UNFIT = "SKU_UNFIT"
    VARIANT_UNKEYED = "VARIANT_UNKEYED"
    VARIANT_REPEATED = "VARIANT_REPEATED"
    CERTIFICATION_INVALID = "CERTIFICATION_INVALID"
    TOO_MANY = "TOO_MANY"

    REVIEW_IMPORTED = "REVIEW_IMPORTED"
    REVIEW_NOT_COUNTED = "REVIEW_NOT_COUNTED"
    SELF_SERVING = "SELF_SERVING"
    AGENTS_ONLY = "AGENTS_ONLY"
    NOT_OF_THIS_PAGE = "NOT_OF_THIS_PAGE"
    NOT_ONE_ITEM = "NOT_ONE_ITEM"
    NOT_INDEXED = "NOT_INDEXED"
    PROHIBITED_GOODS = "PROHIBITED_GOODS"
    POOLING_NOT_LOGGED = "POOLING_NOT_LOGGED"
    RATING_ON_PAGE = "RATING_ON_PAGE"
    SYNTAX_DIFFERS = "SYNTAX_DIFFERS"
    ITEM_WITHOUT_ID = "ITEM_WITHOUT_ID"
    TYPE_DIFFERS = "TYPE_DIFFERS"
    NOTHING_TO_ADD = "NOTHING_TO_ADD"


EXPLANATIONS: Final[Mapping[Code, str]] = {
    Code.FIELD_MISSING: 'Missing field "{name}".',
    Code.AUTHOR_MISSING: 'Missing field "{name}": the author chose to show no name.',
    Code.AUTHOR_UNFIT: "Invalid string length: an author's name has fewer than 100 characters "
    "and holds no address, link or phone number.",
    Code.RATING_MISSING: 'Missing field "{name}": there is no value as the page shows it.',
    Code.RATING_OUT_OF_RANGE: "Rating is outside the specified or default range.",
    Code.COUNT_NOT_POSITIVE: "Value in field must be positive: there is no review to count.",
    Code.TOO_FEW_REVIEWS: "There are fewer reviews than the published minimum, so that the page "
    "shows no stars.",
    Code.REVIEWS_WITHOUT_AGGREGATE: "Multiple reviews without aggregateRating object: without a "
    "grade no review is marked up.",
    Code.NOTHING_TO_TELL: 'Either "offers", "review", or "aggregateRating" should be specified.',
    Code.PRICE_INVALID: "Invalid price format: a price is above 0, in a currency of three letters.",
    Code.PRICE_EXPIRED: "The price was valid until a day that has passed.",
    Code.GTIN_INVALID: "A GTIN has 8, 12, 13 or 14 digits of which the last one checks the others.",
    Code.SKU_UNFIT: "An SKU without white space is needed here.",
    Code.VARIANT_UNKEYED: "A variant needs an SKU or a GTIN.",
    Code.VARIANT_REPEATED: "Two variants have the same SKU or GTIN.",
    Code.CERTIFICATION_INVALID: "The certification is incomplete or not valid today.",
    Code.TOO_MANY: "There are more of these than search engines read.",
    Code.REVIEW_IMPORTED: "Reviews from other websites are shown apart and never marked up.",
    Code.REVIEW_NOT_COUNTED: "Reviews that do not enter the grade are shown apart and never "
    "marked up.",
    Code.SELF_SERVING: "Search engines show no stars where the company that is reviewed controls "
    "the reviews about itself, also through an embedded widget.",
    Code.AGENTS_ONLY: "Marked up for agents as you asked; search engines show no stars for it.",
    Code.NOT_OF_THIS_PAGE: "Markup describes the item of its own page, and this page is about "
    "another.",
    Code.NOT_ONE_ITEM: "Stars belong to one item, never to a category, a list or a home page.",
    Code.NOT_INDEXED: "The page is kept out of search engines, so that its markup is not read.",
    Code.PROHIBITED_GOODS: "Search engines accept no markup for goods of this kind.",
    Code.POOLING_NOT_LOGGED: "Reviews of variants are pooled only where the log says why the "
    "variants are the same product.",
    Code.RATING_ON_PAGE: "Review has multiple aggregate ratings: the page has one already.",
    Code.SYNTAX_DIFFERS: "The page is marked up in another syntax; two on one page make stars "
    "disappear.",
    Code.ITEM_WITHOUT_ID: "The page has this item already, without an id that could be added to.",
    Code.TYPE_DIFFERS: "The page has the item as another type, so that the two cannot be joined.",
    Code.NOTHING_TO_ADD: "The page has this item already, and there is nothing to add to it.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing left out or refused; ``rule`` is an id of rich-snippets.md, ``field`` a path."""

    code: Code
    rule: str
    field: str

    @property
    def explanation(self) -> str:
        """One English sentence for the shop's owner."""
        return EXPLANATIONS[self.code].format(name=self.field.rpartition(".")[2])


# Builders write down what they leave out in the order in which they see it.
Reasons: TypeAlias = list[Reason]
