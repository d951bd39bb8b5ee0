"""The server: uvicorn with what was measured to be fast, and nothing that logs each request."""

from collections.abc import Mapping
from typing import Any, Final

import uvicorn

from api.logs import LOGGING
from api.main import create_app
from api.protocol import HitProtocol
from services.settings import Role, Settings, SettingsError

OPTIONS: Final[Mapping[str, Any]] = {
    "loop": "uvloop",
    "http": HitProtocol,
    "ws": "none",
    "lifespan": "on",
    "log_config": LOGGING,
    "access_log": False,
    "server_header": False,
    # A response needs a date (RFC 9110 §6.6.1), and not every installation has a proxy.
    "date_header": True,
    # X-Forwarded-For is read where it is needed, which is not on a hit.
    "proxy_headers": False,
    "backlog": 2_048,
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": 10,
}
"""What uvicorn is told; times in seconds. The benchmark gives its other servers the same."""


def run(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand within ten seconds.

    Several ``workers`` are processes that each read the settings from the environment. Raises
    SettingsError when they would also work on jobs: that is for one process at a time. The
    address is logged once it is listened on.
    """
    if settings.role is Role.WORKER:
        raise SettingsError(
            "TRUSTWRIGHT_ROLE=worker answers no requests; run `trustwright worker` for it."
        )
    if workers > 1 and settings.role is not Role.WEB:
        raise SettingsError(
            "Several workers need TRUSTWRIGHT_ROLE=web, and `trustwright worker` beside them."
        )
    is_alone = workers == 1
    uvicorn.run(
        create_app(settings) if is_alone else "api.main:create_app",
        factory=not is_alone,
        host=host,
        port=port,
        workers=workers,
        **OPTIONS,
    )
