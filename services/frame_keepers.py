"""Who may see and set protection frames; what is said of a member's solvency stays with them (§39).

Frames, their use and their reviews are seen by finance and the insurer's readers, who hold no
right on a shop of the member, and by the member's own people; reviews by its administrators only.
"""

from dataclasses import dataclass

from sqlmodel import Session

from domain.actors import Actor
from domain.duties import OwnShop
from domain.errors import AccountNotFound, NotAllowed, ShopNotFound
from domain.rights import Action, may
from services import duties
from services.sessions import Person
from store import accounts
from store import shops as shop_rows
from store.accounts import Account
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may look at a member's frame for the operator or the insurer."""

    account: Account


@dataclass(frozen=True, slots=True)
class Keeper(Reader):
    """Somebody of finance who may set a member's frame and lead its reviews."""

    actor: Actor


def readers(person: Person) -> frozenset[int]:
    """The accounts that the person must not look at; raises NotAllowed for who may look at none."""
    _check(person, Action.FRAMES_SEE)
    return duties.officer(person).companies


def reader(session: Session, person: Person, account_id: str) -> Reader:
    """Raises NotAllowed, OwnShop or AccountNotFound."""
    _check(person, Action.FRAMES_SEE)
    return Reader(_account(session, person, account_id))


def keeper(session: Session, person: Person, account_id: str) -> Keeper:
    """Raises NotAllowed, OwnShop or AccountNotFound."""
    _check(person, Action.FRAMES_CHANGE)
    return Keeper(_account(session, person, account_id), person.actor)


def member(session: Session, person: Person, shop_key: str, action: Action) -> Shop:
    """A shop of the member whose own frame the person may look at, or whose review answer.

    Raises NotAllowed or ShopNotFound.
    """
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    if not may(person.grants, action, shop_key):
        raise NotAllowed
    return shop


def _check(person: Person, action: Action) -> None:
    if not may(person.grants, action, None):
        raise NotAllowed


def _account(session: Session, person: Person, account_id: str) -> Account:
    account = accounts.by_public_id(session, account_id)
    if account is None:
        raise AccountNotFound
    if account.id in duties.officer(person).companies:
        raise OwnShop
    return account
