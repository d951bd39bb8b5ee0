"""A shop's badge stands inside its loader, whatever words it is made of."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from domain import languages, marks
from domain.badges import Colours
from domain.marks import Mark, MarkStatus
from schemas import encoding
from schemas.scripts import BUNDLES, LOADER
from schemas.shapes import Shape
from schemas.snapshots import gzipped
from tests.widgets import examples
from tests.widgets.builds import VERSION, stand_ins
from tests.widgets.examples import SHOP, figures_of
from widgets import badges, bundles
from widgets.bundles import Bundles

LOADER_BYTES = 8 * 1024


@pytest.fixture
def built(tmp_path: Path) -> Bundles:
    return stand_ins(tmp_path)


def test_a_build_is_read_whole(built: Bundles) -> None:
    assert built.version == VERSION
    assert built.files["card.js"].startswith(b'"card.js"')
    assert built.files["card.js.map"] == b'{"version":3}'
    assert built.integrity["card.js"] == "sha384-card.js"
    assert "bundles.json" not in built.files
    assert built.modified > 0


def test_the_committed_build_answers_every_address_of_the_contract() -> None:
    assert {*BUNDLES.values(), LOADER} <= Bundles.load().files.keys()


def test_a_folder_without_a_build_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Bundles.load(tmp_path)


def test_a_loader_holds_the_badge_as_the_argument_of_a_function(built: Bundles) -> None:
    assert built.loader(b'{"a":1}') == (
        b'(TRUST_SHOP=>{\n"use strict";(()=>{globalThis.seen=TRUST_SHOP})();\n})({"a":1});\n'
    )


def test_the_map_of_the_loader_begins_where_its_program_stands() -> None:
    files = Bundles.load().files
    before, _, _ = Bundles.load().loader(None).partition(files[LOADER].rstrip())
    mappings = json.loads(files[f"{LOADER}.map"])["mappings"]
    assert mappings.startswith(";" * before.count(b"\n"))
    assert mappings[1] != ";"


def test_a_loader_without_a_shop_is_given_nothing(built: Bundles) -> None:
    assert built.loader(None).endswith(b"})(null);\n")


@given(examples.any_answer())
def test_a_payload_cannot_end_the_script_it_stands_in(shape: Shape) -> None:
    payload = encoding.to_json(shape)
    safe = bundles.script_safe(payload)
    assert json.loads(safe) == json.loads(payload)
    text = safe.decode()
    assert "<" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a_served_loader_with_its_badge_stays_within_its_8_kb(language: str) -> None:
    """With the longest name, all colours, a mark and buyer protection."""
    colours = Colours(accent="#0f766e", text="#102a43", surface="#ffffff", star="#b45309")
    settings = replace(SHOP.badge, colours=colours)
    mark = Mark(
        MarkStatus.VALID,
        date(2026, 1, 1),
        date(2027, 1, 1),
        marks.guarantee_of("DE", "Mutual Guarantee plc"),
    )
    shop = replace(SHOP, name="Ä" * 120, operator_is_shop=True, badge=settings, mark=mark)
    badge = badges.build(shop, figures_of(5, 4, 3), language=language)
    sealed = gzipped(Bundles.load().loader(badges.embedded(encoding.to_json(badge))))
    assert len(sealed) <= LOADER_BYTES


def test_the_stub_has_every_method_of_the_contract_and_keeps_what_is_there() -> None:
    stub = bundles.stub()
    for method in (b"reInitialize", b"remove", b"load", b"showCard"):
        assert method + b":e" in stub
    assert b"window.trustbadge||" in stub
    assert stub.startswith(b"try{")
