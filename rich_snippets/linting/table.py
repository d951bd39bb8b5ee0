"""The table of rules: id, weight, how to mend it, and the function that finds breaches.

Not in the table, because a page alone does not show them: R14 without being told the number of
reviews shown, RX2, RX3, M4 (which allows), O1 (which asks for nothing).
"""

from typing import Final

from rich_snippets.linting import (
    groups,
    offers,
    organizations,
    placement,
    products,
    ratings,
    reviews,
    syntaxes,
    visibility,
)
from rich_snippets.linting.defects import Flaw
from rich_snippets.linting.rules import Rule, Severity

_E, _W, _P = Severity.ERROR, Severity.WARNING, Severity.POLICY

_RATINGS: Final = (
    Rule(
        "R3",
        _E,
        "Give each review exactly one reviewRating, a Rating with a ratingValue.",
        ratings.missing_rating,
    ),
    Rule(
        "R4",
        _E,
        "Write ratingValue as a number with a point, such as 4.4.",
        ratings.unreadable_value,
    ),
    Rule(
        "R5",
        _E,
        "Correct the value, or say bestRating and worstRating of the scale that it is on.",
        ratings.out_of_range,
    ),
    Rule(
        "R5",
        _E,
        "Write bestRating and worstRating as numbers, the best being the greater.",
        ratings.no_scale,
    ),
    Rule(
        "R5",
        _E,
        "Add bestRating and worstRating, even where they are 5 and 1.",
        ratings.missing_scale,
    ),
    Rule(
        "R6",
        _E,
        "Add ratingCount and reviewCount to the AggregateRating object.",
        ratings.missing_count,
    ),
    Rule(
        "R6",
        _E,
        "Write the count as a whole number above 0, and leave aggregateRating out while it is 0.",
        ratings.impossible_count,
    ),
    Rule(
        "R7",
        _E,
        "Count in ratingCount all ratings of this site, and in reviewCount those who reviewed.",
        ratings.contradicting_counts,
    ),
    Rule(
        "R10",
        _E,
        "Add the aggregateRating that belongs to the reviews.",
        ratings.missing_aggregate,
    ),
    Rule(
        "R11",
        _E,
        "Keep one aggregateRating and switch off the module or template that adds the other.",
        ratings.multiple_aggregates,
    ),
)

_REVIEWS: Final = (
    Rule(
        "R1",
        _E,
        "Make author an object of type Person or Organization with a name.",
        reviews.author,
    ),
    Rule("R2", _E, "Shorten the author's name to less than 100 characters.", reviews.long_name),
    Rule("R2", _P, "Write the author's real name and nothing else.", reviews.promoting_name),
    Rule("R8", _E, "Take itemReviewed out of what is nested in its item.", reviews.nested),
    Rule(
        "R8",
        _E,
        "Nest it in its item, or write itemReviewed out with @type and name.",
        reviews.standalone,
    ),
    Rule("R8", _E, "Give the rated item a name.", reviews.nameless),
    Rule(
        "R9",
        _E,
        "Attach ratings to a type that may carry them, such as Product.",
        reviews.unrateable,
    ),
    Rule("R12", _W, "Write datePublished in ISO 8601, such as 2026-10-01.", reviews.date),
    Rule(
        "R16",
        _P,
        "Take ratings out that were collected on another website.",
        reviews.from_elsewhere,
    ),
    Rule("R18", _P, "Mark up only what customers have written.", reviews.editorial),
)

_PAGES: Final = (
    Rule(
        "R13",
        _P,
        "Show the same number in the page's HTML, or take it out of the markup.",
        visibility.invisible_value,
    ),
    Rule(
        "R13",
        _P,
        "Show the review in the page's HTML, or take it out of the markup.",
        visibility.invisible_review,
    ),
    Rule("R14", _P, "Mark up exactly the reviews that the page shows.", visibility.left_out),
    Rule("RX1", _P, "Show the count of the ratings beside their mean.", visibility.invisible_count),
    Rule(
        "RX4",
        _P,
        "Show and mark up the value with the same decimals.",
        visibility.rounded_again,
    ),
    Rule("R15", _P, "Keep ratings for the page of the one item.", placement.list_page),
    Rule(
        "R17",
        _P,
        "Take the company's rating out, or say that a neutral operator runs this page.",
        placement.self_serving,
    ),
    Rule("R19", _E, "Take noindex away, or the markup.", placement.noindex),
    Rule(
        "M1",
        _P,
        "Take the shop's rating out and rate the product only.",
        placement.company_on_product_page,
    ),
    Rule("M2", _P, "Switch ratings off on list and home pages (R15).", placement.told_list_page),
    Rule(
        "M3",
        _P,
        "Keep the company's identity and sameAs, and take its rating out.",
        placement.own_ratings_page,
    ),
    Rule(
        "M5",
        _P,
        "Keep identity and certification, and take aggregate and reviews out.",
        placement.own_profile,
    ),
    Rule(
        "O4",
        _P,
        "Take the rating out of the company that is only a part of the item.",
        placement.rated_part,
    ),
)

_PRODUCTS: Final = (
    Rule("P1", _E, "Give the product a name.", products.nameless),
    Rule("P1", _E, "Add offers, a review or an aggregateRating.", products.nothing_to_show),
    Rule("P1", _E, "Add the address of an image.", products.pictureless),
    Rule("P1", _E, "Write an Offer with its own price.", offers.not_an_offer),
    Rule("P1", _E, "Write the price above 0 in digits with a point, 12.90.", offers.price),
    Rule("P1", _E, "Add priceCurrency by its three letters, such as EUR.", offers.currency),
    Rule(
        "P2",
        _E,
        "Write a ProductGroup with an Offer for each variant.",
        offers.variants_in_one_offer,
    ),
    Rule("P3", _W, "Write one sku in ASCII without spaces.", products.untidy_sku),
    Rule("P3", _W, "Keep one brand.", products.several_brands),
    Rule(
        "P3",
        _W,
        "Write the digits only, in the property for their number, such as gtin13.",
        products.wrong_gtin,
    ),
    Rule("P3", _W, "Add the type Book, or leave isbn out.", products.stray_isbn),
    Rule(
        "P4",
        _W,
        "Write one member of the list, such as https://schema.org/InStock.",
        offers.enumerations,
    ),
    Rule("P4", _W, "Write a date that is still to come, or none.", offers.outdated_price),
    Rule("P4", _W, "Give each currency an address of its own.", offers.several_currencies),
    Rule("P5", _W, "Use StrikethroughPrice, or leave priceType out.", offers.price_type),
    Rule(
        "P6",
        _W,
        "Expect no display of it: only certificates of EC, ADEME and BMWK are read.",
        products.certifications,
    ),
    Rule(
        "P7",
        _P,
        "Take positiveNotes and negativeNotes out: they are for editorial reviews.",
        products.customers_notes,
    ),
    Rule("P7", _W, "Give at least two notes as ListItem with a name.", products.few_notes),
    Rule("P8", _E, "Write both types, Product and Car.", products.lonely_car),
    Rule(
        "P9",
        _P,
        "Check the rules on prohibited goods, and leave the markup out where they apply.",
        products.prohibited,
    ),
    Rule("V1", _E, "Give the group a name.", groups.nameless),
    Rule("V1", _E, "Write the same productGroupID on group and variants.", groups.without_id),
    Rule("V2", _E, "Give each variant a sku or gtin of its own.", groups.same_identity),
    Rule("V3", _E, "Write an address such as https://schema.org/color.", groups.varies_by),
    Rule("V4", _W, "Leave url out of the group, and keep those of the variants.", groups.address),
    Rule("V5", _W, "Mark up the ratings once, on the group.", groups.rated_twice),
)

_COMPANIES: Final = (
    Rule("O2", _W, "Write whole addresses with https://.", organizations.profiles),
    Rule(
        "O3",
        _E,
        "Add what is missing, or merchantReturnLink with the page of the conditions.",
        organizations.return_policy,
    ),
    Rule(
        "O5",
        _W,
        "Use the type OnlineStore, or add the address of the place.",
        organizations.shop_without_address,
    ),
)

_SYNTAXES: Final = (
    Rule(
        "X1",
        _W,
        r"Escape <, > and & as \u003c, \u003e and \u0026, once.",
        syntaxes.flawed(Flaw.UNESCAPED),
    ),
    Rule(
        "X2",
        _E,
        "Write the block with a JSON library, not by joining texts.",
        syntaxes.flawed(Flaw.NOT_STRICT),
    ),
    Rule("X3", _W, "Write numbers without quotation marks.", ratings.numbers_as_text),
    Rule("X4", _W, "Round the exact mean once, half up, to two decimals.", ratings.too_exact),
    Rule("X5", _W, "Take control characters out.", syntaxes.control_characters),
    Rule("X6", _W, 'Add content="2026-10-01" to the element.', syntaxes.bare_dates),
    Rule(
        "X7",
        _E,
        "Write https://schema.org types in full, with itemscope, and content on every meta.",
        syntaxes.flawed(Flaw.NOT_ABSOLUTE),
    ),
    Rule(
        "X8",
        _E,
        r"Escape </script> in texts as \u003c/script\u003e.",
        syntaxes.flawed(Flaw.CUT_OFF),
    ),
    Rule("X9", _E, "Keep one syntax and switch off what adds the other.", syntaxes.mixed),
    Rule(
        "INPUT",
        _W,
        "Declare the encoding that the bytes have.",
        syntaxes.flawed(Flaw.CHARSET),
    ),
)

RULES: Final = (*_RATINGS, *_REVIEWS, *_PAGES, *_PRODUCTS, *_COMPANIES, *_SYNTAXES)
