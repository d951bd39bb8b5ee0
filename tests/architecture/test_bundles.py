"""What runs in shops' pages is what its sources say, and as small as was promised."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import tree

SOURCES = tree.ROOT / "trustbadge_js"
STATIC = tree.ROOT / "widgets" / "static"
KB = 1024
# embed.md 10; one library's gzip differs from another's by less than a hundredth.
PROMISED = {"badge.js": 4 * KB, "card.js": 6 * KB}
LARGEST = 8 * KB
TOLERANCE = 0.01


def listed() -> dict[str, Any]:
    """Return what the build says about its files."""
    return dict(json.loads((STATIC / "bundles.json").read_text())["files"])


def node(*arguments: str) -> str:
    """Run Node in trustbadge_js; where the tools are missing, skip, but never in CI."""
    path = f"{tree.ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    program = shutil.which("node", path=path)
    if program is None or not (SOURCES / "node_modules").is_dir():
        why = "no Node or no node_modules: run `make bundles`"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    ran = subprocess.run([program, *arguments], cwd=SOURCES, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_every_bundle_is_listed_with_its_size_and_its_hash() -> None:
    scripts = {path.name: path.read_bytes() for path in STATIC.glob("*.js")}
    assert scripts.keys() == listed().keys()
    for name, facts in listed().items():
        digest = b64encode(hashlib.sha384(scripts[name]).digest()).decode()
        assert facts["sri"] == f"sha384-{digest}", name
        assert facts["bytes"] == len(scripts[name]), name
        size = len(gzip.compress(scripts[name], 9))
        assert facts["gzip"] == pytest.approx(size, rel=TOLERANCE), name


def test_no_bundle_exceeds_what_was_promised() -> None:
    for name, facts in listed().items():
        assert facts["gzip"] <= facts["budget"] <= PROMISED.get(name, LARGEST), name


def test_every_bundle_with_code_has_a_source_map() -> None:
    maps = {path.name for path in STATIC.glob("*.map")}
    code = {name for name in listed() if not name.startswith("texts.")}
    assert maps == {f"{name}.map" for name in code}


def test_no_bundle_holds_what_a_strict_policy_forbids() -> None:
    forbidden = (
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "sendBeacon",
    )
    found = {
        (path.name, word)
        for path in STATIC.glob("*.js")
        for word in forbidden
        if word in path.read_text()
    }
    assert found == set()


@pytest.mark.slow
def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    node("build.mjs", str(tmp_path))
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built.keys() == {path.name for path in STATIC.glob("*.js*")}
    stale = [
        name
        for name, body in built.items()
        if name != "bundles.json" and body != (STATIC / name).read_bytes()
    ]
    assert stale == [], "run `make bundles`"


@pytest.mark.slow
def test_the_types_of_the_sources_agree() -> None:
    node("node_modules/typescript/bin/tsc", "--noEmit")


@pytest.mark.slow
def test_the_logic_of_the_bundles_holds() -> None:
    assert "\n# fail 0\n" in node("test.mjs")
