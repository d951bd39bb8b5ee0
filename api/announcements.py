"""Announcements of changed shops, heard through Redis a moment before polling would tell."""

import asyncio
import logging
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.cache import Cache
from schemas import announcements

_LOG: Final = logging.getLogger("trustwright.api")
_RETRY_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 2.0


async def listen(url: str, cache: Cache, *, installation_id: str) -> None:
    """Invalidate ``cache`` by announcements until cancelled; losing Redis is logged once."""
    name = announcements.channel(installation_id)
    is_lost = False
    while True:
        try:
            async with (
                Redis.from_url(url, socket_connect_timeout=_CONNECT_SECONDS) as redis,
                redis.pubsub(ignore_subscribe_messages=True) as channel,
            ):
                await channel.subscribe(name)
                is_lost = False
                async for message in channel.listen():
                    _invalidate(cache, message["data"])
        except (RedisError, OSError) as error:
            if not is_lost:
                _LOG.warning("Redis announces no changes: %s", type(error).__name__)
            is_lost = True
        await asyncio.sleep(_RETRY_SECONDS)


def _invalidate(cache: Cache, message: object) -> None:
    changed = announcements.read(message)
    if changed is not None:
        cache.invalidate(*changed)
