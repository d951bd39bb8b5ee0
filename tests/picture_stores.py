"""A small S3-compatible store on loopback: real HTTP, and nothing but what pictures need."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

BUCKET: Final = "pictures"
KEY: Final = "test-key"
SECRET: Final = "test-secret"
_SIGNED: Final = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/[a-z0-9-]+/s3/aws4_request"
)


class _Handler(BaseHTTPRequestHandler):
    """Objects by path, for whoever signs with the key."""

    server: "Server"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self._is_refused():
            return
        self.server.objects[self._path()] = body
        self._answer(200, headers={"etag": '"1"'})

    def do_GET(self) -> None:
        if self._is_refused():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._list(query.get("prefix", [""])[0])
        elif self._path() in self.server.objects:
            headers = {"etag": '"1"', "last-modified": "Fri, 20 Nov 2026 12:00:00 GMT"}
            self._answer(200, self.server.objects[self._path()], headers)
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        if self._is_refused():
            return
        names = [unescape(name) for name in re.findall("<Key>(.*?)</Key>", body)]
        for name in names:
            self.server.objects.pop(name, None)
        rows = "".join(f"<Deleted><Key>{escape(name)}</Key></Deleted>" for name in names)
        self._answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode())

    def _list(self, prefix: str) -> None:
        names = sorted(name for name in self.server.objects if name.startswith(prefix))
        at = self.server.written_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{at}</LastModified>"
            f'<ETag>"1"</ETag><Size>{len(self.server.objects[name])}</Size></Contents>'
            for name in names
        )
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        self._answer(200, body.encode())

    def _is_refused(self) -> bool:
        if self.server.is_away:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return True
        is_signed = _SIGNED.match(self.headers.get("authorization", "")) is not None
        if not is_signed:
            self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        return not is_signed

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        del args


class Server(ThreadingHTTPServer):
    """What the store holds; ``is_away`` while it refuses everybody."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.is_away = False
        self.written_at = datetime.now(UTC)

    @property
    def address(self) -> str:
        """The setting that names this store, with a prefix."""
        return f"s3://{BUCKET}/shop/one?endpoint=http://127.0.0.1:{self.server_port}"


@contextmanager
def running() -> Iterator[Server]:
    """A store that answers until the end of the block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
