"""Hosts whose pages may show a shop's reviews in a frame (systems.md §26)."""

import re
from collections.abc import Iterable
from typing import Final

from domain.errors import ShopInvalid

MOST: Final = 20
"""How many hosts a shop may name."""
PAGE_TAB_HOSTS: Final = ("www.facebook.com", "apps.facebook.com")
"""The hosts of page tabs, for which these frames were made; allowed until a shop names others."""
_PLAIN: Final = re.compile(
    r"(?=.{1,253}(:|\Z))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    r"(:[1-9][0-9]{0,4})?\Z"
)


def checked(hosts: Iterable[str]) -> tuple[str, ...]:
    """The hosts, each a name in punycode with perhaps a port, in order and without repetition.

    Raises ShopInvalid for anything else, and for more than ``MOST``.
    """
    names = tuple(dict.fromkeys(_name(host) for host in hosts))
    if len(names) > MOST:
        raise ShopInvalid(f"A shop names at most {MOST} hosts.", field="hosts")
    return names


def default(domain: str) -> tuple[str, ...]:
    """The hosts of a shop that has named none: its own and those of page tabs."""
    return (domain, f"www.{domain}", *PAGE_TAB_HOSTS)


def _name(host: str) -> str:
    name = host.strip().lower()
    try:
        given = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        given = ""
    if _PLAIN.match(given) is None:
        raise ShopInvalid(f"{host[:200]!r} is not a host, such as www.shop.example.", field="hosts")
    return given
