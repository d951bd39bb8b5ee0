"""The table of the newer API's calls: scopes, methods, and its OpenAPI document."""

import re

import orjson

from api.modern import routes
from api.modern.calls import CALLS, Spec
from domain.access_tokens import _READS
from domain.clients import Scope
from schemas.modern import openapi
from schemas.modern.openapi import OPERATIONS
from tests.api.modern.callers import Modern

UUID = "0192f7a0-0000-7000-8000-000000000000"


def target_of(spec: Spec) -> str:
    return re.sub(r"{(\w+)(:rev)?}", lambda found: f"rev-{UUID}" if found[2] else "x", spec.path)


def test_every_call_is_refused_without_token_and_without_its_scope(modern: Modern) -> None:
    tokens = {}
    for wanted in {spec.scope for spec in CALLS}:
        opening = {wanted, _READS.get(wanted, wanted)}
        others = [scope for scope in Scope if scope not in opening]
        tokens[wanted] = modern.token_for(modern.key, *others)
    for spec in CALLS:
        target = target_of(spec)
        nobody = modern.running.ask(target, method=spec.method)
        assert nobody.status == 401, target
        assert nobody.headers["www-authenticate"].startswith("Bearer")
        assert nobody.json()["Message"]
        refused = modern.call(spec.method, target, {}, token=tokens[spec.scope])
        assert (refused.status, refused.json()["code"]) == (403, "SCOPE_MISSING"), target
        opened = modern.call(spec.method, target, {})
        assert opened.status not in {401, 403, 405, 500}, (target, opened.body)


def test_other_methods_are_told_which_there_are(modern: Modern) -> None:
    for spec in CALLS:
        reply = modern.call("TRACE", target_of(spec))
        assert reply.status == 405
        assert spec.method in reply.headers["allow"]


def test_each_call_has_one_answer_and_one_description() -> None:
    for spec in CALLS:
        assert sum(each is not None for each in (spec.read, spec.write, spec.whole)) == 1
    told = {(each.method, each.path, each.scope, each.status) for each in OPERATIONS}
    path = "{review_id:rev}", "{review_id}"
    assert told == {
        (each.method, each.path.replace(*path), str(each.scope), each.status) for each in CALLS
    }
    assert {each.body is not None for each in OPERATIONS if each.status == 202} == {True}


def test_the_document_is_the_one_that_is_committed_and_served(modern: Modern) -> None:
    assert openapi.FILE.read_bytes() == openapi.content()
    served = modern.running.ask("/openapi-modern.json")
    assert served.json() == orjson.loads(openapi.content())


def test_no_page_of_ours_begins_as_a_call_does() -> None:
    assert {
        "channels", "reviews", "reviews-minimal", "events", "event-types", "invites",
        "invite-settings", "invite-rules", "questionnaire-links",
    } == routes.SEGMENTS  # fmt: skip
