"""The program of docs/collection.md runs as it stands against the seeded installation."""

from pathlib import Path

from domain.clients import Scope
from tests.api.programs import printed
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/collection.md").read_text(encoding="utf-8")


def test_the_program_of_the_page_prints_what_the_page_says(
    sown_sqlite_url: str, tmp_path: Path
) -> None:
    said = printed(PAGE, sown_sqlite_url, tmp_path, Scope.ORDERS_WRITE)
    assert said == ["SCHEDULED", "order_cancelled", "[201, 201]"]
    for line in said:
        assert f"`{line}`" in PAGE
