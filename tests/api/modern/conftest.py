"""Fixtures of the tests of the newer API."""

from collections.abc import Iterator

import pytest

from api.main import create_app
from tests.api.conftest import Reviewed
from tests.api.exchanges import Running
from tests.api.modern.callers import Modern


@pytest.fixture
def modern(reviewed: Reviewed) -> Iterator[Modern]:
    """A running app with the programs of two accounts; once on each kind of database."""
    with Running(create_app(reviewed.settings)) as running:
        yield Modern(running, reviewed)
