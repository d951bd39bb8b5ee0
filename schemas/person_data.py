"""Addresses on which people ask for their data, and the shape of the copy that they get."""

from typing import Final

from domain import languages

SHAPE: Final = "trustwright.person-data/1"
"""Named in each copy, so that a program that reads it knows what it reads."""


def page_path(language: str) -> str:
    """The page that asks for an address, as a path of this installation."""
    return f"/{languages.supported(language, fallback='en')}/my-data"


def link_path(language: str, token: str) -> str:
    """The page that a link of ours opens."""
    return f"{page_path(language)}/{token}"
