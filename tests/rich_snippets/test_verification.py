"""A verifier believes what was signed and nothing else, and says why not."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import policies
from rich_snippets import signatures, statements, verification
from rich_snippets.signatures import NotSigned, PublicKey
from rich_snippets.verification import Checked, Verdict
from tests.rich_snippets import stated
from tests.rich_snippets.stated import ISSUED, KEY, KEYS, NOW, OF_PRODUCT, VIEW

BODY = stated.served(OF_PRODUCT)
DOCUMENT = stated.plain(BODY)
Path = tuple[str | int, ...]


def check(data: bytes, keys: dict[str, PublicKey] = KEYS) -> Checked:
    return verification.check(data, keys, now=NOW)


def leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    items: Any = ()
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node)
    else:
        yield path
    for name, child in items:
        yield from leaves(child, (*path, name))


def holder(document: dict[str, Any], path: Path) -> Any:
    node: Any = document
    for name in path[:-1]:
        node = node[name]
    return node


def signed(plain: object) -> bytes:
    """The JWS alone, over whatever somebody with the key wants to sign."""
    return signatures.sign(orjson.dumps(plain), stated.SEED).encode()


LEAVES = list(leaves(DOCUMENT["statement"]))


def test_a_statement_as_it_is_served_is_valid() -> None:
    checked = check(BODY)
    assert (checked.verdict, checked.kid) == (Verdict.VALID, KEY.kid)
    assert checked.statement == statements.build(OF_PRODUCT)


def test_the_signature_alone_is_enough() -> None:
    assert check(b" " + DOCUMENT["jws"].encode() + b"\n").verdict is Verdict.VALID


def test_spaces_and_the_order_of_names_mean_nothing() -> None:
    turned = dict(reversed(DOCUMENT["statement"].items()))
    body = json.dumps({"jws": DOCUMENT["jws"], "statement": turned}, indent=3).encode()
    assert check(body).verdict is Verdict.VALID


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: "/".join(map(str, path)))
def test_one_changed_field_is_found(path: Path) -> None:
    for change in (lambda value: f"{value}.", lambda _: None, lambda _: 99, lambda _: True):
        document = deepcopy(DOCUMENT)
        place = holder(document["statement"], path)
        place[path[-1]] = change(place[path[-1]])
        assert check(orjson.dumps(document)).verdict is Verdict.ALTERED


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: "/".join(map(str, path)))
def test_one_missing_field_is_found(path: Path) -> None:
    document = deepcopy(DOCUMENT)
    del holder(document["statement"], path)[path[-1]]
    assert check(orjson.dumps(document)).verdict is Verdict.ALTERED


def test_a_field_more_is_found() -> None:
    document = deepcopy(DOCUMENT)
    document["statement"]["award"] = "best shop"
    assert check(orjson.dumps(document)).verdict is Verdict.ALTERED
    assert check(orjson.dumps(DOCUMENT | {"award": 1})).verdict is Verdict.NO_STATEMENT


def test_a_name_that_is_repeated_hides_nothing() -> None:
    twice = BODY.replace(b'"count":', b'"count":99,"count":', 1)
    assert check(twice).verdict is Verdict.NO_STATEMENT


@given(st.integers(0, len(BODY) - 1), st.integers(0, 255))
def test_no_changed_byte_changes_what_is_believed(place: int, byte: int) -> None:
    changed = BODY[:place] + bytes([byte]) + BODY[place + 1 :]
    checked = check(changed)
    assert checked.verdict is not Verdict.VALID or (
        checked.statement == statements.build(OF_PRODUCT)
        and stated.plain(changed)["statement"] == DOCUMENT["statement"]
    )


@given(st.binary(max_size=200) | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_nothing_of_strangers_is_a_statement_and_nothing_breaks(data: bytes) -> None:
    assert check(data).verdict in (Verdict.NO_STATEMENT, Verdict.FORGED)


@pytest.mark.parametrize(
    "data",
    [
        b'{"statement":' + b"[" * 100_000,
        b'{"statement":' + b"[" * 5_000 + b"]" * 5_000 + b',"jws":"a.b.c"}',
        b'{"statement":NaN,"jws":"a.b.c"}',
        b'{"statement":{},"jws":7}',
        b"{" + b" " * policies.STATEMENTS.bytes,
        BODY.decode().encode("utf-16"),
    ],
)
def test_bombs_are_refused(data: bytes) -> None:
    assert check(data).verdict in (Verdict.NO_STATEMENT, Verdict.FORGED)


def test_a_statement_that_is_shown_may_not_be_a_bomb_either() -> None:
    for shown in (b"1" + b"0" * 400, b"[" * 900 + b"]" * 900, b'"\\ud800"', b"1e999"):
        body = b'{"statement":' + shown + b',"jws":"' + DOCUMENT["jws"].encode() + b'"}'
        assert check(body).verdict in (Verdict.ALTERED, Verdict.NO_STATEMENT)


def test_a_statement_of_another_shop_does_not_take_this_signature() -> None:
    other = stated.plain(stated.served(VIEW))
    body = orjson.dumps({"statement": other["statement"], "jws": DOCUMENT["jws"]})
    assert check(body).verdict is Verdict.ALTERED


def test_what_is_signed_but_says_something_else_is_no_statement() -> None:
    contradiction = deepcopy(DOCUMENT["statement"])
    contradiction["count"] = 5
    out_of_range = deepcopy(DOCUMENT["statement"])
    out_of_range["rating"]["value"] = 7
    later = DOCUMENT["statement"] | {"version": 2}
    others: tuple[object, ...] = (contradiction, out_of_range, later, {}, [], "x")
    for plain in others:
        assert check(signed(plain)).verdict is Verdict.NO_STATEMENT


def test_after_its_time_and_before_it_a_statement_does_not_hold() -> None:
    ends = statements.build(VIEW).expires_at
    at_end = verification.check(BODY, KEYS, now=ends)
    after = verification.check(BODY, KEYS, now=ends + timedelta(seconds=1))
    skewed = verification.check(BODY, KEYS, now=ISSUED - timedelta(minutes=4))
    before = verification.check(BODY, KEYS, now=ISSUED - timedelta(minutes=6))
    verdicts = [each.verdict for each in (at_end, after, skewed, before)]
    assert verdicts == [Verdict.VALID, Verdict.EXPIRED, Verdict.VALID, Verdict.NOT_YET]


def test_a_retired_key_goes_on_checking_what_it_signed_in_time() -> None:
    in_time = check(BODY, stated.retired(ISSUED + timedelta(hours=1)))
    too_late = check(BODY, stated.retired(ISSUED - timedelta(hours=1)))
    assert (in_time.verdict, too_late.verdict) == (Verdict.VALID, Verdict.KEY_RETIRED)


def test_a_key_that_nobody_gave_is_named_as_unknown() -> None:
    other = signatures.public_key(bytes(32))
    assert check(BODY, {other.kid: other}).verdict is Verdict.KEY_UNKNOWN
    assert check(BODY, {}).verdict is Verdict.KEY_UNKNOWN


def test_the_published_key_set_checks_the_statement() -> None:
    retired = replace(signatures.public_key(bytes(32)), retired_at=ISSUED)
    published = orjson.dumps({"keys": [KEY.jwk, retired.jwk]})
    keys = verification.read_key_set(published)
    assert verification.check(BODY, keys, now=NOW).verdict is Verdict.VALID


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"keys":NaN}', b'{"keys":[],"keys":[]}'])
def test_what_is_no_key_set_is_refused(data: bytes) -> None:
    with pytest.raises(NotSigned):
        verification.read_key_set(data)
