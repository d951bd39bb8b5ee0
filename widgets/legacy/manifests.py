"""Manifests: what an element in a page learns about the widget that it names (embed.md 6.2)."""

from collections.abc import Mapping
from typing import Any

from schemas.legacy import feeds


def manifest(
    widget_id: str,
    *,
    channel_id: str,
    shop_key: str,
    application_type: str,
    locale: str,
    config: Mapping[str, Any],
) -> feeds.Manifest:
    """The widget's type, language and options, and the channel whose reviews it shows."""
    return {
        "id": widget_id,
        "reference": {"type": "channel", "id": channel_id},
        "shopKey": shop_key,
        "applicationType": application_type,
        "locale": locale,
        "config": dict(config),
    }
