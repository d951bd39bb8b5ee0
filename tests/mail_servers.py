"""A real mail server on this machine, which tests send to and which they can make difficult."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

Answer = Callable[[Envelope], str]
TAKEN = "250 Taken"


class MailServer:
    """What it took is in ``taken``; ``answers`` are used up one by one before it takes mails.

    ``at_sender`` and ``at_recipient`` are asked the same way when those are named.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.answers: list[str | Answer] = []
        self.at_sender: list[str] = []
        self.at_recipient: list[str] = []
        self.connections = 0
        self._controller: Controller | None = None
        self.port = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, offers: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        self.connections += 1
        return offers

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        mail_options: list[str],
    ) -> str:
        del server, session
        if self.at_sender:
            return self.at_sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        del server, session, rcpt_options
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        del session
        answer = self.answers.pop(0) if self.answers else TAKEN
        if callable(answer):
            answer = await asyncio.to_thread(answer, envelope)
        if answer == "hang up":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return TAKEN
        if answer.startswith("2"):
            body = envelope.content
            assert isinstance(body, bytes)
            self.taken.append(message_from_bytes(body, policy=default))
            self.envelopes.append(envelope)
        return answer

    @property
    def url(self) -> str:
        """The address for TRUSTWRIGHT_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        """The Message-ID of each mail that was taken."""
        return [str(message["Message-ID"]) for message in self.taken]

    def start(self) -> None:
        """Listen, again at the same port where there was one."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop to listen and break all connections."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@contextmanager
def running() -> Iterator[MailServer]:
    """A server that takes every mail."""
    server = MailServer()
    server.port = free_port()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Gate:
    """Something to wait at until the test opens it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self, envelope: Envelope) -> str:
        """An answer of the server that is given once the gate is open."""
        del envelope
        self.reached.set()
        self._opened.wait(timeout=60)
        return TAKEN
