"""Signing in by the identity provider: to it, and back from it (OpenID Connect)."""

import base64
from typing import Final

from control.centre.logins import HOME
from control.centre.refusals import is_own_path
from control.centre.replies import is_confidential
from control.centre.screens import Answer, Caller, PublicScreen, See
from domain.errors import PageNotFound, TransportInsecure
from services import provider_sign_ins
from services.provider_sign_ins import BACK, Returned
from services.sign_ins import Device

_CODE_CHARACTERS: Final = 8_000
"""Codes are as long as providers like; some are whole tokens."""


def _go(caller: Caller) -> Answer:
    _require_open(caller)
    begun = provider_sign_ins.begin(caller.installation, now=caller.now)
    return See(begun.url, attempt=_kept(begun.secret, caller.query.get("next", "")))


def _come_back(caller: Caller) -> Answer:
    _require_open(caller)
    secret, url = _read(caller.attempt)
    returned = Returned(secret, caller.query.get("state", ""), caller.query.get("code", ""))
    device = Device(caller.address, caller.agent, caller.token)
    signed_in = provider_sign_ins.finish(caller.installation, returned, device, now=caller.now)
    return See(url, token=signed_in.token, attempt="")


def _require_open(caller: Caller) -> None:
    settings = caller.installation.settings
    if not settings.has_identity_provider:
        raise PageNotFound
    if not is_confidential(settings.base_url):
        raise TransportInsecure


def _kept(secret: str, url: str) -> str:
    """What the cookie holds: the secret, and where the visitor wanted to go."""
    wanted = url if is_own_path(url) else HOME
    return f"{secret}.{base64.urlsafe_b64encode(wanted.encode()).decode().rstrip('=')}"


def _read(kept: str) -> tuple[str, str]:
    """The secret and the path; of a cookie that nobody set here, what opens nothing."""
    secret, _, encoded = kept.partition(".")
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        url = base64.urlsafe_b64decode(padded.encode()).decode()
    except ValueError:
        url = HOME
    return secret, url if is_own_path(url) else HOME


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen("/login/provider", _go),
    PublicScreen(BACK, _come_back, parameter_characters=_CODE_CHARACTERS),
)
