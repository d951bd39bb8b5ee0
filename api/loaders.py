"""Shops' loaders, ``/js/{shop_key}.js``: from memory, or built with the shop's badge inside.

As ``api.shops``, with a script that does nothing in the place of "there is no such shop".
"""

from collections.abc import Callable
from typing import Never

from api.answers import Representation, select
from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.caching import Profile
from api.misses import Kept, Misses
from domain.errors import ShopNotFound
from schemas import scripts
from schemas.snapshots import Snapshot


class ShopLoaders:
    """Answers with the loader that ``build`` makes, in a thread.

    A key that no shop has gets ``stub``, a script that does nothing, so that pages survive.
    """

    def __init__(
        self,
        build: Callable[[str], Snapshot],
        cache: Cache,
        is_down: Callable[[], bool],
        *,
        profile: Profile,
        stub: Representation,
    ) -> None:
        self._build = build
        self._cache = cache
        self._misses = Misses[Never](cache, is_down)
        self._profile = profile
        self._stub = stub

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        shop_key = scripts.loader_key(scope["path_params"]["file"])
        for message in select(scope, await self._found(shop_key)):
            await send(message)

    async def _found(self, shop_key: str) -> Representation:
        url = scripts.loader_path(shop_key)
        kept = self._cache.fresh(url.encode())
        if kept is not None:
            return kept
        try:
            return await self._misses.find(
                url, shop_key, lambda: Kept(self._build(shop_key), self._profile)
            )
        except ShopNotFound:
            return self._stub
