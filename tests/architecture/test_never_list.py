"""The never list of trust-rules.md §2: no use case, setting, option or parameter reaches it."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator
from typing import Any

import typer.main

import services
from api.commands import table
from domain.review_forms import Said
from domain.reviews import Submission
from schemas.questions import PARAMETERS
from schemas.snapshots import Kind
from services import (
    invitations,
    moderation,
    open_reviews,
    orders,
    review_forms,
    reviews,
    shops,
)
from services.settings import Settings
from tests.architecture.tree import ROOT, python_files

CLAIMS = {"verified", "is_verified", "level", "evidence", "evidence_level"}
SAID = (Submission, Said)
OF_A_ROW = ("complete_row", "withdraw_row")
WORDS_OF_SELECTION = ("star", "rating", "threshold", "publish", "verified", "hide", "rank", "boost")


def use_cases() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function of the services that is given an open transaction."""
    for module in pkgutil.iter_modules(services.__path__, "services."):
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            is_ours = function.__module__ == module.name and not name.startswith("_")
            if is_ours and "work" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}", function


def test_there_are_use_cases_to_look_at() -> None:
    names = {name for name, _ in use_cases()}
    assert {"services.reviews.submit", "services.moderation.disable"} <= names


def test_never_2_no_use_case_is_told_that_a_review_is_verified() -> None:
    told = {
        name
        for name, function in use_cases()
        if CLAIMS & set(inspect.signature(function).parameters)
    }
    assert told == set()
    assert not CLAIMS & set(Submission.__dataclass_fields__)


def test_never_1_no_use_case_but_the_authors_own_takes_stars() -> None:
    takers = {
        name
        for name, function in use_cases()
        for parameter in inspect.signature(function).parameters
        if any(word in parameter for word in ("star", "rating", "mark"))
    }
    assert takers == set()


def test_never_1_and_6_no_setting_selects_hides_or_ranks() -> None:
    # The published minimum speaks of a number of reviews, and of no review's stars (AGG-7).
    named = {name for name in Settings.model_fields for word in WORDS_OF_SELECTION if word in name}
    assert named == set()


def test_never_1_no_command_has_an_option_that_selects_by_stars() -> None:
    names = {
        parameter.name or ""
        for command in table.COMMANDS
        for parameter in _parameters(
            typer.main.get_command(importlib.import_module(table.module_of(command)).app)
        )
    }
    assert {"criteria", "market"} <= names
    assert not [name for name in names if any(word in name for word in WORDS_OF_SELECTION)]


def _parameters(command: object) -> Iterator[Any]:
    yield from getattr(command, "params", [])
    for child in getattr(command, "commands", {}).values():
        yield from _parameters(child)


def test_never_1_readers_filter_by_stars_only_where_they_read_a_list() -> None:
    filtered = {kind for kind, names in PARAMETERS.items() if "stars" in names}
    assert filtered == {Kind.REVIEWS, Kind.PRODUCT_REVIEWS}


def test_never_5_and_13_hiding_takes_reasons_and_no_program_can_give_them() -> None:
    parameters = inspect.signature(moderation.disable).parameters
    assert parameters["reasons"].default is inspect.Parameter.empty
    assert set(parameters) == {"work", "review_id", "reasons"}


def test_never_7_and_8_an_invitation_knows_nothing_that_could_select() -> None:
    """Who is invited depends on order and product; a text or a reward cannot be given."""
    assert set(inspect.signature(invitations.issue).parameters) == {
        "work",
        "shop_key",
        "reference",
        "sku",
        "language",
        "is_handed_on",
        "now",
    }
    assert set(inspect.signature(orders.record).parameters) == {"work", "shop_key", "new", "now"}


def test_never_3_and_4_text_and_marks_change_only_with_the_authors_token() -> None:
    writers = {
        name: set(inspect.signature(function).parameters)
        for name, function in use_cases()
        if any(each.annotation in SAID for each in inspect.signature(function).parameters.values())
    }
    # Nobody has a token yet who hands in an open review, which waits for its author's word.
    without_token = {"services.open_reviews.submit", "services.reviews.complete_row"}
    assert set(writers) == without_token | {
        *(f"services.reviews.{name}" for name in ("submit", "edit", "complete")),
        *(f"services.review_forms.{name}" for name in ("submit", "again", "finish")),
        "services.open_reviews.edit",
        "services.corrections.correct",
    }
    withdrawals = (reviews.withdraw, review_forms.withdraw, open_reviews.withdraw)
    assert all("token" in writers[name] for name in set(writers) - without_token)
    assert all("token" in inspect.signature(each).parameters for each in withdrawals)


def test_never_3_and_4_only_what_has_read_a_token_changes_a_stored_review() -> None:
    """Whose review it is, the callers of these functions have found out by its link."""
    modules = ("services.reviews", "services.open_reviews")
    assert readers_of(OF_A_ROW) == {(module, name) for module in modules for name in OF_A_ROW}
    for function in (open_reviews.edit, open_reviews.withdraw):
        assert "_opened(work, token)" in inspect.getsource(function)
    for function in (reviews.edit, reviews.complete, reviews.withdraw):
        assert "written_with(work, token)" in inspect.getsource(function)


def readers_of(names: Collection[str]) -> set[tuple[str, str]]:
    """The modules of ours that use one of these names, however they have imported it."""
    found = set()
    for file in python_files():
        path = file.relative_to(ROOT).with_suffix("")
        if path.parts[0] == "tests":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if name in names:
                found.add((".".join(path.parts), name))
    return found


def test_never_12_no_use_case_deletes_a_shop_or_a_review() -> None:
    removing = {
        name for name, _ in use_cases() if any(word in name for word in ("delete", "remove"))
    }
    # People, their second factors and mails of that are no shop and no review.
    people = ("services.users.", "services.second_factors.", "services.user_mails.")
    removing = {name for name in removing if not name.startswith(people)}
    # What a shop wrote or set up itself can be taken back: its reply, and nobody's review. An
    # author's token takes the author's own picture away, and finance a season of the frames.
    assert removing == {
        "services.activity.reply_deleted",
        "services.logos.remove",
        "services.order_hooks.remove",
        "services.pictures.remove",
        "services.replies.delete",
        "services.reply_templates.delete",
        "services.seasons.remove",
        "services.webhooks.remove",
    }
    assert not hasattr(shops, "close")


def test_indicators_have_no_way_to_certificates_marks_or_decisions() -> None:
    """What stays red opens a task; to withdraw a mark is left to a person (systems.md §32)."""
    kept_apart = (
        "certificates",
        "marks",
        "audits",
        "audit_steps",
        "audit_decisions",
        "badge_tokens",
    )
    files = [file for file in python_files() if file.stem.startswith("indicator")]
    files = [file for file in files if file.relative_to(ROOT).parts[0] != "tests"]
    assert {"domain", "store", "services", "jobs", "control"} <= {
        file.relative_to(ROOT).parts[0] for file in files
    }
    imported = {
        (file.stem, name)
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        for name in (getattr(node, "module", None) or "", alias.name)
        if name.rpartition(".")[2] in kept_apart
    }
    assert imported == set()
