"""What runs in shops' pages: bundles and their chunks, shops' loaders, and plain pictures.

All of it is kept by the cache like any answer, so that a hit costs no more. Queries mean
nothing here: plugins add a version of their own to an address (embed.md 2).
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Final
from urllib.parse import urljoin

from starlette.routing import Route

from api.answers import Representation, select
from api.asgi import App, Receive, Scope, Send
from api.cache import Cache
from api.caching import ALLOW_ORIGIN, SNAPSHOT, Header, Profile
from api.loaders import ShopLoaders
from domain.errors import PageNotFound
from schemas import scripts
from schemas.scripts import ScriptKind
from schemas.snapshots import BROTLI_QUALITY, Media, Snapshot, seal
from services.installation import Installation
from services.scripts import loader
from widgets import bundles, fragments, mark_images
from widgets.bundles import Bundles

METHODS: Final = ("GET", "HEAD")
_LASTING: Final = b"public, max-age=300, stale-while-revalidate=86400"
_IMMUTABLE: Final = b"public, max-age=31536000, immutable"
_PASSING: Final = b"public, max-age=300"
_PICTURE: Final = b"public, max-age=86400"
_BEST: Final = 11
_MORE_SCRIPTS: Final = 10
_OPEN: Final[tuple[Header, ...]] = (
    ALLOW_ORIGIN,
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_CONTENT_TYPES: Final[Mapping[str, str]] = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "map": "application/json",
    "png": "image/png",
}
_IMAGES: Final[Mapping[str, int]] = {
    "/images/badge.png": 64,
    "/assets/images/trustmark_60x60.png": 60,
    "/assets/images/trustmark_120x120.png": 120,
}


def routes(
    installation: Installation, found: Bundles, cache: Cache, is_down: Callable[[], bool]
) -> Iterator[Route]:
    """Every address of ``schemas.scripts`` whose bundle was built, and the pictures."""
    files = {name: _sealed(name, body, found.modified) for name, body in found.files.items()}
    for path, name in addresses(files):
        yield _route(path, Kept(path, files[name], _LASTING, cache, *mapped(name, found)))
    if scripts.LOADER in files:
        yield from _loaders(installation, found, cache, is_down)
    now = int(time.time())
    style = _sealed(fragments.STYLE_NAME, fragments.STYLE, now)
    yield _route(scripts.STYLE, Kept(scripts.STYLE, style, _LASTING, cache))
    versions = dict.fromkeys(files, found.version) | {style.url: fragments.STYLE_VERSION}
    maps = {name: mapped(name, found) for name in files}
    assets = Assets({**files, style.url: style}, versions, maps, cache)
    yield _route(f"{scripts.ASSETS}{{version}}/{{name}}", assets)
    for path, size in _IMAGES.items():
        image = _sealed(path, mark_images.draw(size), now)
        yield _route(path, Kept(path, image, _PICTURE, cache))


def _loaders(
    installation: Installation, found: Bundles, cache: Cache, is_down: Callable[[], bool]
) -> Iterator[Route]:
    """Shops' own loaders, and the one without a shop, for pages that preload it."""
    maps = mapped(scripts.LOADER, found)
    preloaded = _sealed(scripts.LOADER, found.loader(None), found.modified)
    yield _route(scripts.PRELOADED, Kept(scripts.PRELOADED, preloaded, _LASTING, cache, *maps))
    stub = representation(_sealed("stub.js", bundles.stub(), found.modified), _PASSING)
    build, profile = partial(_loader, installation, found), _profile("js", SNAPSHOT, *maps)
    yield _route("/js/{file}", ShopLoaders(build, cache, is_down, profile=profile, stub=stub))


def _loader(installation: Installation, found: Bundles, shop_key: str) -> Snapshot:
    return loader(installation, found, shop_key, now=datetime.now(UTC))


def addresses(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The lasting addresses with the files that answer them, and those of their source maps.

    A file names its map relative to wherever it was loaded from.
    """
    for path, name in scripts.BUNDLES.items():
        for file in sorted({name, f"{name}.map"} & set(names)):
            yield path if file == name else urljoin(path, file), file


def mapped(name: str, found: Bundles) -> tuple[Header, ...]:
    """Where the source map of a script is: at most of its addresses it has another name."""
    file = f"{name}.map"
    if file not in found.files:
        return ()
    return ((b"sourcemap", scripts.asset_path(found.version, file).encode()),)


class RateClass:
    """Scripts are counted apart from everything else, as ``rate_limits.Apart``.

    Every page view of a shop may ask for one, and many readers share an address.
    """

    def __init__(self, api_rate: int) -> None:
        self._told = ("scripts", api_rate * _MORE_SCRIPTS)
        self._starts = ("/js/", scripts.ASSETS, scripts.STYLE, *scripts.BUNDLES)

    def __call__(self, scope: Scope) -> tuple[str, int] | None:
        return self._told if scope["path"].startswith(self._starts) else None


class Kept:
    """Answers one address with the same bytes for as long as the process lives."""

    def __init__(
        self, path: str, file: Snapshot, cache_control: bytes, cache: Cache, *more: Header
    ) -> None:
        self._snapshot = replace(file, url=path)
        self._profile = _profile(file.url, cache_control, *more)
        self._cache = cache

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        # It may have had to make room for others.
        for message in select(scope, self._cache.put(self._snapshot, self._profile)):
            await send(message)


class Assets:
    """Answers ``/v1/assets/{version}/{name}``: for ever at the present version.

    A page may hold the loader of the last release; it gets the present chunk, for minutes.
    """

    def __init__(
        self,
        files: Mapping[str, Snapshot],
        versions: Mapping[str, str],
        more: Mapping[str, tuple[Header, ...]],
        cache: Cache,
    ) -> None:
        self._versions = versions
        self._lasting = {
            name: Kept(
                scripts.asset_path(versions[name], name),
                file,
                _IMMUTABLE,
                cache,
                *more.get(name, ()),
            )
            for name, file in files.items()
        }
        self._passing = {name: representation(file, _PASSING) for name, file in files.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        version, name = scope["path_params"]["version"], scope["path_params"]["name"]
        if name not in self._lasting:
            raise PageNotFound
        if version == self._versions[name]:
            await self._lasting[name](scope, receive, send)
            return
        for message in select(scope, self._passing[name]):
            await send(message)


def representation(file: Snapshot, cache_control: bytes) -> Representation:
    """The bytes as an answer that is not kept under its address."""
    return Representation(
        (file.body, file.gzip, file.brotli),
        digest=file.digest,
        modified=file.modified,
        profile=_profile(file.url, cache_control),
    )


@lru_cache(maxsize=128)  # an app that is opened again need not pack the same files again
def _sealed(name: str, body: bytes, modified: int) -> Snapshot:
    """The bytes of a file in three encodings; ``modified`` in Unix seconds."""
    return seal(
        body,
        url=name,
        shop_key="",
        kind=ScriptKind.FILE,
        media=Media.JS,
        generation=0,
        modified=modified,
        # Maps are large, and only developers ask for them.
        quality=BROTLI_QUALITY if name.endswith(".map") else _BEST,
    )


def _profile(name: str, cache_control: bytes, *more: Header) -> Profile:
    content_type = _CONTENT_TYPES[name.rpartition(".")[2]]
    return Profile(content_type, cache_control, *_OPEN, *more, is_for_any_query=True)


def _route(path: str, endpoint: App) -> Route:
    return Route(path, endpoint, methods=METHODS)
