"""HTTP/1.1 with the hits answered where requests are parsed, before any task or cycle is made.

The parser is the server's own, and whatever is not plainly a hit goes on to the server's own
way: other methods, bodies that are awaited, old versions, connections that are to be closed,
requests in a pipeline behind one that is still being answered, clients that do not read.
"""

from typing import ClassVar, Final, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from api.answers import written
from api.asgi import Scope
from api.dispatch import Dispatcher

_Headers = list[tuple[bytes, bytes]]

_END: Final = b"\r\n"


class HitProtocol(HttpToolsProtocol):
    """A connection; it asks the app for what is in memory where the app is the dispatcher."""

    _default: ClassVar[_Headers] = []
    _default_lines: ClassVar[bytes] = b""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_answered = False

    def on_headers_complete(self) -> None:
        if not self._answered():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        # The body of a GET that was answered is read and forgotten, as the server itself does.
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_answered:
            super().on_message_complete()

    def _answered(self) -> bool:
        """Whether this request was a hit, whose answer is written now."""
        app: object = self.app
        scope = cast(Scope, self.scope)
        if not (isinstance(app, Dispatcher) and self._is_plain() and self._is_free()):
            return False
        path, _, query = self.url.partition(b"?")
        scope["method"], scope["raw_path"], scope["query_string"] = "GET", path, query
        answer = app.recall(scope)
        if answer is None:
            return False
        start, body = answer
        status, lines = STATUS_LINE[start["status"]], self._dated()
        self.transport.write(b"".join((status, lines, start.lines, _END, body["body"])))
        self._is_answered = True
        self.on_response_complete()
        return True

    def _is_plain(self) -> bool:
        """Whether the request is a GET in HTTP/1.1 that asks for nothing but its answer."""
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and parser.should_keep_alive()
            and parser.get_http_version() == "1.1"
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and self.url.startswith(b"/")
            and b"#" not in self.url
        )

    def _is_free(self) -> bool:
        """Whether nothing else is being answered, and what was written is being read."""
        # None before the first request that was no hit.
        cycle: RequestResponseCycle | None = self.cycle
        return (cycle is None or cycle.response_complete) and not self.flow.write_paused

    def _dated(self) -> bytes:
        """The server's own headers, which it makes anew each second."""
        default, protocol = self.server_state.default_headers, HitProtocol
        if default is not protocol._default:
            protocol._default, protocol._default_lines = default, written(tuple(default))
        return protocol._default_lines
