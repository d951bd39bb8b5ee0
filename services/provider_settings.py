"""Settings of the identity provider (OpenID Connect) by which people may sign in."""

import importlib.util
import re
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator, model_validator

_ADDRESS: Final = re.compile(r"https?://[!-~]{1,500}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LIBRARIES: Final = ("authlib", "httpx2", "joserfc")


class ProviderSettings(BaseModel):
    """Where people may sign in besides here, and who we are there; all three or none."""

    oidc_issuer: str = ""
    oidc_client_id: str = Field(default="", max_length=255)
    oidc_client_secret: str = Field(default="", max_length=1_000, repr=False)

    @property
    def has_identity_provider(self) -> bool:
        """Whether people may sign in by an identity provider."""
        return bool(self.oidc_issuer)

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, url: str) -> str:
        if url and (set(url) & set("?#") or not is_safe(url)):
            raise ValueError("An issuer is https://host, perhaps with a path.")
        return url

    @model_validator(mode="after")
    def _belong_to_each_other(self) -> Self:
        given = {bool(self.oidc_issuer), bool(self.oidc_client_id), bool(self.oidc_client_secret)}
        if len(given) > 1:
            raise ValueError(
                "TRUSTWRIGHT_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET belong together."
            )
        if self.oidc_issuer and None in map(importlib.util.find_spec, _LIBRARIES):
            raise ValueError("TRUSTWRIGHT_OIDC_ISSUER needs pip install 'trustwright[oidc]'.")
        return self


def is_safe(url: str) -> bool:
    """Whether nobody can listen on the way to this address: https, or this machine."""
    if _ADDRESS.fullmatch(url) is None:
        return False
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    return is_whole and (parts.scheme == "https" or parts.hostname in _LOOPBACK)
