"""Whether a page's content security policy lets our script run and ask our host (CSP level 3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_NONCE: Final = re.compile(r"'nonce-([^']+)'", re.IGNORECASE)
_SCRIPTS: Final = ("script-src-elem", "script-src", "default-src")
_CONNECTIONS: Final = ("connect-src", "default-src")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: sources by directive; a page may have several, of which each can forbid."""

    directives: Mapping[str, Sequence[str]]

    def allows_script(self, url: str, nonce: str = "") -> bool:
        """Whether a script from ``url`` may run in a tag with this nonce."""
        sources = self._sources(_SCRIPTS)
        if sources is None:
            return True
        nonces = {found[1] for each in sources if (found := _NONCE.fullmatch(each))}
        if nonce and nonce in nonces:
            return True
        # With it browsers listen to no host, only to nonces and hashes.
        is_strict = "'strict-dynamic'" in (each.lower() for each in sources)
        return not is_strict and any(_allows(each, url) for each in sources)

    def allows_connection(self, url: str) -> bool:
        """Whether scripts may ask ``url`` for data."""
        sources = self._sources(_CONNECTIONS)
        return sources is None or any(_allows(each, url) for each in sources)

    def _sources(self, names: Sequence[str]) -> Sequence[str] | None:
        return next((self.directives[name] for name in names if name in self.directives), None)


def parse(text: str) -> list[Policy]:
    """The policies of a header or a meta element; a comma separates two."""
    return [_policy(each) for each in text.split(",") if each.strip()]


def _policy(text: str) -> Policy:
    directives: dict[str, Sequence[str]] = {}
    for directive in text.split(";"):
        name, *sources = directive.split() or [""]
        # Of two directives with one name the first counts.
        directives.setdefault(name.lower(), sources)
    return Policy(directives)


def _allows(source: str, url: str) -> bool:
    """Whether one source expression names the host of ``url``; ``'self'`` is the shop's own."""
    ours, source = urlsplit(url), source.lower()
    if source == "*":
        return True
    if source.startswith("'"):
        return False
    if source.endswith(":"):
        return source.removesuffix(":") == ours.scheme
    scheme, _, rest = source.rpartition("://")
    if scheme not in ("", ours.scheme) and (scheme, ours.scheme) != ("http", "https"):
        return False
    place, slash, path = rest.partition("/")
    host, _, port = place.partition(":")
    default = {"http": 80, "https": 443}.get(ours.scheme)
    if port not in ("", "*") and port != str(ours.port or default):
        return False
    if not port and ours.port not in (None, default):
        return False
    # A path names one file, or with a slash at its end everything below.
    is_path = not path or ours.path == slash + path
    is_path = is_path or (path.endswith("/") and ours.path.startswith(slash + path))
    return is_path and _is_host(host, ours.hostname or "")


def _is_host(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern == host
