"""Use cases of moderators themselves: which languages they say they read (ISO-9)."""

from datetime import datetime

from sqlmodel import Session

from domain import moderators as rules
from domain.actors import Actor
from domain.decisions import Moderator
from domain.moderators import Decider
from services import audit
from services.sessions import Person
from store import notices as rows
from store.database import Work


def decider(session: Session, person: Person) -> Decider:
    """A signed-in moderator, with the shops of their own and the languages that they read."""
    read = rows.languages(session, person.user_id)
    shops = frozenset(person.grants.shops)
    return Decider(Moderator(person.user_id), shops, frozenset(read))


def declare(work: Work, text: str, *, actor: Actor, now: datetime) -> None:
    """Note the languages that a moderator reads, such as ``de, en``; raises LanguagesInvalid."""
    named = rules.read_languages(text)
    rows.set_languages(work.session, actor.name, named)
    audit.log(
        work,
        actor,
        "moderator.languages",
        actor.name,
        now=now,
        after={"languages": list(named)},
    )
