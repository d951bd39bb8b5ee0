"""The scripts of a page that are ours, or those that ours replace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

from domain import shop_keys
from domain.errors import ShopKeyMalformed
from domain.policies import CHECKS
from schemas.checks import CheckFinding, Code, found
from schemas.scripts import BUNDLES
from widgets.checking import vocabulary
from widgets.checking.documents import Document, Tag
from widgets.checking.policies import Policy

MODERN: Final = "/v1/badge.js"
_ELEMENTS: Final = "/applications/widget.js/v2"
_INTEGRATION: Final = "/integration/integration.js"
_LOADER: Final = re.compile(r"/js/([A-Za-z0-9]{20,50})\.js\Z")
_INLINE: Final = re.compile(r"[\"']((?:https?:)?//[^\"'\s]{1,300})[\"']")
_SETTINGS: Final = re.compile(r"_tsConfig\s*=\s*\{([^;]{0,4000})")
_SETTING: Final = re.compile(r"(?<![\w.])([\"']?)([A-Za-z_]\w*)\1\s*:(?!/)")
_TARGET: Final = re.compile(r"customElementId[\"']?\s*:\s*[\"']#?([\w-]+)[\"']")
_RUN: Final = frozenset(
    {"", "module", "text/javascript", "application/javascript", "text/ecmascript"}
)
_COMMENTED: Final = re.compile(r"/v1/badge\.js|/js/X[0-9A-Za-z]{32}\.js", re.IGNORECASE)
_TAG_MANAGER: Final = "googletagmanager.com/gtm.js"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a page should name: our address and the shop's key, and under which address it is.

    ``policies`` are those of its headers.
    """

    base_url: str
    shop_key: str
    url: str = ""
    policies: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc


@dataclass(frozen=True, slots=True)
class Ours:
    """A script of ours, wherever it is loaded from; ``key`` is None where it needs none."""

    tag: Tag
    url: str
    key: str | None
    is_waiting: bool = False

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def is_badge(self) -> bool:
        """Whether it draws the badge, and offers the card of orders."""
        return self.path in (MODERN, _INTEGRATION) or _LOADER.search(self.path) is not None


def scripts(document: Document, expected: Expected) -> list[Ours]:
    """Our first scripts in the order of the page: tags, and addresses in programs that add one."""
    listed: list[Ours] = []
    for tag in document.named("script"):
        address = tag.get("src") or tag.get("data-src")
        is_waiting = tag.get("type").lower() not in _RUN or not tag.get("src")
        addresses = [address] if address else _INLINE.findall(tag.content)
        for each in addresses:
            url = _absolute(each, expected)
            if _is_ours(url, tag, expected):
                waits = is_waiting if address else False
                listed.append(Ours(tag, url, _key(url, tag), waits))
    return listed[: CHECKS.findings]


def check(
    document: Document, ours: list[Ours], expected: Expected, policies: list[Policy]
) -> Iterator[CheckFinding]:
    """What is to be said about our scripts."""
    for each in ours:
        faults = [*_faults(each, expected), *_blocked(each, expected, policies)]
        hints = list(_hints(each))
        yield from faults
        if not faults and not each.is_waiting:
            yield found(Code.TAG_FOUND, each.tag.line, {"tag": each.path})
        yield from hints
    yield from _together([each for each in ours if each.is_badge and not each.tag.is_asleep])
    for tag in document.named("script"):
        yield from _settings(document, tag)
    yield from _commented(document, ours)


def nothing(document: Document) -> Iterator[CheckFinding]:
    """What is to be said about a page in which nothing of ours was found."""
    yield found(Code.NOTHING_FOUND)
    if _TAG_MANAGER in document.text:
        yield found(Code.TAG_MANAGER)


def _absolute(address: str, expected: Expected) -> str:
    try:
        url = urljoin(expected.url or f"{expected.base_url}/", address)
        urlsplit(url).port  # noqa: B018 — raises where the port is none
    except ValueError:
        return ""
    return url


def _is_ours(url: str, tag: Tag, expected: Expected) -> bool:
    parts = urlsplit(url)
    if parts.path in BUNDLES and parts.path != MODERN:
        return True
    if parts.path == MODERN:
        return parts.netloc == expected.host or tag.has("data-shop") or "shop=" in parts.query
    loader = _LOADER.search(parts.path)
    return loader is not None and (parts.netloc == expected.host or _is_key(loader[1]))


def _is_key(text: str) -> bool:
    try:
        shop_keys.parse(text)
    except ShopKeyMalformed:
        return False
    return True


def _key(url: str, tag: Tag) -> str | None:
    parts = urlsplit(url)
    if parts.path == MODERN:
        return tag.get("data-shop") or parse_qs(parts.query).get("shop", [""])[0].strip()
    loader = _LOADER.search(parts.path)
    return loader[1] if loader else None


def _faults(each: Ours, expected: Expected) -> Iterator[CheckFinding]:
    line, parts = each.tag.line, urlsplit(each.url)
    if each.tag.is_asleep:
        yield found(Code.TAG_ASLEEP, line, {"tag": each.path})
    if parts.netloc.lower() != expected.host.lower():
        yield found(Code.HOST_OTHER, line, {"host": parts.netloc, "ours": expected.host})
    elif parts.scheme == "http" and expected.base_url.startswith("https:"):
        yield found(Code.HOST_INSECURE, line, {"ours": expected.base_url})
    if each.key is not None:
        yield from _key_faults(each.key, line, expected)


def _key_faults(key: str, line: int, expected: Expected) -> Iterator[CheckFinding]:
    if not key:
        yield found(Code.KEY_MISSING, line, {"own": expected.shop_key})
    elif not _is_key(key):
        yield found(Code.KEY_MALFORMED, line, {"given": key, "own": expected.shop_key})
    elif shop_keys.parse(key) != expected.shop_key:
        yield found(Code.KEY_OTHER, line, {"given": key, "own": expected.shop_key})


def _blocked(each: Ours, expected: Expected, policies: list[Policy]) -> Iterator[CheckFinding]:
    """The page's own policy forbids what our script needs, where our host is named at all."""
    if urlsplit(each.url).netloc != expected.host:
        return
    url, line = f"{expected.base_url}{each.path}", each.tag.line
    nonce = each.tag.get("nonce")
    if not all(policy.allows_script(url, nonce) for policy in policies):
        yield found(Code.POLICY_SCRIPT, line, {"ours": expected.base_url})
    if not all(policy.allows_connection(f"{expected.base_url}/v1/shops/") for policy in policies):
        yield found(Code.POLICY_CONNECT, line, {"ours": expected.base_url})


def _hints(each: Ours) -> Iterator[CheckFinding]:
    tag = each.tag
    if each.is_waiting:
        yield found(Code.TAG_WAITS, tag.line, {"tag": each.path})
    elif each.is_badge and tag.has("src") and not _is_light(tag):
        yield found(Code.TAG_BLOCKS, tag.line)
    for name, value in tag.attributes.items():
        yield from _attribute(tag.line, name, value)
    if each.path == _INTEGRATION and not tag.get("data-integration-id"):
        yield found(Code.WIDGET_ID_MISSING, tag.line, {"attribute": "data-integration-id"})


def _is_light(tag: Tag) -> bool:
    """Whether the page does not wait for it."""
    return tag.has("async") or tag.has("defer") or tag.get("type") == "module"


def _attribute(line: int, name: str, value: str) -> Iterator[CheckFinding]:
    known = vocabulary.OLDER_VALUES.get(name)
    if known and value.strip().lower() not in known:
        values = {"attribute": name, "value": value, "known": ", ".join(known)}
        yield found(Code.VALUE_UNKNOWN, line, values)
    elif name.startswith(vocabulary.OLDER_STARTS) and name not in vocabulary.OLDER_ATTRIBUTES:
        yield found(Code.ATTRIBUTE_UNKNOWN, line, {"element": "<script>", "attribute": name})


def _together(badges: list[Ours]) -> Iterator[CheckFinding]:
    """Several tags of one page: the first that runs is the one that counts."""
    seen: dict[str, int] = {}
    for each in badges:
        if each.path in seen:
            values = {"tag": each.path, "first": str(seen[each.path])}
            yield found(Code.TAG_TWICE, each.tag.line, values)
        seen.setdefault(each.path, each.tag.line)
    if MODERN in seen and len(seen) > 1:
        yield found(Code.TAG_OLD_AND_NEW, seen[MODERN])


def _settings(document: Document, tag: Tag) -> Iterator[CheckFinding]:
    """Settings of older loaders that nobody knows, and places that the page does not have."""
    for given in _SETTINGS.finditer(tag.content):
        names = [name for _, name in _SETTING.findall(given[1])]
        for name in names:
            if name not in vocabulary.OLDER_SETTINGS:
                values = {"element": "_tsConfig", "attribute": name}
                yield found(Code.ATTRIBUTE_UNKNOWN, tag.line, values)
        for target in _TARGET.findall(given[1]):
            if target not in document.ids:
                yield found(Code.TARGET_MISSING, tag.line, {"target": f"#{target}"})


def _commented(document: Document, ours: list[Ours]) -> Iterator[CheckFinding]:
    """A tag that only stands in a comment, which browsers skip."""
    if any(each.is_badge for each in ours):
        return
    for line, text in document.comments:
        if _COMMENTED.search(text):
            yield found(Code.TAG_COMMENTED, line)
