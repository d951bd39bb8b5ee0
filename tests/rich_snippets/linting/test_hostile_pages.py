"""Pages that mean harm, or are broken beyond measure, cost little and raise nothing."""

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets.linting import encodings
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.pages import PageKind
from schemas import encoding
from tests.rich_snippets.linting.documents import (
    TEXT,
    block,
    company,
    found,
    group,
    linted,
    page,
    product,
)

SIZE = 500_000
SCRIPT = '<script type="application/ld+json">'
ITEM = "<i itemscope itemprop=review itemtype=https://schema.org/Review>"

HOSTILE = {
    "elements": "<a>" * (SIZE // 3),
    "items": ITEM * (SIZE // len(ITEM)),
    "depth": "<div>" * (SIZE // 5),
    "attributes": "<p " + " ".join(f"a{n}" for n in range(SIZE // 8)) + ">",
    "attributes of one name": "<p itemprop=a " + "b " * (SIZE // 2) + ">",
    "open quotes": "<a b='" * (SIZE // 6),
    "open tags": "<a " * (SIZE // 3),
    "less than": "<" * SIZE,
    "ampersands": "&" * SIZE,
    "comments": "<!--" * (SIZE // 4),
    "lines": "\n" * SIZE,
    "styles": "<p style='" + "display " * (SIZE // 8) + "'>",
    "nested values": "<b itemscope>" + "<b itemprop=a>" * 500 + "x" * 400_000,
    "references": "<p id=a>"
    + "<b itemprop=b></b>" * 500
    + "</p>"
    + "<p itemscope itemref=a></p>" * 5_000,
    "nested arrays": SCRIPT + "[" * SIZE,
    "nested objects": SCRIPT + '{"a":' * (SIZE // 5),
    "open text": SCRIPT + '{"' + '\\"' * (SIZE // 2),
    "huge array": SCRIPT + "[" + "1," * (SIZE // 2) + "1]",
    "huge number": SCRIPT + '{"@type": "Rating", "ratingValue": ' + "9" * SIZE + "}",
    "huge exponent": SCRIPT + '{"@type": "AggregateRating", "ratingValue": 1e999999999999999999, '
    '"ratingCount": 1e99999999, "reviewCount": -1e-99999999}',
    "one id": SCRIPT + json.dumps([{"@id": "a", f"b{n}": {"@id": "a"}} for n in range(10_000)]),
    "a long name": SCRIPT + json.dumps({"a" * 1_000_000: [{"b": n} for n in range(15_000)]}),
    "many reviews": block(product() | {"review": product()["review"] * 1_000}),
    "raw json": "[" * SIZE,
    "blocks": (SCRIPT + "{</script>") * (SIZE // 45),
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_cost_bounded_time_and_memory(text: str) -> None:
    tracemalloc.start()
    report = linted(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000_000
    started = time.process_time()
    assert linted(text).shape() == report.shape()
    # A wide bound, for machines that do other things too; linear code needs a tenth of it.
    assert time.process_time() - started < 5
    encoding.to_json(report.shape())


def test_a_page_of_fifty_megabytes_is_refused_with_one_clear_line() -> None:
    report = linted(b" " * LIMITS.document_bytes)
    assert (report.exit_code, report.verdict) == (2, "unusable")
    assert list(report.lines()) == ["page: cannot be checked: It has 50 MB or more."]


def test_an_empty_page_is_refused() -> None:
    assert linted(b" \n").unusable == "It is empty."


def test_a_bomb_in_one_block_does_not_hide_what_another_says() -> None:
    markup = product()
    del markup["name"]
    rules = [rule for rule, _ in found(page(SCRIPT + "[" * 100_000 + "</script>", markup))]
    assert sorted(rules) == ["P1", "X2"]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything(data: bytes) -> None:
    report = linted(data)
    assert report.exit_code in (0, 1, 2)
    "\n".join(report.lines()).encode()


PIECES = st.sampled_from(
    [
        *("<p", " itemscope", " itemprop=a", " itemtype='https://schema.org/Product'", ">", "</p>"),
        *(" itemref=x", " id=x", " typeof=Product", " vocab=https://schema.org/", " property=name"),
        *(
            " content",
            "=",
            '"',
            "'",
            "<meta",
            "<!--",
            "-->",
            "<script",
            "</script>",
            "\x00",
            "&#0;",
        ),
        *(
            SCRIPT,
            '{"@type":',
            '"Product"',
            ',"review":',
            '"@id":"x"',
            "[",
            "]",
            "{",
            "}",
            "\ud800",
        ),
        *(
            '"@context":"https://schema.org"',
            '"aggregateRating"',
            ":",
            ",",
            "1e999",
            "\\ud800",
            "é",
        ),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from([None, *PageKind]))
def test_no_markup_raises_anything(text: str, kind: PageKind | None) -> None:
    given_kind = {} if kind is None else {"kind": kind}
    report = linted(text.encode("utf-8", "surrogatepass"), **given_kind)
    encoding.to_json(report.shape())


NAMES = st.sampled_from(
    [
        *("@type", "@id", "@graph", "@context", "@value", "@list", "review", "aggregateRating"),
        *("ratingValue", "itemReviewed", "author", "offers", "hasVariant", "isVariantOf", "url"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from([product, group, company]), st.data())
def test_no_value_of_a_property_raises_anything(make: object, data: st.DataObject) -> None:
    assert callable(make)
    markup = make()
    name = data.draw(st.sampled_from(sorted(markup)))
    markup[name] = data.draw(JSON)
    assert linted(page(markup)).exit_code in (0, 1)


def test_a_page_of_two_megabytes_is_checked_within_a_second() -> None:
    row = '<div class="row"><p>Some <b>words</b> &amp; more of the usual length.</p></div>\n'
    text = page(product(), text=row * (2_000_000 // len(row)) + TEXT)
    assert min(_seconds(text) for _ in range(3)) < 1


def _seconds(text: str) -> float:
    started = time.process_time()
    assert found(text) == []
    return time.process_time() - started


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        ("é".encode(), None, None),
        ("é".encode(), "utf-8", None),
        (b"e", "iso-8859-1", None),
        ("é".encode(), "iso-8859-1", "iso-8859-1, but the bytes are UTF-8"),
        ("é".encode("cp1252"), "utf-8", "utf-8, but the bytes are not UTF-8"),
        ("é".encode("cp1252"), None, None),
        ("é".encode("utf-16"), "utf-8", None),
        (b"<meta charset=latin1>\xe9", None, None),
        ("<meta charset=windows-1252>é".encode(), None, "windows-1252, but the bytes are UTF-8"),
        ("é".encode(), "rot13", None),
        ("é".encode("shift_jis", "replace"), "idna", None),
    ],
)
def test_a_page_that_lies_about_its_encoding_is_read_and_told(
    data: bytes, declared: str | None, expected: str | None
) -> None:
    assert encodings.decoded(data, declared).lie == expected


def test_a_lie_about_the_encoding_is_a_warning() -> None:
    report = linted("<p>é</p>", charset="iso-8859-1")
    assert [each.rule for each in report.findings] == ["INPUT"]
    assert report.exit_code == 0
