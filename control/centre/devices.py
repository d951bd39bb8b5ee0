"""The control centre as an app: installing it, alerts, and what there is without a connection.

An installed app is this site in a window of its own. Alerts are shown while it is open, also in
the background; for all other times there are mails, and for those who want them Web Push
(``control.centre.push``, systems.md §§8, 10).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson
import segno

from control.centre.assets import URLS, Asset
from control.centre.screens import Answer, Caller, File, Page, PublicScreen, Screen, Visit
from control.centre.words import of
from domain import languages
from domain.errors import ParameterInvalid
from domain.rights import Action
from services import alerts, push, sessions

DEVICE: Final = "/control/account/device"
_ICONS: Final = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)
_QR_SCALE: Final = 6


def manifests() -> list[Asset]:
    """What browsers install, in each language."""
    return [
        Asset(
            f"app-{tag}",
            f"/control/app-{tag}.webmanifest",
            "application/manifest+json",
            _manifest(tag),
        )
        for tag in languages.SUPPORTED
    ]


def _manifest(tag: str) -> bytes:
    words = of(tag)
    return orjson.dumps(
        {
            "id": "/control",
            "name": "Trustwright",
            "short_name": "Trustwright",
            "description": words.say("device.description"),
            "lang": tag,
            "start_url": "/control",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f5f7",
            "theme_color": "#0b4fb3",
            "icons": [
                {"src": URLS[name], "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in _ICONS
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class PushSwitch:
    """The key that browsers bind alerts to, or empty where there are none; and how it stands."""

    key: str
    is_on: bool


def show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        listed = sessions.listed(session, visit.person, now=visit.now)
    values = app(visit) | {"devices": visit.words.count("device.devices", len(listed))}
    return Page("centre/device.html", visit.words.say("menu.device"), values)


def app(visit: Visit) -> dict[str, object]:
    """What ``centre/install.html`` and ``centre/alerts.html`` show."""
    database, settings = visit.installation.database, visit.installation.settings
    with database.read() as session:
        is_on = push.is_on(session, visit.person)
    url = f"{settings.base_url}/control"
    key = push.application_key(database.keys, settings.push_services)
    return {
        "url": url,
        "picture": segno.make(url).svg_data_uri(scale=_QR_SCALE, light="#fff"),
        "push": PushSwitch(key, is_on),
    }


def _news(visit: Visit) -> Answer:
    """What is new since a moment, for the script that shows alerts."""
    found = alerts.since(
        visit.installation, visit.person, _moment(visit.query.get("since", "")), now=visit.now
    )
    told = [
        {
            "title": alert.shop_name,
            "text": visit.words.count("device.news", alert.count),
            "url": f"/control/shops/{alert.shop_key}/reviews",
        }
        for alert in found
    ]
    body = orjson.dumps({"at": int(visit.now.timestamp()), "alerts": told})
    return File("news.json", "application/json", body)


def _moment(seconds: str) -> datetime:
    """Unix seconds as a moment; raises ParameterInvalid."""
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 10):
        raise ParameterInvalid("A moment is a number of seconds.", field="since")
    return datetime.fromtimestamp(int(seconds), UTC)


def _offline(caller: Caller) -> Answer:
    return Page("centre/offline.html", caller.words.say("device.offline"))


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(DEVICE, Action.ACCOUNT_OWN, show, menu="device"),
    Screen("/control/news", Action.ACCOUNT_OWN, _news),
)
PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (PublicScreen("/control/offline", _offline),)
