"""Announcements between processes: which shop changed, and to which generation."""

from typing import Final

_CHANNEL: Final = "trustwright:shops"


def channel(installation_id: str) -> str:
    """The channel of one installation: several may share a Redis, and even shop keys."""
    return f"{_CHANNEL}:{installation_id}"


def write(shop_key: str, generation: int) -> str:
    """The message that announces one changed shop."""
    return f"{shop_key}:{generation}"


def read(message: object) -> tuple[str, int] | None:
    """Shop key and generation; None for anything that no process of ours wrote."""
    if not isinstance(message, bytes):
        return None
    key, _, generation = message.decode("ascii", "replace").partition(":")
    if not (key and generation.isascii() and 0 < len(generation) <= 18 and generation.isdigit()):
        return None
    return key, int(generation)
