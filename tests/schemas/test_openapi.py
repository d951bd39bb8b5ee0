"""The OpenAPI document is that of the shapes and addresses, and every answer keeps to it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from schemas import encoding, exports, openapi, parameters, questions
from schemas.shapes import Shape
from schemas.snapshots import Kind
from tests.schemas.test_encoding import problems
from tests.widgets import examples

DOCUMENT = openapi.document()
SHOP_PATHS = [
    path
    for path, item in DOCUMENT["paths"].items()
    if path.startswith(questions.PREFIX) and "security" not in item.get("get", {"security": ()})
]
OPERATIONS = [
    (path, method, DOCUMENT["paths"][path][method])
    for path in SHOP_PATHS
    for method in ("get", "head")
]
QUERY = {
    "stickerLimit": ("limit", "10"),
    "limit": ("limit", "100"),
    "hex": ("hex", "41,42"),
    "stars": ("stars", "5"),
    "sort": ("sort", "lowest"),
    "language": ("language", "pt-BR"),
    "lang": ("lang", "de"),
    "after": ("after", "rev-019aa7d0-0000-7000-8000-000000000001"),
}


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(reference: str) -> Any:
    node: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def validator(shape: Shape) -> Draft202012Validator:
    reference = {"$ref": f"#/components/schemas/{type(shape).__name__}"}
    return Draft202012Validator({**reference, "components": DOCUMENT["components"]})


def asked(path: str) -> questions.Question:
    """The question behind a path of the document, with every parameter that it names."""
    names = [ref["$ref"].rpartition("/")[2] for ref in DOCUMENT["paths"][path]["parameters"]]
    query = [QUERY[name] for name in names if name in QUERY]
    concrete = path.replace("{shop_key}", examples.KEY).replace("{sku}", "a%2Fb")
    return questions.parse(concrete, query)


def test_the_committed_document_is_that_of_the_shapes() -> None:
    assert openapi.FILE.read_bytes() == openapi.content(), "python -m schemas.openapi rewrites it"


def test_every_reference_leads_somewhere_and_everything_is_used() -> None:
    used = set(references(DOCUMENT))
    assert all(resolved(reference) for reference in used)
    # A security scheme is referred to by its name alone.
    groups = {**DOCUMENT["components"]}
    assert groups.pop("securitySchemes").keys() == {"client"}
    for group, components in groups.items():
        assert {f"#/components/{group}/{name}" for name in components} <= used, group


def test_every_operation_has_its_own_name() -> None:
    names = [
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method in ("get", "head", "post")
    ]
    assert len(names) == len(set(names))


def test_every_kind_is_described_with_and_without_suffix() -> None:
    asked_for = {(asked(path).kind, path.rpartition(".")[2]) for path in SHOP_PATHS}
    assert {kind for kind, _ in asked_for} == set(Kind)
    assert {asked(path).media for path in SHOP_PATHS} == set(questions.FORMATS)


@pytest.mark.parametrize("path", SHOP_PATHS)
def test_every_path_is_one_that_questions_understand(path: str) -> None:
    question = asked(path)
    schema = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
    assert question.media.media_type in schema


@pytest.mark.parametrize("kind", Kind)
def test_every_parameter_of_a_kind_is_described(kind: Kind) -> None:
    described = [parameters.COMPONENTS[name] for name in parameters.of(kind)]
    in_query = {each["name"] for each in described if each["in"] == "query"}
    assert in_query == questions.PARAMETERS[kind]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_tells_all_its_answers(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    del path
    statuses = {"200", "304", "400", "404", "405", "413", "429", "503"}
    assert operation["responses"].keys() == statuses
    found = operation["responses"]["200"]
    headers = found["headers"] if method == "get" else resolved(found["$ref"])["headers"]
    assert {"ETag", "Last-Modified", "Cache-Control", "Vary"} <= headers.keys()


def test_exports_are_described_and_look_like_other_answers() -> None:
    item = DOCUMENT["paths"][exports.PATH]
    for method in ("get", "head"):
        answers = item[method]["responses"]
        assert answers.keys() == {"200", "304", "401", "404", "405", "429", "503"}
    assert "application/zip" in item["get"]["responses"]["200"]["content"]


def test_a_head_has_no_content() -> None:
    heads = [answers for _, method, answers in OPERATIONS if method == "head"]
    refs = {ref for operation in heads for ref in references(operation)}
    assert not [ref for ref in refs if "content" in resolved(ref)]


def test_refusals_are_problems_in_both_formats() -> None:
    for name in ("Malformed", "NotFound", "MethodNotAllowed", "TooLarge", "TooMany"):
        content = DOCUMENT["components"]["responses"][name]["content"]
        assert content.keys() == {"application/problem+json", "application/problem+xml"}


@given(examples.any_answer() | problems)
def test_every_answer_is_as_described(shape: Shape) -> None:
    validator(shape).validate(json.loads(encoding.to_json(shape)))


@pytest.mark.parametrize("key", ["count", "period", "allTimeCount"])
def test_a_grade_without_its_count_and_period_is_not_as_described(key: str) -> None:
    answer = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.BADGE]
    plain = json.loads(encoding.to_json(answer))
    del plain["grade"][key]
    assert not validator(answer).is_valid(plain)


def test_the_document_speaks_to_clients_and_not_of_our_rules() -> None:
    text = openapi.content().decode()
    assert "``" not in text
    assert "AGG-" not in text
    assert "systems.md" not in text
