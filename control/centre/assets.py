"""Files that the control centre's pages load: styles, scripts, icons, each under its own hash."""

from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from typing import Final

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_NAMES: Final = (
    "vendor/pico.css",
    "vendor/uplot.css",
    "vendor/htmx.js",
    "vendor/hx-csp.js",
    "vendor/uplot.js",
    "centre.css",
    "centre.js",
    "alerts.js",
    "charts.js",
    "inbox.js",
    "verify.js",
    "icon.svg",
    "icon-180.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as browsers get it; the address changes with the content, so it is kept for ever."""

    name: str
    url: str
    media_type: str
    body: bytes


def hashed(content: bytes) -> str:
    """Twelve hexadecimal digits that change with the content."""
    return blake2b(content, digest_size=6).hexdigest()


def _asset(name: str) -> Asset:
    body = files("control").joinpath("static", *name.split("/")).read_bytes()
    stem, _, kind = name.rpartition("/")[2].rpartition(".")
    return Asset(name, f"/static/{stem}-{hashed(body)}.{kind}", _TYPES[kind], body)


ASSETS: Final = tuple(_asset(name) for name in _NAMES)
URLS: Final = {asset.name.rpartition("/")[2]: asset.url for asset in ASSETS}
"""The address of each file by its name: ``assets["charts.js"]`` in a template."""
WORKER: Final = files("control").joinpath("static", "worker.js").read_bytes()
"""The service worker; its address is fixed, because it decides for which pages it works."""
VERSION: Final = hashed("".join(URLS.values()).encode() + WORKER)
"""Changes with any of these files, so that what browsers kept is made anew."""
