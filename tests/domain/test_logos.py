"""Files that are no logo are refused before anything decodes them."""

import pytest

from domain import logos
from domain.errors import TooLarge
from domain.logos import LogoInvalid

PNG = b"\x89PNG\r\n\x1a\n"


def test_a_picture_of_up_to_a_megabyte_is_looked_at() -> None:
    logos.check(PNG + bytes(1_000_000 - len(PNG)))
    with pytest.raises(TooLarge):
        logos.check(PNG + bytes(1_000_001 - len(PNG)))


@pytest.mark.parametrize("body", [b"", b"<svg>", b"GIF89a", PNG[:4]])
def test_other_files_are_refused(body: bytes) -> None:
    with pytest.raises(LogoInvalid):
        logos.check(body)


@pytest.mark.parametrize("size", [(15, 100), (100, 15), (4_001, 100), (100, 4_001)])
def test_edges_have_bounds(size: tuple[int, int]) -> None:
    logos.check_size(16, 4_000)
    with pytest.raises(LogoInvalid):
        logos.check_size(*size)
