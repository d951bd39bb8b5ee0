"""The server as a process: its headers, its memory, its signals, its workers."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.server import run
from services.settings import SettingsError
from tests.api.conftest import Reviewed, reviewed_on, settings_for
from tests.api.processes import Server, served

pytestmark = pytest.mark.slow


@pytest.fixture
def reviewed(sqlite_url: str, tmp_path: Path) -> Iterator[Reviewed]:
    """A shop with one review and its stored snapshots."""
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        reviewed.render()
        yield reviewed


def test_a_process_that_only_hits_takes_less_than_sixty_megabytes(
    reviewed: Reviewed, tmp_path: Path
) -> None:
    with served(reviewed.settings, tmp_path) as server:
        for name in ("badge", "badge.json", "badge.xml", "badge.svg", "reviews", "sticker.xml"):
            for encoding in ("br", "gzip", "identity"):
                response, _ = server.get(reviewed.url(name), **{"Accept-Encoding": encoding})
                assert response.status == 200
        assert server.rss_mb < 60


def test_a_served_answer_has_a_date_and_does_not_name_the_server(
    reviewed: Reviewed, tmp_path: Path
) -> None:
    with served(reviewed.settings, tmp_path) as server:
        response, body = server.get(reviewed.url("badge.json"))
        assert response.headers["date"] is not None
        assert response.headers["server"] is None
        assert response.headers["set-cookie"] is None
        assert int(response.headers["content-length"]) == len(body)


def test_a_server_that_is_asked_to_stop_says_goodbye_and_logs_no_request(
    reviewed: Reviewed, tmp_path: Path
) -> None:
    with served(reviewed.settings, tmp_path) as server:
        server.get("/docs", **{"X-Forwarded-For": "203.0.113.77"})
        server.get(reviewed.url("nothing"))
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) in {0, -signal.SIGTERM}
    said = server.log.read_text()
    assert "Application shutdown complete" in said
    assert reviewed.shop_key not in said
    assert "203.0.113.77" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /v1/shops/%00/badge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET " + b"/a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\nConnection: close\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /a#b?c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"POST /v1/shops/x/badge HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n"
        b"Connection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"5\r\nhello\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=range(11),
)
def test_hostile_bytes_get_a_refusal_and_never_a_trace(
    request_line: bytes, hostile_target: Server
) -> None:
    said = hostile_target.raw(request_line)
    assert re.match(rb"HTTP/1\.1 (307|4\d\d) ", said), said[:200]
    assert b"Traceback" not in said
    assert hostile_target.get("/health")[0].status == 200
    assert "Traceback" not in hostile_target.log.read_text()


@pytest.fixture(scope="module")
def hostile_target(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server for all hostile requests; it is only read from."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = settings_for(f"sqlite:///{migrated_sqlite}", folder)
    with served(settings, folder) as server:
        yield server


def test_several_workers_answer_from_one_database(reviewed: Reviewed, tmp_path: Path) -> None:
    with served(reviewed.settings, tmp_path, workers=2) as server:
        bodies = {server.get(reviewed.url("badge.json"))[1] for _ in range(20)}
        assert len(bodies) == 1


def test_an_embedded_process_serves_and_works_on_jobs(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path / "home", ROLE="all")
    with reviewed_on(sqlite_url, tmp_path / "home"), served(settings, tmp_path) as server:
        assert server.get("/health")[0].status == 200
        server.process.terminate()
        server.process.wait(60)
    said = server.log.read_text()
    assert "worker.started" in said
    assert "Traceback" not in said


def test_several_workers_may_not_work_on_jobs(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, ROLE="all")
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_ROLE=web"):
        run(settings, host="127.0.0.1", port=0, workers=2)
