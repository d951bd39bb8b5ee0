"""Where no identity provider is set up there is no way to one."""

import pytest

from tests.control.centre.conftest import Visitor


def test_the_login_page_offers_no_provider(stranger: Visitor) -> None:
    assert not stranger.page("/login").xpath("//a[contains(@href, 'provider')]")


@pytest.mark.parametrize("path", ["/login/provider", "/login/provider/back?code=c&state=s"])
def test_its_addresses_are_not_there(stranger: Visitor, path: str) -> None:
    stranger.page(path, status=404)
