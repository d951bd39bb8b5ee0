"""What the documentation promises is there, and what is there is documented."""

import re
from collections.abc import Iterator

from domain import policies
from domain.errors import TrustwrightError
from rich_snippets.reasons import Code
from schemas.checks import Code as Finding
from schemas.checks import weight_of
from schemas.messages import INTERNAL_ERROR
from services.settings import Settings
from tests.architecture import tree

PREFIX = "TRUSTWRIGHT_"


def page(name: str) -> str:
    return (tree.ROOT / name).read_text(encoding="utf-8")


def documented(name: str) -> set[str]:
    """Return what stands in backticks in headings and in the first cells of table rows."""
    return set(re.findall(r"^(?:#+ |\| *)`([A-Z0-9_]+)`", page(name), re.MULTILINE))


def errors(base: type[TrustwrightError] = TrustwrightError) -> Iterator[type[TrustwrightError]]:
    for error in base.__subclasses__():
        yield error
        yield from errors(error)


def test_every_setting_is_documented_and_no_other() -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert documented("docs/settings.md") == settings


def test_settings_have_our_prefix() -> None:
    assert Settings.model_config.get("env_prefix") == PREFIX


def test_every_error_code_is_documented_and_no_other() -> None:
    codes = {error.code for error in errors()} | {INTERNAL_ERROR}
    assert documented("docs/errors.md") == codes


def test_every_finding_in_a_shops_page_is_documented_with_its_weight_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (error|hint|good) \|", page("docs/embed.md"), re.MULTILINE
    )
    assert dict(rows) == {finding.value: weight_of(finding).value for finding in Finding}


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in errors()]
    assert sorted(codes) == sorted(set(codes))


def test_every_reason_is_documented_with_its_rules_and_no_other() -> None:
    text = page("docs/snippets.md")
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([A-Z0-9, ]+) \|", text, re.MULTILINE)
    documented_rules = {code: set(rules.split(", ")) for code, rules in rows}
    assert documented("docs/snippets.md") == {code.value for code in Code}
    assert documented_rules == rules_of_reasons()


def rules_of_reasons() -> dict[str, set[str]]:
    """The rules that each code is given with by what builds markup."""
    rules: dict[str, set[str]] = {}
    for path in (tree.ROOT / "rich_snippets").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for code, rule in re.findall(r'Code\.([A-Z_]+),\s*"([A-Z]+\d+)"', text):
            rules.setdefault(code, set()).add(rule)
    return rules


def test_the_numbers_of_have_are_those_of_the_policy() -> None:
    text = page("docs/snippets.md")
    assert f"at most {policies.SNIPPETS.id_characters:,} characters" in text
    assert policies.SNIPPETS.haves == 20
    assert "up to twenty times" in text


def test_the_readme_names_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(re.findall(r"make \w+", page("README.md")))


def test_every_make_command_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"^(\w+):.*## ", page("Makefile"), re.MULTILINE))
    named = {
        target
        for path in tree.project_files()
        if path.suffix == ".md"
        for target in re.findall(r"(?:`|^)make (\w+)", path.read_text(), re.MULTILINE)
    }
    assert named <= targets


def test_every_link_between_the_pages_leads_to_a_file() -> None:
    broken = [
        f"{tree.name_of(path)} -> {link}"
        for path in tree.project_files()
        if path.suffix == ".md"
        for link in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", path.read_text())
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_every_decision_says_context_decision_and_consequence() -> None:
    for path in (tree.ROOT / "docs/decisions").glob("*.md"):
        headings = re.findall(r"^## (\w+)", path.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequence"], path.name
