"""Root packages have names of their own, data files travel in the wheel, locks hold no address."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture import tree

REGISTRIES = re.compile(
    r"py[p]i\.org|pythonhoste[d]\.org|registry\.(npm[j]s|yarnpk[g])\.(org|com)|deb\.debia[n]\.org"
)
HOME_FOLDERS = re.compile(r"(?<![\w.$}-])/(home|Users|root)/\w")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def names_in(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (tree.ROOT / lock).read_text(), re.MULTILINE))


def names_of(requirements: list[str]) -> set[str]:
    heads = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", head.group()).lower() for head in heads if head}


def test_no_installed_distribution_claims_one_of_our_package_names() -> None:
    owners = packages_distributions()
    foreign = {room: set(owners.get(room, [])) - {"trustwright"} for room in tree.rooms()}
    assert {room: names for room, names in foreign.items() if names} == {}


def test_no_root_package_hides_a_module_of_the_standard_library() -> None:
    assert set(tree.rooms()) & sys.stdlib_module_names == set()


def test_the_wheel_takes_along_every_kind_of_data_file_in_the_rooms() -> None:
    patterns = tree.pyproject()["tool"]["setuptools"]["package-data"]["*"]
    forgotten = [
        tree.name_of(path)
        for path in tree.project_files()
        if Path(tree.name_of(path)).parts[0] in tree.rooms()
        and path.suffix != ".py"
        and not any(path.match(pattern) for pattern in patterns)
    ]
    assert forgotten == []


def test_the_wheel_takes_along_every_room() -> None:
    include = tree.pyproject()["tool"]["setuptools"]["packages"]["find"]["include"]
    assert set(include) == {name for room in tree.rooms() for name in (room, f"{room}.*")}


def test_the_locks_hold_every_declared_requirement() -> None:
    project = tree.pyproject()["project"]
    runtime, extras = names_of(project["dependencies"]), project["optional-dependencies"]
    assert runtime - names_in("requirements.lock") == set()
    assert (runtime | names_of(extras["dev"])) - names_in("requirements-dev.lock") == set()
    validators = names_of(tree.pyproject()["dependency-groups"]["validators"])
    assert validators - names_in("requirements-validators.lock") == set()


def test_development_uses_the_versions_that_are_shipped() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (tree.ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def test_no_file_names_a_package_registry() -> None:
    found = [
        tree.name_of(path) for path in tree.project_files() if REGISTRIES.search(text_of(path))
    ]
    assert found == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    here = str(tree.ROOT) if len(tree.ROOT.parts) > 2 else "\0"
    found = [
        tree.name_of(path)
        for path in tree.project_files()
        if here in text_of(path) or HOME_FOLDERS.search(text_of(path))
    ]
    assert found == []
