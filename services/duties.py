"""Who of the operator's staff acts: a signed-in person with the companies of their own (§38)."""

from domain.duties import Officer
from services.sessions import Person


def officer(person: Person) -> Officer:
    """A signed-in person with the companies on whose shops they hold any right."""
    return Officer(person.user_id, frozenset(person.account_ids), person.email_hash)
