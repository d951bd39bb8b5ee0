"""The errors of the domain are a tree with stable codes, drawn at the top of its module."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

import domain
from domain import errors, pages
from domain.errors import PageUnusable, ShopInvalid, ShopNotFound, TrustwrightError

MODULES = [import_module(f"domain.{found.name}") for found in pkgutil.iter_modules(domain.__path__)]


def all_errors(base: type[TrustwrightError] = TrustwrightError) -> Iterator[type[TrustwrightError]]:
    yield base
    for child in base.__subclasses__():
        yield from all_errors(child)


ERRORS = list(all_errors())


DRAWINGS = [module.__doc__ or "" for module in MODULES if "── " in (module.__doc__ or "")]
LINES = [line for drawing in DRAWINGS for line in drawing.splitlines()]


def drawn_tree() -> dict[str, str]:
    """Each name of the modules' drawings with the name that it hangs on."""
    parents = {}
    for drawing in DRAWINGS:
        lines = drawing.splitlines()
        first = next(number for number, line in enumerate(lines) if "── " in line)
        above = [lines[first - 1].split()[0]]
        for line in lines:
            if drawn := re.match(r"([│ ]*)[├└]── (\w+)", line):
                depth = len(drawn[1]) // 4
                parents[drawn[2]] = above[depth]
                above[depth + 1 :] = [drawn[2]]
    return parents


def test_the_drawing_shows_exactly_the_tree_of_classes() -> None:
    classes = {
        error.__name__: error.__mro__[1].__name__
        for error in ERRORS
        if error is not TrustwrightError
    }
    assert drawn_tree() == classes


def test_the_drawing_shows_the_code_of_every_error_that_is_raised() -> None:
    drawn = {
        name: code
        for line in LINES
        for name, code in re.findall(r"── (\w+) +([A-Z_]{4,})(?:\s|$)", line)
    }
    leaves = {error.__name__: error.code for error in ERRORS if not error.__subclasses__()}
    assert drawn == leaves


def test_no_two_errors_share_a_code() -> None:
    assert len({error.code for error in ERRORS}) == len(ERRORS)


def test_the_modules_hold_no_error_outside_the_tree() -> None:
    defined = {
        value
        for module in MODULES
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Exception)
        and value.__module__ == module.__name__
    }
    assert defined == set(ERRORS)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_explains_itself_in_a_sentence(error: type[TrustwrightError]) -> None:
    refusal = error()
    assert refusal.detail == str(refusal) == error.title
    assert re.fullmatch(r"[A-Z].*\.", error.title)
    assert re.fullmatch(r"[A-Z_]+", error.code)
    assert refusal.field is None


def test_an_error_can_say_more_and_name_the_field() -> None:
    refusal = ShopInvalid("A shop has a name.", field="name")
    assert (refusal.detail, str(refusal), refusal.field) == (
        "A shop has a name.",
        "A shop has a name.",
        "name",
    )


def test_the_codes_of_the_shop_key_are_those_of_the_contract() -> None:
    assert errors.ShopKeyMalformed.code == "TS_ID_INVALID"
    assert ShopNotFound.code == "TS_ID_NOT_FOUND"


@pytest.mark.parametrize("kind", [*PageUnusable.__subclasses__(), PageUnusable])
def test_a_reason_that_was_stored_is_the_same_reason_again(kind: type[PageUnusable]) -> None:
    again = pages.from_code(kind.code, "It answers with status 404.")
    assert (type(again), again.detail) == (kind, "It answers with status 404.")


def test_a_reason_that_nobody_knows_any_more_is_no_special_one() -> None:
    assert type(pages.from_code("PAGE_ON_FIRE", "It burns.")) is PageUnusable
