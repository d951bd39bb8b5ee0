"""Shops' own sites: pages given as strings, served from another origin than ours."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width">{head}</head>
<body><main><h1>Shop</h1>{body}</main></body></html>"""


class ShopSite:
    """A running site; ``url`` has no slash at its end."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        # Browsers ask for an icon by themselves, and complain where there is none.
        self._pages: dict[str, tuple[bytes, dict[str, str]]] = {"/favicon.ico": (b"", {})}

    def put(
        self,
        body: str = "",
        *,
        head: str = "",
        lang: str = "de",
        path: str = "/",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Serve a page with this in its body and head; return its address."""
        page = _PAGE.format(lang=lang, head=head, body=body).encode()
        self._pages[path] = page, {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        return f"{self.url}{path}"

    def get(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        return self._pages.get(path)


@contextmanager
def open_shop() -> Iterator[ShopSite]:
    """A site on a free port of the loopback address, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.get(self.path.partition("?")[0])
            self.send_response(200 if found else 404)
            body, headers = found or (b"", {})
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = ShopSite(httpd.server_port)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
