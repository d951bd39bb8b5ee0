"""The form's own style sheet and script, kept small because buyers come by phone."""

from importlib.resources import files
from typing import Final

from control.centre.assets import Asset, hashed

_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


def _asset(name: str) -> Asset:
    body = files("control").joinpath("static", name).read_bytes()
    stem, _, kind = name.rpartition(".")
    return Asset(name, f"/static/{stem}-{hashed(body)}.{kind}", _TYPES[kind], body)


ASSETS: Final = (_asset("reviewing.css"), _asset("reviewing.js"))
URLS: Final = {asset.name: asset.url for asset in ASSETS}
"""The address of each file by its name, which changes with the content."""
