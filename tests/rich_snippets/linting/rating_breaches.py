"""What can be wrong with the ratings and reviews of a product, one thing each."""

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.changes import Change, drop, put
from tests.rich_snippets.linting.documents import review

RATING = ("review", 0, "reviewRating")
MEAN = ("aggregateRating",)
AUTHOR = ("review", 0, "author")
OTHER = documents.aggregate()

RATING_BREACHES: dict[str, tuple[str, str, Change]] = {
    "no author": ("R1", 'Missing field "author"', drop(*AUTHOR)),
    "an empty author": ("R1", 'Missing field "author"', put(*AUTHOR, to="")),
    "an author as text": ("R1", 'Invalid object type for field "author"', put(*AUTHOR, to="Ada")),
    "an author of another type": (
        "R1",
        'Invalid object type for field "author"',
        put(*AUTHOR, "@type", to="Thing"),
    ),
    "an author without a name": ("R1", 'Missing field "name"', drop(*AUTHOR, "name")),
    "an empty name": ("R1", 'Missing field "name"', put(*AUTHOR, "name", to="  ")),
    "a long name": ("R2", "Invalid string length", put(*AUTHOR, "name", to="A" * 100)),
    "an advertising name": (
        "R2",
        "The author's name is promotional text",
        put(*AUTHOR, "name", to="50% off until Saturday"),
    ),
    "no rating": ("R3", 'Missing field "reviewRating"', drop(*RATING)),
    "two ratings": (
        "R3",
        "Review has several ratings",
        put(*RATING, to=[documents.rating(5), documents.rating(4)]),
    ),
    "a rating as number": (
        "R3",
        'Invalid object type for field "reviewRating"',
        put(*RATING, to=5),
    ),
    "a rating without value": ("R3", 'Missing field "ratingValue"', drop(*RATING, "ratingValue")),
    "a comma": ("R4", "Invalid floating point number", put(*RATING, "ratingValue", to="4,4")),
    "a word": ("R4", "Invalid floating point number", put(*RATING, "ratingValue", to="good")),
    "a truth value": ("R4", "Invalid floating point number", put(*RATING, "ratingValue", to=True)),
    "an aggregate without value": (
        "R4",
        'Missing field "ratingValue"',
        drop(*MEAN, "ratingValue"),
    ),
    "more than the best": (
        "R5",
        "Rating is outside the specified or default range",
        put(*RATING, "ratingValue", to=6),
    ),
    "less than the worst": (
        "R5",
        "Rating is outside the specified or default range",
        put(*RATING, "ratingValue", to=0.5),
    ),
    "no best": (
        "R5",
        "Rating is missing required best and/or worst values",
        drop(*RATING, "bestRating"),
    ),
    "no worst": (
        "R5",
        "Rating is missing required best and/or worst values",
        drop(*MEAN, "worstRating"),
    ),
    "a best that is no number": (
        "R5",
        "Couldn't determine rating scale",
        put(*RATING, "bestRating", to="five"),
    ),
    "a best below the worst": (
        "R5",
        "Couldn't determine rating scale",
        put(*RATING, "bestRating", to=1),
    ),
    "a count of zero": (
        "R6",
        "Value in field must be positive",
        put(*MEAN, to=OTHER | {"ratingCount": 0}),
    ),
    "a count in words": (
        "R6",
        "Invalid floating point number",
        put(*MEAN, "reviewCount", to="89 reviews"),
    ),
    "a broken count": ("R6", "Invalid floating point number", put(*MEAN, "reviewCount", to=12.5)),
    "no count": (
        "R6",
        'Missing field "ratingCount"',
        put(*MEAN, to={k: v for k, v in OTHER.items() if not k.endswith("Count")}),
    ),
    "an aggregate as number": (
        "R6",
        'Invalid object type for field "aggregateRating"',
        put(*MEAN, to=4.56),
    ),
    "more reviews than ratings": (
        "R7",
        "reviewCount is greater than ratingCount",
        put(*MEAN, "reviewCount", to=1235),
    ),
    "less ratings than are marked up": (
        "R7",
        "More reviews are marked up than the aggregate counts",
        lambda markup: markup.update(
            review=[review("Ada L.", "Holds coffee.") for _ in range(6)],
            aggregateRating=OTHER | {"ratingCount": 5, "reviewCount": 5},
        ),
    ),
    "an item named again": (
        "R8",
        "nested object can't contain the 'itemReviewed' field",
        put("review", 0, "itemReviewed", to={"@type": "Product", "name": "Mug"}),
    ),
    "reviews without an aggregate": (
        "R10",
        "Multiple reviews without aggregateRating object",
        drop(*MEAN),
    ),
    "two aggregates": (
        "R11",
        "Review has multiple aggregate ratings",
        put(*MEAN, to=[documents.aggregate(), documents.aggregate()]),
    ),
    "no date": ("R12", 'Missing field "datePublished"', drop("review", 0, "datePublished")),
    "a date in words": (
        "R12",
        "The date is not ISO 8601",
        put("review", 0, "datePublished", to="1 Oct"),
    ),
    "a time without zone": (
        "R12",
        "Datetime property is missing a timezone",
        put("review", 0, "datePublished", to="2026-10-01T10:00:00"),
    ),
    "a mean that nobody sees": (
        "R13",
        "The rating is not in the visible text of the page",
        put(*MEAN, "ratingValue", to=3.21),
    ),
    "a review that nobody sees": (
        "R13",
        "The review is not in the visible text of the page",
        put("review", 0, "reviewBody", to="Never was anything better."),
    ),
    "reviews of another site": (
        "R16",
        "The rating comes from another website: trustpilot.com",
        put(*MEAN, "url", to="https://www.trustpilot.com/review/shop.example"),
    ),
    "a review by the brand": (
        "R18",
        "The author is the shop or the brand itself",
        put(*AUTHOR, "name", to="Clay"),
    ),
    "a count that nobody sees": (
        "RX1",
        "The number of ratings is not in the visible text",
        put(*MEAN, to=OTHER | {"ratingCount": 77, "reviewCount": 77}),
    ),
}
