"""Lines of a body that arrives in pieces, none of which may be too long."""

from collections.abc import Iterator

from domain.invite_rules import INVITES


class Splitter:
    """Cuts a body into lines as it arrives; a line that is too long becomes None."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_skipping = False

    def lines(self, piece: bytes, *, is_last: bool) -> Iterator[bytes | None]:
        """The lines that are complete now."""
        *ended, rest = piece.split(b"\n")
        for part in ended:
            yield from self._ended(part)
        self._keep(rest)
        if is_last and (self._rest or self._is_skipping):
            yield from self._ended(b"")

    def _ended(self, part: bytes) -> Iterator[bytes | None]:
        self._keep(part)
        line, was_skipping = bytes(self._rest).strip(), self._is_skipping
        self._rest.clear()
        self._is_skipping = False
        if was_skipping:
            yield None
        elif line:
            yield line

    def _keep(self, part: bytes) -> None:
        if self._is_skipping:
            return
        self._rest += part
        if len(self._rest) > INVITES.line_bytes:
            self._rest.clear()
            self._is_skipping = True
