"""Events come out as single lines of the log, without the variables of their traces."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from api import events


@pytest.fixture
def configured() -> Iterator[None]:
    """Events go to the log in this test only."""
    events.go_to_log()
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("configured")
def test_an_event_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        structlog.get_logger("trustwright.test").info("job.done", job="a b", result=3)
    assert caplog.record_tuples == [
        ("trustwright.test", logging.INFO, 'event=job.done job="a b" result=3')
    ]


@pytest.mark.usefixtures("configured")
def test_a_trace_is_in_the_line_and_shows_no_variables(caplog: pytest.LogCaptureFixture) -> None:
    secret_key = "".join(["very", "secret"])
    try:
        raise ValueError(len(secret_key))
    except ValueError as error:
        structlog.get_logger("trustwright.test").error("request.failed", exc_info=error)
    message = caplog.messages[0]
    assert "ValueError" in message
    assert "\n" not in message
    assert secret_key not in message


@pytest.mark.usefixtures("configured")
def test_what_is_below_the_level_is_not_written(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        structlog.get_logger("trustwright.test").info("job.done")
    assert caplog.messages == []
