"""The templates that ship: whole in seven languages, and filled without a gap."""

import pytest

from domain import answer_templates as rules
from domain import languages
from domain.tickets import TICKETS
from schemas import answer_templates

KNOWN = rules.values("tkt-1", shop="Bücher & Töne", reference="A-1")


@pytest.mark.parametrize("version", answer_templates.VERSIONS)
@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_template_is_there_in_every_language_and_fills_without_leftovers(
    version: str, language: str
) -> None:
    texts = answer_templates.of(version)
    filled = rules.fitting(texts, language, KNOWN)
    assert filled.keys() == texts.keys()
    for name, text in filled.items():
        assert 40 < len(text) < TICKETS.text_characters, name
        assert not set("{}") & set(text), name
        label = answer_templates.label(name, language, version)
        assert 0 < len(label) <= 40, name


@pytest.mark.parametrize("version", answer_templates.VERSIONS)
def test_a_template_names_the_same_things_in_every_language_and_nothing_unknown(
    version: str,
) -> None:
    for name, said in answer_templates.of(version).items():
        assert said.keys() == set(languages.SUPPORTED), name
        named = {rules.named(text) for text in said.values()}
        assert len(named) == 1, name
        assert named.pop() <= rules.PLACEHOLDERS, name
        assert len(set(said.values())) == len(said), name


def test_a_template_greets_nobody_for_the_mail_does() -> None:
    for said in answer_templates.of(answer_templates.VERSIONS[-1]).values():
        assert not any("{name}" in text for text in said.values())
        assert not said["en"].startswith("Hello")
