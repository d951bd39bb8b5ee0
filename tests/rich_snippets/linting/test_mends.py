"""The advice of each rule is there in every language, with names and numbers as they are."""

import re

import orjson
import pytest

from domain import languages
from rich_snippets.linting import mends
from rich_snippets.linting.table import RULES
from tests.architecture.tree import ROOT

OTHERS = [language for language in languages.SUPPORTED if language != "en"]
# What is code: camelCase names, addresses, tags, escapes, attributes, rule ids.
CODE = re.compile(r"https://[\w./]+\w|\b[a-z]+[A-Z]\w*|\\u00\w+|@\w+|</?\w+>|\w+=\"[^\"]+\"|R15")


@pytest.mark.parametrize("language", OTHERS)
def test_every_rule_has_its_advice_in_every_language(language: str) -> None:
    for rule in RULES:
        said = mends.say(rule.mend, language)
        assert said != rule.mend, rule
        assert said.endswith("."), rule
        assert sorted(CODE.findall(said)) == sorted(CODE.findall(rule.mend)), (rule, said)


def test_what_is_english_or_unknown_stays_as_it_is() -> None:
    assert mends.say(RULES[0].mend, "en") == RULES[0].mend
    assert mends.say("Do something else.", "de") == "Do something else."


def test_the_catalogue_has_nothing_that_no_rule_says() -> None:
    file = ROOT / "rich_snippets/linting/mends.json"
    assert orjson.loads(file.read_bytes()).keys() == {rule.mend for rule in RULES}
