"""Lists of networks, such as those of data centres, and whether an address lies in one (SIG-11)."""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 500_000
"""Networks in a list; those of the large hosters together are a tenth of it."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Ranges of addresses: first and last of each, by version, in their order and disjoint."""

    ranges: tuple[tuple[int, int, int], ...] = ()

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Networks":
        """The networks of a list: one on each line, as ``198.51.100.0/24``; ``#`` begins a comment.

        Raises ValueError for anything else, naming the line, and for more than ``MOST``.
        """
        found: list[tuple[int, int, int]] = []
        for number, line in enumerate(lines, 1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            if len(found) == MOST:
                raise ValueError(f"more than {MOST} networks")
            try:
                network = ipaddress.ip_network(text, strict=False)
            except ValueError:
                raise ValueError(f"line {number} is no network") from None
            first, last = int(network.network_address), int(network.broadcast_address)
            found.append((network.version, first, last))
        return cls(tuple(_merged(sorted(found))))

    def holds(self, address: str) -> bool:
        """Whether the address lies in one of them; what is no address does not."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        found = mapped or found
        value = int(found)
        at = bisect_right(self.ranges, (found.version, value, 1 << 128)) - 1
        if at < 0:
            return False
        version, _, last = self.ranges[at]
        return version == found.version and value <= last


def _merged(ranges: list[tuple[int, int, int]]) -> Iterable[tuple[int, int, int]]:
    """The same addresses in ranges that do not overlap."""
    open_: tuple[int, int, int] | None = None
    for version, first, last in ranges:
        if open_ is not None and open_[0] == version and first <= open_[2]:
            open_ = (version, open_[1], max(open_[2], last))
            continue
        if open_ is not None:
            yield open_
        open_ = (version, first, last)
    if open_ is not None:
        yield open_
