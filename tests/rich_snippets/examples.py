"""Views, snippets built from them, and strategies with hostile words, for tests of markup."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from domain.criteria import Criterion
from domain.evidence import EvidenceLevel
from domain.grades import Tally, summarise, tally_of
from domain.reviews import NotCounted
from domain.windows import Period
from rich_snippets import groups, products, shops
from rich_snippets.nodes import Node
from rich_snippets.policy import Page
from rich_snippets.reasons import Code
from rich_snippets.snippets import Placement, Snippet
from rich_snippets.views import (
    AddressView,
    Availability,
    CertificationView,
    Condition,
    ContactView,
    GradeView,
    GroupView,
    OfferView,
    ProductView,
    ReplyView,
    ReturnCategory,
    ReturnPolicyView,
    ReviewView,
    ShopView,
    VariantView,
    VariesBy,
)
from schemas.syntaxes import Syntax

TODAY = date(2026, 11, 21)
PERIOD = Period(date(2025, 11, 21), TODAY)
PUBLISHED_AT = datetime(2026, 10, 1, 8, 15, 30, tzinfo=UTC)
PAGE_URL = "https://buecher.example/kopfhoerer"

SHOP = ShopView(
    name="Bücher & Töne",
    url="https://buecher.example/",
    profile_url="https://trust.example/profile/X0123456789ABCDEF0123456789ABCDEF",
    operator_is_shop=False,
    legal_name="Bücher & Töne GmbH",
    logo_url="https://buecher.example/logo.png",
    same_as=("https://social.example/buecher",),
    vat_id="DE123456789",
    tax_id="123/456/7890",
    iso6523_code="0060:123456789",
    address=AddressView("Musterstraße 1", "10115", "Berlin", country="DE"),
    contact=ContactView("hallo@buecher.example", "+49 30 123456", ("de", "en")),
    return_policy=ReturnPolicyView(("DE", "AT"), ReturnCategory.FINITE, 30),
)
OFFER = OfferView(
    price_minor=19_99,
    currency="EUR",
    url=PAGE_URL,
    availability=Availability.IN_STOCK,
    condition=Condition.NEW,
    valid_until=date(2026, 12, 31),
    strikethrough_minor=24_90,
)
PRODUCT = ProductView(
    name="Kopfhörer <3",
    sku="SKU-4711",
    url=PAGE_URL,
    image_url="https://buecher.example/kopfhoerer.jpg",
    gtin="4006381333931",
    mpn="KH-3",
    brand="Klangwerk",
    offer=OFFER,
)
REVIEW = ReviewView(
    author_name="Anna B.",
    rating=Decimal(5),
    published_at=PUBLISHED_AT,
    level=EvidenceLevel.L2,
    title="Gern wieder",
    comment="Schnell & gut verpackt.\nDanke!",
    language="de",
    edited_at=datetime(2026, 10, 3, 12, tzinfo=UTC),
    url="https://trust.example/reviews/rev-1",
    reply=ReplyView("Danke zurück!", datetime(2026, 10, 2, tzinfo=UTC)),
)
REVIEWS = (REVIEW, replace(REVIEW, author_name="Ben", rating=Decimal("3.5"), language="", url=None))
GROUP = GroupView(
    name="Hemd",
    group_id="HEMD",
    varies_by=(VariesBy.COLOR, VariesBy.SIZE),
    variants=(
        VariantView(replace(PRODUCT, name="Hemd rot", sku="H-R", gtin=""), color="rot", size="M"),
        VariantView(replace(PRODUCT, name="Hemd blau", sku="H-B", gtin=""), color="blau", size="L"),
    ),
    is_equivalence_logged=True,
    url="https://buecher.example/hemd",
    brand="Webwerk",
)
CERTIFICATION = CertificationView(
    name="Trustwright certified",
    number="cert-2026-1",
    issuer_name="Trust Operator",
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 1, 1),
    issuer_url="https://trust.example/",
    url="https://trust.example/en/certificate/X1",
)
NOT_COUNTED = tuple(NotCounted)


def grade_of(*marks: int, min_reviews: int = 1, decimals: int = 2) -> GradeView:
    """The grade of reviews that gave one mark each, as a surface shows it."""
    tally = sum((tally_of({Criterion.TOTAL: mark}) for mark in marks), Tally())
    grade = summarise(tally, PERIOD, all_time_count=len(marks) + 2, min_reviews=min_reviews)
    return GradeView(grade, decimals=decimals, mark_sum=sum(marks))


GRADE = grade_of(5, 4, 4)


def placed(page: Page = Page.PRODUCT, **changes: object) -> Placement:
    """A placement in JSON-LD on a page of that kind."""
    return replace(Placement(page, Syntax.JSONLD, TODAY), **changes)  # type: ignore[arg-type]


def product_of(
    product: ProductView = PRODUCT,
    grade: GradeView = GRADE,
    reviews: tuple[ReviewView, ...] = REVIEWS,
    placement: Placement | None = None,
    shop: ShopView = SHOP,
) -> Snippet:
    return products.build(shop, product, grade, reviews, placement or placed())


def group_of(
    group: GroupView = GROUP, grade: GradeView = GRADE, placement: Placement | None = None
) -> Snippet:
    return groups.build(SHOP, group, grade, REVIEWS, placement or placed())


def shop_of(
    shop: ShopView = SHOP,
    page: Page = Page.PROFILE,
    held: tuple[CertificationView, ...] = (CERTIFICATION,),
    **changes: object,
) -> Snippet:
    return shops.build(shop, GRADE, REVIEWS, placed(page, **changes), held)


def root(snippet: Snippet) -> Node:
    """The node of a snippet that has one."""
    assert snippet.node is not None, snippet.reasons
    return snippet.node


def nodes_of(value: object) -> Iterator[Node]:
    """The node and every node inside it."""
    if isinstance(value, Node):
        yield value
        for _, inner in value.properties:
            yield from nodes_of(inner)
    elif isinstance(value, tuple):
        for each in value:
            yield from nodes_of(each)


def find(snippet: Snippet, kind: str) -> list[Node]:
    """The nodes of one type in a snippet; none where it has no node."""
    return [node for node in nodes_of(snippet.node) if node.type == kind]


def only(snippet: Snippet, kind: str) -> Node:
    """The one node of that type."""
    (node,) = find(snippet, kind)
    return node


def why(snippet: Snippet) -> set[tuple[Code, str]]:
    """The codes of a snippet, each with its rule."""
    return {(reason.code, reason.rule) for reason in snippet.reasons}


# Names, titles and comments that break markup which is written without care.
HOSTILE = (
    "]]>",
    "</script><script>alert(1)</script>",
    "<!-- <!DOCTYPE x> &amp; &lt; &#0; &unknown;",
    "one\u2028two\u2029three\x85four",
    "שלום \u202eevil\u202c",
    "👩‍👩‍👧 💶",
    "\x00\x08\x0b\x0c\x1b\x7f\x9f",
    "\ud800 \udfff \ufdd0 \ufffe \uffff \U0001ffff",
    "line\r\nline\rline\n\ttab  ",
    '" onload="x" \'',
    "</p></bdi></div><meta itemprop=x content=y>",
    "https://evil.example/<b>?a=1&b=2#ä ö",
    "{shop} {0} %s \\u003c \\",
)
hostile = st.sampled_from(HOSTILE)
words = st.just("") | hostile | st.text(max_size=40) | st.tuples(hostile, hostile).map("".join)
titles = words | words.map("{} x".format)
names = st.sampled_from(("Anna B.", "דוד", "李雷", "O'Neil & <Co>", "")) | words
urls = st.none() | words | words.map("https://shop.example/".__add__) | st.just(PAGE_URL)
days = st.dates(date(2026, 1, 1), date(2028, 1, 1))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ratings = st.sampled_from(
    [*(Decimal(star) for star in range(7)), Decimal("NaN"), Decimal("Infinity")]
) | st.decimals(0, 6, places=3)
minor = st.integers(-1, 10**15) | st.integers(1, 10**5)
currencies = st.sampled_from(("EUR", "JPY", "KWD", "EUR", "eur", ""))
offers = st.none() | st.builds(
    OfferView,
    minor,
    currencies,
    urls,
    st.none() | st.sampled_from(Availability),
    st.none() | st.sampled_from(Condition),
    st.none() | days,
    st.none() | minor,
)
product_views = st.builds(
    ProductView, titles, words, urls, urls, words | st.just("4006381333931"), words, words, offers
)
review_views = st.builds(
    ReviewView,
    author_name=names,
    rating=ratings,
    published_at=moments,
    level=st.sampled_from(EvidenceLevel),
    not_counted=st.none() | st.none() | st.sampled_from(NotCounted),
    incentivised=st.booleans(),
    imported_from=st.none() | st.none() | words,
    title=words,
    comment=words,
    language=st.sampled_from(("", "de", "pt-BR", 'x" onload')),
    edited_at=st.none() | moments,
    url=urls,
    reply=st.none() | st.builds(ReplyView, words, moments),
)
counted_reviews = st.builds(
    replace,
    review_views,
    level=st.just(EvidenceLevel.L2),
    not_counted=st.none(),
    incentivised=st.just(False),
    imported_from=st.none(),
    author_name=st.sampled_from(("Anna B.", "דוד", "O'Neil & <Co>")) | names,
    rating=st.integers(1, 5).map(Decimal) | ratings,
)
marks = st.lists(st.integers(1, 5), max_size=6)


@st.composite
def grade_views(draw: st.DrawFn) -> GradeView:
    view = grade_of(*draw(marks), min_reviews=draw(st.integers(1, 3)))
    return replace(view, explanation=draw(words), decimals=draw(st.sampled_from((1, 2))))


shop_views = st.builds(
    ShopView,
    name=titles,
    url=words,
    profile_url=st.just(SHOP.profile_url) | words,
    operator_is_shop=st.booleans(),
    legal_name=words,
    logo_url=urls,
    same_as=st.lists(words | st.just(PAGE_URL), max_size=3).map(tuple),
    vat_id=words,
    address=st.none() | st.builds(AddressView, words, words, words, words, words | st.just("DE")),
    contact=st.none() | st.builds(ContactView, words, words, st.just(("de", "\x00"))),
    return_policy=st.none()
    | st.builds(
        ReturnPolicyView,
        st.lists(st.sampled_from(("DE", "de", "FR")), max_size=3).map(tuple),
        st.none() | st.sampled_from(ReturnCategory),
        st.none() | st.integers(-1, 100),
        urls,
    ),
)
variant_views = st.builds(VariantView, product_views, words, words, words, words)
group_views = st.builds(
    GroupView,
    titles,
    titles,
    st.lists(st.sampled_from(VariesBy), max_size=3).map(tuple),
    st.lists(variant_views, max_size=3).map(tuple),
    st.booleans(),
    urls,
    st.booleans(),
    urls,
    words,
)
certification_views = st.builds(CertificationView, words, words, words, days, days, urls, urls)
placements = st.builds(
    Placement,
    page=st.sampled_from([*Page, Page.PRODUCT, Page.PROFILE]),
    syntax=st.just(Syntax.JSONLD),
    today=st.just(TODAY),
    reviews=st.integers(0, 20),
    is_indexed=st.just(True),
    for_agents=st.booleans(),
)


@dataclass(frozen=True)
class Case:
    """A snippet with what it was built from, so that a failing example tells its story."""

    snippet: Snippet
    views: tuple[object, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A snippet of any entity on any page, from views full of words that hurt."""
    shop, grade = draw(shop_views), draw(grade_views())
    reviews = draw(st.lists(counted_reviews | review_views, max_size=4))
    placement = draw(placements)
    if placement.page is Page.PRODUCT:
        if draw(st.booleans()):
            group = draw(group_views)
            snippet = groups.build(shop, group, grade, reviews, placement)
            return Case(snippet, (shop, group, grade, reviews, placement))
        product = draw(product_views)
        snippet = products.build(shop, product, grade, reviews, placement)
        return Case(snippet, (shop, product, grade, reviews, placement))
    held = draw(st.lists(certification_views | st.just(CERTIFICATION), max_size=3))
    snippet = shops.build(shop, grade, reviews, placement, held)
    return Case(snippet, (shop, grade, reviews, placement, held))
