"""The program of docs/api.md for members runs as it stands against the seeded installation."""

import re
from pathlib import Path

from domain.clients import Scope
from domain.indicators import Indicator
from tests.api.programs import printed
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def test_the_program_of_the_page_reads_frame_cases_and_indicators(
    sown_sqlite_url: str, tmp_path: Path
) -> None:
    scopes = (Scope.FRAMES_READ, Scope.CASES_READ, Scope.INDICATORS_READ)
    said = printed(PAGE, sown_sqlite_url, tmp_path, *scopes)
    assert re.fullmatch(r"(GREEN|YELLOW|RED|GREY) \d+ of \d+", said[0])
    assert [line.split()[0] for line in said[-7:]] == list(Indicator)
