"""Questions to the identity provider: bounded in time, size and number, with a rest after failures.

It is the one host that is asked while somebody waits; docs/decisions/0016 says why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any, Final, TypeVar

import httpx2
import orjson

from domain.logins import ProviderRefused, ProviderUnavailable
from domain.policies import LOGINS

T = TypeVar("T")

_HEADERS: Final = {"accept": "application/json", "accept-encoding": "identity"}
_REST: Final = timedelta(seconds=LOGINS.provider_rest_seconds)


class AnswerUnusable(Exception):
    """The provider answered what no provider should."""


class Line:
    """The line to one provider, shared by the threads of a process."""

    def __init__(self) -> None:
        self._turns = BoundedSemaphore(LOGINS.provider_calls)
        self._rests_until: datetime | None = None

    def talk(
        self, conversation: Callable[[httpx2.AsyncClient], Awaitable[T]], *, now: datetime
    ) -> T:
        """Hold one conversation of 5 s at most; belongs into a thread, outside transactions.

        Raises ProviderUnavailable when it fails, when one failed within 30 s, or when four are
        held already; ProviderRefused as ``ask`` does.
        """
        if self._rests_until is not None and now < self._rests_until:
            raise ProviderUnavailable
        if not self._turns.acquire(blocking=False):
            raise ProviderUnavailable
        try:
            return asyncio.run(_held(conversation))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, AnswerUnusable) as error:
            self._rests_until = now + _REST
            raise ProviderUnavailable from error
        finally:
            self._turns.release()


async def ask(
    client: httpx2.AsyncClient,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    login: httpx2.BasicAuth | None = None,
) -> dict[str, Any]:
    """The JSON object at ``url``: by GET, or by POST of a form.

    Raises ProviderRefused where a form is refused, AnswerUnusable for what is no such object or
    larger than 256 KiB, and the errors of the network.
    """
    method = "GET" if form is None else "POST"
    async with client.stream(method, url, data=form, auth=login, headers=_HEADERS) as response:
        if form is not None and response.is_client_error:
            raise ProviderRefused(f"the provider refused the code with {response.status_code}")
        if response.status_code != httpx2.codes.OK or "content-encoding" in response.headers:
            raise AnswerUnusable
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > LOGINS.provider_bytes:
                raise AnswerUnusable
    return _object(bytes(body))


async def _held(conversation: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
    # TimeoutError is an OSError. The limit holds for everything that is said together.
    async with asyncio.timeout(LOGINS.provider_seconds), httpx2.AsyncClient() as client:
        return await conversation(client)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise AnswerUnusable from error
    if not isinstance(value, dict):
        raise AnswerUnusable
    return value
