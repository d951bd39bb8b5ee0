"""A missing validator is told: as a skipped test on a desk, as a failure in CI."""

import pytest

from tests.validators import programs


def test_what_is_missing_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"node is missing: `make validators` brings"):
        programs.missing("node")
    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        programs.program("no-such-program")
    with pytest.raises(pytest.skip.Exception, match="no-such-package"):
        programs.packaged("no-such-package")


def test_nothing_is_skipped_in_continuous_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="java is missing"):
        programs.missing("java")
