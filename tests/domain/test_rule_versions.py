"""The log names the version of the rules for each area that has rules to decide by."""

import pytest

from domain import claims, rule_versions


def test_a_step_of_a_claim_and_its_line_in_the_log_name_the_same_version() -> None:
    assert rule_versions.of_action("claim.approve") == claims.RULES


@pytest.mark.parametrize("action", ["login.refused", "claims.seen", "review.published", ""])
def test_other_areas_have_no_version(action: str) -> None:
    assert rule_versions.of_action(action) == ""


@pytest.mark.parametrize("area", rule_versions.VERSIONS)
def test_a_version_is_a_year_and_a_number(area: str) -> None:
    year, _, number = rule_versions.of_action(f"{area}.changed").partition("-")
    assert year.isdigit()
    assert number.isdigit()
