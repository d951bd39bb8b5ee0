"""Announcements of changed shops to other processes through Redis; without it, polling does."""

from typing import Any, Final

import redis
import structlog

from schemas.announcements import channel, write

_TIMEOUT_SECONDS: Final = 0.5
_LOG: Final = structlog.get_logger("trustwright.announcements")


class Announcer:
    """Publishes ``KEY:generation`` for each changed shop, after the commit.

    Losing Redis costs half a second of freshness, not an answer: failures are logged once
    until Redis is back. Only processes of the same installation hear them.
    """

    def __init__(self, url: str, *, installation_id: str) -> None:
        self._channel = channel(installation_id)
        self._redis: Any = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._is_lost = False

    def announce(self, changed: dict[str, int]) -> None:
        """Tell every subscriber; never raises because of Redis."""
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for shop_key, generation in changed.items():
                pipeline.publish(self._channel, write(shop_key, generation))
            pipeline.execute()
            self._is_lost = False
        except redis.RedisError as error:
            if not self._is_lost:
                _LOG.warning("redis.lost", error=type(error).__name__)
            self._is_lost = True

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
