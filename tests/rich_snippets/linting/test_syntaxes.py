"""JSON-LD, microdata and RDFa become the same items, with their places."""

import pytest

from rich_snippets.linting import elements, pages
from rich_snippets.linting.items import Item, Reference, Value
from rich_snippets.linting.pages import Circumstances
from tests.rich_snippets.linting.documents import TODAY, block, found, linted, page, product

MICRODATA = """<div itemscope itemtype="https://schema.org/Product">
  <h1 itemprop="name">Mug</h1>
  <img itemprop="image" src="mug.png">
  <p itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">
    <data itemprop="ratingValue" value="4.56">4.56</data> of
    <span itemprop="bestRating">5</span><meta itemprop="worstRating" content="1">,
    <span itemprop="ratingCount">12</span> ratings
  <div itemprop="review" itemscope itemtype="https://schema.org/Review">
    <p itemprop="reviewBody">A fine mug.</p>
    <b itemprop="author" itemscope itemtype="https://schema.org/Person">
      <span itemprop="name">Ada</span></b>
    <time itemprop="datePublished" datetime="2026-10-01">1 October</time>
    <i itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">
      <meta itemprop="ratingValue" content="5"><meta itemprop="bestRating" content="5">
      <meta itemprop="worstRating" content="1"></i>
  </div>
</div>"""

RDFA = """<div vocab="https://schema.org/" typeof="Product">
  <h1 property="name">Mug</h1>
  <img property="image" src="mug.png">
  <p property="aggregateRating" typeof="AggregateRating">
    <span property="ratingValue">4.56</span> of
    <span property="bestRating">5</span><meta property="worstRating" content="1">,
    <span property="ratingCount">12</span> ratings
  <div property="review" typeof="Review">
    <p property="reviewBody">A fine mug.</p>
    <b property="author" typeof="Person"><span property="name">Ada</span></b>
    <time property="datePublished" datetime="2026-10-01" content="2026-10-01">1 October</time>
    <i property="reviewRating" typeof="Rating">
      <meta property="ratingValue" content="5"><meta property="bestRating" content="5">
      <meta property="worstRating" content="1"></i>
  </div>
</div>"""


def read(text: str) -> list[Item]:
    return pages.read(text.encode(), Circumstances(TODAY)).items


def shape(item: Item) -> dict[str, object]:
    """An item as plain values, whichever syntax it was in."""
    found: dict[str, object] = {"types": item.types}
    for name in item.properties:
        found[name] = [plain(each) for each in item.values(name)]
    return found


def plain(value: Value) -> object:
    if isinstance(value, Item):
        return shape(value)
    return value.id if isinstance(value, Reference) else value.text


@pytest.mark.parametrize("text", [MICRODATA, RDFA], ids=["microdata", "rdfa"])
def test_a_correct_page_has_no_finding(text: str) -> None:
    assert found(page(text=text)) == []


def test_microdata_and_rdfa_say_the_same() -> None:
    (first, *_), (second, *_) = read(MICRODATA), read(RDFA)
    assert shape(first) == shape(second)
    assert first.text("name") == "Mug"


def test_every_item_has_its_line_and_its_path() -> None:
    found = [(item.place.line, item.place.path) for item in read(MICRODATA)]
    assert found[:2] == [
        (1, "<div itemtype=https://schema.org/Product>"),
        (4, "<p itemprop=aggregateRating>"),
    ]
    markup = '<script type="application/ld+json">\n[{"@graph": [\n{"name": "a",\n"b": {"c": 1}}]}]'
    places = [(item.place.line, item.place.path) for item in read(f"<p>\n{markup}</script>")]
    assert places == [(4, "$[0].@graph[0]"), (5, "$[0].@graph[0].b")]


def test_a_finding_points_to_the_property() -> None:
    markup = '{\n"@context": "https://schema.org",\n"@type": "Product",\n"aggregateRating": 5}'
    (nameless, unrated) = linted(markup).findings
    assert (nameless.rule, nameless.line, nameless.path) == ("R6", 1, "$.aggregateRating")
    assert (unrated.rule, unrated.line, unrated.path) == ("P1", 1, "$")


def test_a_file_of_json_ld_is_read_too_and_nothing_is_expected_to_be_visible() -> None:
    text = block(product()).removeprefix('<script type="application/ld+json">')
    assert found(text.removesuffix("</script>")) == []


def test_nodes_are_found_by_their_ids() -> None:
    markup = {
        "@context": "https://schema.org",
        "@graph": [
            {"@id": "#mug", "@type": "Product", "name": "Mug", "review": {"@id": "#r"}},
            {"@id": "#r", "@type": "Review", "author": {"@id": "#ada"}},
            {"@id": "#ada", "@type": "Person", "name": "Ada"},
        ],
    }
    mug, written, ada = read(block(markup))
    assert isinstance(mug.values("review")[0], Reference)
    assert (written.parent, ada.parent) == (mug, written)
    assert [rule for rule, _ in found(page(markup))] == ["R3", "R12"]


def test_blocks_about_one_id_are_one_item() -> None:
    markup = product()
    ratings = {name: markup.pop(name) for name in ("aggregateRating", "review")}
    second = {name: markup[name] for name in ("@context", "@type", "@id", "name")} | ratings
    assert found(page(markup, second)) == []
    again = {name: second[name] for name in ("@context", "@type", "@id", "aggregateRating")}
    assert found(page(product(), again)) == [("R11", "Review has multiple aggregate ratings")]


def test_itemref_brings_properties_from_elsewhere() -> None:
    text = (
        '<div itemscope itemtype="https://schema.org/Product" itemref="a b none"></div>'
        '<p id="a" itemprop="name">Mug</p>'
        '<div id="b"><b itemprop="sku">M1</b>'
        '<i itemprop="brand" itemscope><u itemprop="name">Clay</u></i></div>'
    )
    mug, brand = read(text)
    assert (mug.text("name"), mug.text("sku"), mug.values("brand")) == ("Mug", "M1", [brand])
    assert not any("outside" in message for _, message in found(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<p itemprop="name">Mug</p>', "itemprop stands outside of every item"),
        ('<p itemtype="https://schema.org/Product">Mug</p>', "itemtype stands without itemscope"),
        ('<p itemscope itemtype="Product">Mug</p>', "itemtype is not an absolute address"),
        ('<p itemscope><meta itemprop="sku"></p>', "meta has no content"),
        (
            '<p vocab="https://schema.org/" typeof="Person"><meta property="name">',
            "meta has no content",
        ),
    ],
)
def test_x7_types_are_absolute_and_properties_are_at_home(text: str, message: str) -> None:
    assert found(page(text=text)) == [("X7", message)]


def test_x6_a_date_of_rdfa_stands_in_content() -> None:
    text = RDFA.replace(' content="2026-10-01"', "")
    assert found(page(text=text)) == [("X6", "A date stands in datetime only")]


@pytest.mark.parametrize(
    "text",
    [
        '<meta property="og:title" content="Mug"><p property="name">Mug</p>',
        '<div vocab="https://other.example/" typeof="Product"><p property="name">Mug</p></div>',
        '<p itemscope itemtype="https://other.example/Product"><b itemprop="name">Mug</b></p>',
        '<script type="text/javascript">{"@type": "Product"}</script>',
        "<!-- <p itemscope itemtype='https://schema.org/Product'></p> -->",
    ],
)
def test_what_is_not_schema_org_is_left_alone(text: str) -> None:
    assert found(page(text=text)) == []


def test_prefixes_name_schema_org_in_rdfa() -> None:
    text = '<p prefix="s: http://schema.org/" typeof="s:Book"><b property="s:name">Ulysses</b></p>'
    (book,) = read(text)
    assert (book.types, book.text("name")) == (("Book",), "Ulysses")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a<p>b", "ab"),
        ("<ul><li>a<li>b</ul>c", "abc"),
        ("<P ID=x CLASS='y'>a</p >b", "ab"),
        ("a < b <3 </> c", "a < b <3  c"),
        ("a<!-->b<!-- c -->d<?e>f<!doctype g>h", "abdfh"),
        ("<textarea><b>&amp;</textarea>a", "<b>&a"),
        ("<script><b>a</b></script>c&eacute;", "cé"),
        ("<p a='>' b=\">\">c", "c"),
        ("a<b", "a"),
    ],
)
def test_broken_html_is_read_as_browsers_read_it(text: str, expected: str) -> None:
    assert elements.parse(text).text == expected


def test_an_element_ends_with_its_end_tag_or_with_what_holds_it() -> None:
    (inner,) = elements.parse("<div><div><b itemprop=a>x<i>y</div>z</div>").elements
    assert (inner.get("itemprop"), inner.text_start, inner.text_end) == ("a", 0, 2)
