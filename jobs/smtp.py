"""The line to the mail server: one connection of this process, opened when it is needed.

It stays open for the next mail. One that has died is noticed before a mail is put on it, so
that a mail fails only where the server itself fails.
"""

import asyncio
import threading
from contextlib import suppress
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from services.mail_settings import MailServer

# From here on the server says that it will not do it later either (RFC 5321, 4.2.1).
_FOR_GOOD: Final = 500
_GREETING_SECONDS: Final = 10.0


class MailRefused(Exception):
    """The server will never take this mail; ``is_bounced`` where it is for the recipient."""

    def __init__(self, answer: str, *, is_bounced: bool = False) -> None:
        super().__init__(answer)
        self.is_bounced = is_bounced


class MailPostponed(Exception):
    """The server cannot be reached, or does not take the mail for now."""


class Line:
    """A connection for one mail after the other; threads wait for their turn."""

    def __init__(self, server: MailServer, *, timeout: float) -> None:
        """``timeout`` is in seconds, for each step of the conversation."""
        self._server = server
        self._timeout = timeout
        self._turn = threading.Lock()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._client: SMTP | None = None

    def post(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand a message over; returns what the server answers.

        Raises MailRefused or MailPostponed with the server's answer, in which the recipient is
        not named.
        """
        with self._turn:
            try:
                return self._runner.run(self._post(sender, recipient, message))
            except (SMTPException, OSError, ValueError) as error:
                raise _said(error, recipient) from error

    def close(self) -> None:
        """Say good-bye to the server, if there is a connection."""
        with self._turn:
            self._runner.run(self._hang_up())
            self._runner.close()

    async def _post(self, sender: str, recipient: str, message: bytes) -> str:
        client = await self._connected()
        try:
            _, answer = await client.sendmail(sender, [recipient], message)
        except (SMTPResponseException, SMTPRecipientsRefused):
            raise
        except BaseException:
            # Half a conversation cannot be gone on with.
            client.close()
            raise
        return _one_line(answer, recipient)

    async def _connected(self) -> SMTP:
        client = self._client
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError):
                await client.noop(timeout=_GREETING_SECONDS)
                return client
            client.close()
        self._client = None
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
        await client.connect()
        self._client = client
        return client

    async def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=_GREETING_SECONDS)
            client.close()


def _said(error: Exception, recipient: str) -> MailRefused | MailPostponed:
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    answer = _one_line(str(error) or type(error).__name__, recipient)
    if isinstance(error, SMTPResponseException):
        answer = _one_line(f"{error.code} {error.message}", recipient)
        # Who we are and where we connect is for the operator to mend, whatever the code.
        is_ours = isinstance(error, SMTPAuthenticationError | SMTPConnectResponseError)
        if error.code >= _FOR_GOOD and not is_ours:
            return MailRefused(answer, is_bounced=isinstance(error, SMTPRecipientRefused))
    return MailPostponed(answer)


def _one_line(text: str, recipient: str) -> str:
    return " ".join(text.replace(recipient, "…").split())
