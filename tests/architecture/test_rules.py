"""Every rule behind markup and feeds has a test of its name, and no other rule is ever named."""

import re
from pathlib import Path

from rich_snippets.linting.table import RULES as LINTED
from rich_snippets.rulebook import RULES
from tests.architecture import tree

RULEBOOK = "rich_snippets/rulebook.py"
# What the linter says about bytes that are no page of their kind is no rule about markup.
NO_RULES = {"INPUT"}
FAMILIES = {
    "R": 19,
    "RX": 4,
    "P": 9,
    "V": 5,
    "O": 5,
    "M": 5,
    "FP": 15,
    "FM": 15,
    "FC": 1,
    "X": 9,
}


def named_by_tests() -> set[str]:
    """The rules whose ids begin the names of tests."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in tree.python_files()
        if path.name.startswith("test_")
    )
    return {name.upper() for name in re.findall(r"def test_([a-z]+\d+)_", text)}


def given_as_reasons() -> set[str]:
    """The rules that the builders of markup and its policy give for what they leave out."""
    paths = set((tree.ROOT / "rich_snippets").glob("*.py")) - {tree.ROOT / RULEBOOK}
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return set(re.findall(r'"([A-Z]{1,2}\d{1,2})"', text))


def test_every_rule_has_a_test_of_its_name() -> None:
    assert set(RULES) - named_by_tests() == set()


def test_the_rulebook_is_complete() -> None:
    numbered = {f"{family}{n}" for family, last in FAMILIES.items() for n in range(1, last + 1)}
    assert set(RULES) == numbered | {"B2"}


def test_no_reason_and_no_finding_names_another_rule() -> None:
    reasons = given_as_reasons()
    assert {"R1", "M5", "X9"} <= reasons
    assert reasons - set(RULES) == set()
    assert {rule.id for rule in LINTED} - set(RULES) == NO_RULES


def test_each_rule_is_told_in_one_sentence() -> None:
    for rule, sentence in RULES.items():
        assert re.fullmatch(r"[A-Z].+[^.]\.", sentence), rule
    assert len(set(RULES.values())) == len(RULES)


def test_fc1_no_program_of_ours_asks_for_the_survey_of_a_search_engine() -> None:
    """It would send the buyer's e-mail address along, which needs the buyer's consent."""
    asking = [
        tree.name_of(path)
        for path in tree.project_files()
        if Path(tree.name_of(path)).parts[0] in {*tree.rooms(), "trustbadge_js"}
        and re.search(rb"surveyoptin|apis\.google\.com", path.read_bytes(), re.IGNORECASE)
    ]
    assert asking == []
