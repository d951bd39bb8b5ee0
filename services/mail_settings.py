"""Settings of mail: the server it goes through, who it comes from, and how it is signed."""

import re
from pathlib import Path
from typing import Final, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import BaseModel, Field, field_validator, model_validator

_SCHEMES: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_MAILBOX: Final = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


class MailSettings(BaseModel):
    """What an operator sets about mail; without ``smtp_url`` mails stay in the outbox."""

    smtp_url: str = Field(default="", repr=False)
    smtp_timeout: float = Field(default=30, ge=0.1, le=300)
    mail_from: str = ""
    bounce_folder: Path | None = None
    mail_rate: int = Field(default=300, ge=1, le=100_000)
    operator_name: str = Field(default="Trustwright", min_length=1, max_length=120)
    operator_address: str = Field(default="", max_length=500)
    imprint_url: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str = Field(default="", repr=False)

    @property
    def has_mail_server(self) -> bool:
        """Whether mails leave the installation."""
        return bool(self.smtp_url)

    @property
    def signs_mails(self) -> bool:
        """Whether mails carry a DKIM signature of ours."""
        return bool(self.dkim_key)

    @property
    def mail_server(self) -> "MailServer":
        """Where mails are handed over; only where there is one."""
        return MailServer.parse(self.smtp_url)

    @field_validator("smtp_url")
    @classmethod
    def _is_a_server(cls, url: str) -> str:
        if url:
            MailServer.parse(url)
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, address: str) -> str:
        if address and _MAILBOX.fullmatch(address) is None:
            raise ValueError("A sender is an e-mail address such as mail@trust.example.")
        return address

    @field_validator("imprint_url")
    @classmethod
    def _is_a_page(cls, url: str) -> str:
        if url and re.fullmatch(r"https?://[^\s<>\"']+", url) is None:
            raise ValueError("A legal notice stands at https://host/path.")
        return url

    @field_validator("operator_name", "operator_address", "dkim_domain", "dkim_selector")
    @classmethod
    def _is_one_line(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("One line of visible characters is needed.")
        return text.strip()

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if self.smtp_url and not self.mail_from:
            raise ValueError("TRUSTWRIGHT_SMTP_URL needs TRUSTWRIGHT_MAIL_FROM.")
        if len({bool(self.dkim_domain), bool(self.dkim_selector), bool(self.dkim_key)}) > 1:
            raise ValueError("TRUSTWRIGHT_DKIM_DOMAIN, _SELECTOR and _KEY belong together.")
        return self


class MailServer(BaseModel):
    """A mail server: where it listens, how the line is secured, and who we are there."""

    host: str
    port: int
    is_encrypted: bool
    starts_tls: bool
    user: str | None
    password: str | None = Field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises ValueError, without the password, for what is no address of a mail server."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(_SHAPE) from None
        if parts.scheme not in _SCHEMES or not parts.hostname or port == 0 or _has_more(parts):
            raise ValueError(_SHAPE)
        return cls(
            host=parts.hostname,
            port=port or _SCHEMES[parts.scheme],
            is_encrypted=parts.scheme == "smtps",
            starts_tls=parts.scheme == "smtp+starttls",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


_SHAPE: Final = (
    "A mail server is smtp://host:25, smtp+starttls://user:password@host:587 or "
    "smtps://user:password@host:465."
)


def _has_more(parts: SplitResult) -> bool:
    return bool(parts.path.strip("/") or parts.query or parts.fragment)
