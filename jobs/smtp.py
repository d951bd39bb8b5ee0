"""The line to the mail server: one connection of this process, opened when it is needed.

It stays open for the next mails. One that has died, or that the server has had enough of, is
noticed before a mail is put on it, so that a mail fails only where the server itself fails.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from domain.policies import MAILS
from services.mail_settings import MailServer

# From here on the server says that it will not do it later either (RFC 5321, 4.2.1).
_FOR_GOOD: Final = 500
_CLOSING: Final = 421
_GREETING_SECONDS: Final = 10.0
# Nobody hangs up so soon after a mail, and to ask whether they have costs as much as a step of one.
_FRESH_SECONDS: Final = 5.0


class MailRefused(Exception):
    """The server will never take this mail; ``is_bounced`` where it is for the recipient."""

    def __init__(self, answer: str, *, is_bounced: bool = False) -> None:
        super().__init__(answer)
        self.is_bounced = is_bounced


class MailPostponed(Exception):
    """The server does not take the mail for now; no other one either where it ``is_away``.

    Where it ``is_unanswered`` the message was on its way, and nobody knows whether it was taken.
    """

    def __init__(self, answer: str, *, is_away: bool = False, is_unanswered: bool = False) -> None:
        super().__init__(answer)
        self.is_away = is_away
        self.is_unanswered = is_unanswered


class _Away(Exception):
    """There is no connection; the cause says why."""


class _Unanswered(Exception):
    """The message was on its way when the conversation broke off; the cause says how."""


class Line:
    """A connection for one mail after the other; threads wait for their turn."""

    def __init__(self, server: MailServer, *, timeout: float) -> None:
        """``timeout`` is in seconds, for each step of the conversation."""
        self._server = server
        self._timeout = timeout
        self._turn = threading.Lock()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._client: SMTP | None = None
        self._served = 0
        self._used_at = 0.0

    def post(
        self,
        sender: str,
        recipient: str,
        message: bytes,
        *,
        before: Callable[[], None] | None = None,
    ) -> str:
        """Hand a message over; returns what the server answers.

        ``before`` is called once sender and recipient are agreed and the message has not left:
        where it raises, the message does not leave. Raises MailRefused or MailPostponed with the
        server's answer, in which the recipient is not named.
        """
        with self._turn:
            try:
                return self._runner.run(self._post(sender, recipient, message, before))
            except (_Away, _Unanswered, SMTPException, OSError, ValueError) as error:
                raise _said(error, recipient) from error

    def close(self) -> None:
        """Say good-bye to the server, if there is a connection."""
        with self._turn:
            self._runner.run(self._hang_up())
            self._runner.close()

    async def _post(
        self, sender: str, recipient: str, message: bytes, before: Callable[[], None] | None
    ) -> str:
        client = await self._agreed(sender, recipient, len(message))
        if before is not None:
            try:
                before()
            except BaseException:
                await self._reset(client)
                raise
        try:
            answer = await client.data(message)
        except SMTPResponseException:
            await self._reset(client)
            raise
        except Exception as error:
            # Half a conversation cannot be gone on with.
            client.close()
            raise _Unanswered from error
        self._served += 1
        self._used_at = time.monotonic()
        return _one_line(answer.message, recipient)

    async def _agreed(self, sender: str, recipient: str, size: int) -> SMTP:
        """A connection on which the server has taken sender and recipient."""
        client, is_old = await self._connected()
        try:
            await self._begin(client, sender, size)
        except (SMTPException, OSError) as error:
            is_gone = not isinstance(error, SMTPResponseException) or error.code == _CLOSING
            if not is_gone:
                await self._reset(client)
                raise
            client.close()
            if not is_old:
                raise
            # The server has hung up since the last mail; it knows nothing of this one.
            client, _ = await self._connected()
            await self._begin(client, sender, size)
        try:
            await client.rcpt(recipient)
        except SMTPResponseException:
            await self._reset(client)
            raise
        except BaseException:
            client.close()
            raise
        return client

    async def _begin(self, client: SMTP, sender: str, size: int) -> None:
        options = [f"size={size}"] if client.supports_extension("size") else []
        await client.mail(sender, options=options)

    async def _reset(self, client: SMTP) -> None:
        """Have the server forget the mail that was begun; without a connection it has."""
        try:
            await client.rset(timeout=_GREETING_SECONDS)
        except (SMTPException, OSError):
            client.close()

    async def _connected(self) -> tuple[SMTP, bool]:
        """A connection, and whether it has served before."""
        client = self._client
        if client is not None and client.is_connected:
            if self._served < MAILS.per_connection and await self._is_alive(client):
                return client, True
            await self._hang_up()
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.is_encrypted,
            start_tls=server.starts_tls,
            timeout=self._timeout,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                with suppress(SMTPHeloError):
                    await client.ehlo()
        except (SMTPException, OSError) as error:
            client.close()
            raise _Away from error
        self._client, self._served, self._used_at = client, 0, time.monotonic()
        return client, False

    async def _is_alive(self, client: SMTP) -> bool:
        if time.monotonic() - self._used_at < _FRESH_SECONDS:
            return True
        with suppress(SMTPException, OSError):
            await client.noop(timeout=_GREETING_SECONDS)
            return True
        return False

    async def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=_GREETING_SECONDS)
            client.close()


def _said(error: Exception, recipient: str) -> MailRefused | MailPostponed:
    is_away, is_unanswered = isinstance(error, _Away), isinstance(error, _Unanswered)
    if (is_away or is_unanswered) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    answer = _one_line(str(error) or type(error).__name__, recipient)
    if isinstance(error, SMTPResponseException):
        answer = _one_line(f"{error.code} {error.message}", recipient)
        # Who we are and where we connect is for the operator to mend, whatever the code.
        is_ours = isinstance(error, SMTPAuthenticationError | SMTPConnectResponseError)
        if error.code >= _FOR_GOOD and not is_ours and not is_away:
            return MailRefused(answer, is_bounced=isinstance(error, SMTPRecipientRefused))
    return MailPostponed(answer, is_away=is_away, is_unanswered=is_unanswered)


def _one_line(text: str, recipient: str) -> str:
    return " ".join(text.replace(recipient, "…").split())
