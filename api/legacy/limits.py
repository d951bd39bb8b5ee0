"""The quota of client addresses around what the cache does not answer (legacy-api.md 1.7)."""

from api.asgi import App, Message, Receive, Scope, Send
from api.legacy.errors import render
from api.legacy.quotas import ClientWindows
from domain.errors import TooMany
from schemas.legacy.paths import family_of


class QuotaLimit:
    """Lets requests within ``quota`` through to ``app``, and tells each how many are left.

    Errors count, a 304 and a preflight do not. Paths without a quota pass.
    """

    def __init__(self, app: App, quota: ClientWindows) -> None:
        self._app = app
        self._quota = quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        family = family_of(scope["raw_path"])
        if family is None or not family.has_quota or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        windows, count = self._quota.windows, self._quota.find(scope)
        if windows.is_spent(count):
            headers = (*windows.headers(count), windows.retry_after())
            for message in render(TooMany(), scope, *headers):
                await send(message)
            return
        # Counted at once: many that come together must not all pass before the first is answered.
        windows.add(count)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 304:
                    windows.add(count, -1)
                message = {**message, "headers": (*message["headers"], *windows.headers(count))}
            await send(message)

        await self._app(scope, receive, told)
