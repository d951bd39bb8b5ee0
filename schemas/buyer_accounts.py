"""Addresses of the pages of protected buyers (systems.md §35)."""

from domain import languages


def account_path(language: str) -> str:
    """The account, or the page that asks for an address, as a path of this installation."""
    return f"/{languages.supported(language, fallback='en')}/protection/account"


def link_path(language: str, token: str) -> str:
    """The page of a link that somebody asked for."""
    return f"{account_path(language)}/link/{token}"


def ticket_path(language: str, token: str) -> str:
    """The page of the link in a confirmation."""
    return f"{account_path(language)}/mail/{token}"


def terms_path(language: str) -> str:
    """What buyer protection covers, and who stands behind it."""
    return f"/{languages.supported(language, fallback='en')}/protection/terms"
