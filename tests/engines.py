"""Engines that share what they have compiled: tests open thousands, a server opens one."""

from typing import Any, Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.util import LRUCache

# Statements of all use cases; an engine of a server keeps 500.
_KEPT: Final = 4_000


class Engines:
    """Makes engines; those for one kind of database have one dialect and one cache.

    Statements are kept by their dialect, so that a cache of one's own would not be enough.
    """

    def __init__(self) -> None:
        self._compiled: LRUCache[Any, Any] = LRUCache(_KEPT)
        self._dialects: dict[str, Dialect] = {}

    def create(self, url: URL, **how: Any) -> Engine:
        """As the function of SQLAlchemy."""
        engine = create_engine(url, execution_options={"compiled_cache": self._compiled}, **how)
        known = self._dialects.get(url.drivername)
        # The first connection of a dialect's own engine tells it what the server can do.
        if known is not None and known.server_version_info is not None:
            engine.dialect = known
        else:
            self._dialects[url.drivername] = engine.dialect
        return engine
