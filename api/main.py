"""The composition root: one ASGI app from the settings of an installation."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from api import tasks
from api.asgi import App, Receive, Scope, Send
from api.cache import Cache
from api.clients import Clients
from api.dispatch import Dispatcher
from api.health import Health, send_unavailable
from api.legacy.hits import LegacyHits
from api.legacy.quotas import Quotas
from api.polling import Poller
from api.stored import Stored
from services.settings import Role, Settings, SettingsError, load
from store.snapshots import Reader

if TYPE_CHECKING:
    from api.router import Opened
    from jobs.worker import Worker

_LOG: Final = logging.getLogger("trustwright.api")


def create_app(settings: Settings | None = None) -> App:
    """The app for these settings, by default those of the environment.

    Raises SettingsError when they do not describe an installation. Nothing is opened before
    the server starts or the first request needs it.
    """
    site = Site(settings or load())
    legacy = LegacyHits(site.cache, site.quotas.clients)
    return Dispatcher(site.cache, site.stored.get, Health(site.stored, site), legacy)


class Site:
    """What stands behind the dispatcher: opened when it is needed, closed with the server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = Cache(budget=settings.cache_bytes, clock=time.monotonic)
        self.stored = Stored(Reader(settings.database), clock=time.monotonic)
        self._clients = _clients(settings)
        self.quotas = Quotas.of(settings, self._clients)
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            opened = self._opened or await self._open()
        except Exception:
            # Without the router there is nothing that could say it better.
            _LOG.exception("The installation cannot be opened.")
            await send_unavailable(send, scope["method"])
            return
        await opened.app(scope, receive, send)

    async def _open(self) -> "Opened":
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(self._opened_router)
        return self._opened

    def _opened_router(self) -> "Opened":
        from api.router import open_router

        return open_router(
            self.settings,
            self.cache,
            self._clients,
            self.quotas,
            is_down=lambda: self.stored.is_down,
        )

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            if self.settings.role is Role.ALL:
                await self._start_worker(stack)
            poller = Poller(self.cache, self.stored, seconds=self.settings.poll_seconds)
            running = [asyncio.create_task(poller.run()), *self._listening()]
            try:
                yield
            finally:
                await tasks.end(running)

    def _listening(self) -> list[asyncio.Task[None]]:
        if self.settings.redis_url is None:
            return []
        from api.announcements import listen
        from api.legacy.sharing import share

        url, name = self.settings.redis_url, self.settings.installation_id
        return [
            asyncio.create_task(listen(url, self.cache, installation_id=name)),
            asyncio.create_task(share(url, self.quotas.windows, installation_id=name)),
        ]

    async def _start_worker(self, stack: AsyncExitStack) -> None:
        opened = await self._open()

        def launched() -> "Worker":
            from jobs.worker import launch

            return launch(opened.installation, executor_id=self.settings.executor_id)

        worker = await asyncio.to_thread(launched)
        stack.push_async_callback(asyncio.to_thread, worker.stop)

    async def _close(self) -> None:
        await self.stored.close()
        if self._opened is not None:
            await self._opened.close()


def _clients(settings: Settings) -> Clients:
    # Processes that count together have to call a client by the same name; one that counts
    # alone forgets with its end what the names were made with.
    secret = settings.secret.encode() if settings.redis_url else secrets.token_bytes(32)
    try:
        return Clients(secret=secret, trusted_proxies=settings.trusted_proxies)
    except ValueError as error:
        raise SettingsError(f"TRUSTWRIGHT_TRUSTED_PROXIES: {error}.") from None
