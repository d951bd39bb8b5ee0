"""Settings of an installation, from environment variables that begin with TRUSTWRIGHT_.

A secret may also come from a file: ``TRUSTWRIGHT_SECRET_KEY_FILE`` names it. A variable with
our prefix that is not listed here stops the start, so that no typing error goes unnoticed.
Each setting is described in docs/settings.md.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.networks import Networks
from domain.packs import Prices
from domain.policies import SECRETS
from domain.push import PushServices
from services import leaked_passwords
from services.leaked_passwords import ListDamaged
from services.mail_settings import MailSettings
from services.protection_settings import ProtectionSettings
from services.provider_settings import ProviderSettings

PREFIX: Final = "TRUSTWRIGHT_"
_FILE: Final = "_FILE"
_BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s?#]*)?(\?\S*)?")


class SettingsError(Exception):
    """The environment does not describe an installation; the message says what to change."""


class Role(StrEnum):
    """What a serving process does: answer, work on jobs, or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Settings(MailSettings, ProviderSettings, ProtectionSettings, BaseSettings):
    """Everything an operator can set; times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    redis_url: str | None = Field(default=None, repr=False)
    secret_key: str = Field(default="", repr=False)
    role: Role = Role.ALL
    executor_id: str = "embedded"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    contact_email: str = ""
    workers: int = Field(default=1, ge=1, le=256)
    cache_bytes: int = Field(default=256 * 1024 * 1024, ge=1024 * 1024)
    poll_seconds: float = Field(default=0.5, ge=0.05, le=60)
    api_rate: int = Field(default=600, ge=1)
    lint_rate: int = Field(default=30, ge=1)
    lint_url_rate: int = Field(default=6, ge=1)
    login_rate: int = Field(default=30, ge=1)
    legacy_rate: int = Field(default=120, ge=1)
    legacy_rate_seconds: int = Field(default=3_600, ge=1, le=86_400)
    legacy_login_rate: int = Field(default=3_600, ge=1)
    legacy_login_failures: int = Field(default=10, ge=1)
    legacy_login_failure_seconds: int = Field(default=900, ge=1, le=86_400)
    trusted_proxies: str = ""
    webhook_private_hosts: bool = False
    pictures: str = ""
    pictures_key: str = Field(default="", repr=False)
    pictures_secret: str = Field(default="", repr=False)
    demo: bool = False
    push_services: PushServices = PushServices.PUBLIC
    grade_min_reviews: int = Field(default=1, ge=1, le=100)
    prices: Prices = Prices.FREE
    leaked_passwords: Path | None = None
    contracts: Path | None = None
    datacentres: Path | None = None

    @property
    def database(self) -> str:
        """The database's address: the one given, or the SQLite file in ``home``."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'trustwright.db'}"

    @property
    def base_url(self) -> str:
        """The address under which the public finds the installation, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def secret(self) -> str:
        """The secret key: the one given, or the one that ``home`` keeps.

        Raises SettingsError when the kept one is too short to be one of ours.
        """
        return self.secret_key or _kept_secret(self.home)

    @property
    def installation_id(self) -> str:
        """16 hexadecimal digits that all processes of an installation share and no other has."""
        return sha256(f"trustwright:installation:{self.secret}".encode()).hexdigest()[:16]

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url) is None:
            raise ValueError("A public address is http(s)://host, perhaps with a path.")
        return url

    @field_validator("contact_email")
    @classmethod
    def _is_a_mailbox(cls, address: str) -> str:
        if address and re.fullmatch(r"[^\s@?&%#]+@[^\s@?&%#]+", address) is None:
            raise ValueError("A contact is an e-mail address such as reports@trust.example.")
        return address

    @field_validator("pictures")
    @classmethod
    def _is_a_bucket(cls, url: str) -> str:
        if url and _BUCKET.fullmatch(url) is None:
            raise ValueError("Pictures lie in s3://bucket/prefix?endpoint=https://store.example.")
        return url

    @field_validator("contracts")
    @classmethod
    def _is_a_folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError("Contract documents lie in a folder, which is not there.")
        return path

    @field_validator("leaked_passwords")
    @classmethod
    def _is_a_list(cls, path: Path | None) -> Path | None:
        try:
            if path is not None:
                leaked_passwords.inspect(path)
        except (OSError, ListDamaged) as error:
            raise ValueError(f"The list of leaked passwords cannot be used: {error}.") from None
        return path

    @field_validator("datacentres")
    @classmethod
    def _is_a_list_of_networks(cls, path: Path | None) -> Path | None:
        try:
            if path is not None:
                with path.open(encoding="utf-8", errors="replace") as lines:
                    Networks.read(lines)
        except (OSError, ValueError) as error:
            raise ValueError(f"The list of data centres cannot be used: {error}.") from None
        return path

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, secret: str) -> str:
        if secret and len(secret) < SECRETS.characters:
            raise ValueError(f"A secret key has at least {SECRETS.characters} characters.")
        return secret


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError with one line for each thing that is wrong."""
    given = _given(os.environ if environment is None else environment)
    if set(given.get("home", "")) & set("?#%"):
        raise SettingsError(f"{PREFIX}HOME may not contain ?, # or %.")
    try:
        # Nothing else is read: unknown names were refused above.
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'.'.join(map(str, part['loc'])).upper()}: {part['msg']}"
            for part in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX)
        if name.endswith(_FILE) and name.removesuffix(_FILE).lower() in Settings.model_fields:
            name, value = name.removesuffix(_FILE), _read(variable, Path(value))
        if name.lower() not in Settings.model_fields:
            known = ", ".join(PREFIX + field.upper() for field in Settings.model_fields)
            raise SettingsError(f"{variable} is not a setting; known are {known}.")
        given[name.lower()] = value
    return given


def _read(variable: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"{variable}: {error}") from None


def _kept_secret(home: Path) -> str:
    """The secret in ``home``, made at the first start and readable by its owner only."""
    path = home / "secret.key"
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_secret(path)
    secret = path.read_text().strip()
    if len(secret) < SECRETS.characters:
        raise SettingsError(f"{path} is damaged: it has less than {SECRETS.characters} characters.")
    return secret


def _make_secret(path: Path) -> None:
    """Whole or not at all, and by one of several processes that start together."""
    draft = path.with_name(f".secret-{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
