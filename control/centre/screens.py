"""What a screen is: who may open it, what it reads, what a form on it writes, what it answers.

A screen is data. Its functions take a visit whose person, rights, shop and form the frame has
checked already (``control.centre.frame``), and they raise the errors of the rules; the frame
says them to people.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.actors import Actor
from domain.errors import TooLarge, TrustwrightError
from domain.rights import Action
from services.installation import Installation
from services.sessions import Person
from services.shop_heads import ShopHead
from widgets.texts import Texts

Words = Texts
"""The words of one language: ``control.centre.words.of``."""

USUAL_BYTES: Final = 65_536
"""Bytes of a form without files; a comment of 5,000 characters is the largest field."""

USUAL_CHARACTERS: Final = 500
"""Characters of one parameter of an address; a search is the longest."""

_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a form: the name and media type that the browser says, and its bytes."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, bounded: the last value of each name, all of them, and the files."""

    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A value without white space around it; empty where there is none."""
        return self.values.get(name, "").strip()

    def is_ticked(self, name: str) -> bool:
        """Whether a tick box was ticked."""
        return bool(self.values.get(name))

    def listed(self, name: str) -> tuple[str, ...]:
        """Every value of a name, in the order in which they were sent."""
        return self.lists.get(name, ())


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not accepted, in the person's language, and what was typed.

    ``field`` is the name of the input that has to change, or None; ``has_secrets`` where not all
    that was typed is kept.
    """

    code: str
    field: str | None
    message: str
    status: int
    input: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    has_secrets: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one signed-in person; ``now`` is aware UTC.

    ``path`` holds the parameters of the path, ``query`` single values. ``shop`` is there where
    the path names one, and then the person may do on it what the screen does.
    """

    installation: Installation
    person: Person
    now: datetime
    language: str
    words: Words
    path: Mapping[str, str]
    query: Mapping[str, str]
    shop: ShopHead | None
    actor: Actor
    is_htmx: bool
    refusal: Refusal | None = None

    @property
    def shop_key(self) -> str:
        """The key of the shop of this path; only for screens whose path names one."""
        if self.shop is None:
            raise TypeError("The path of this screen names no shop.")
        return self.shop.key

    def number(self, name: str) -> int | None:
        """A number of the query, as links of ours give it; None for anything else."""
        given = self.query.get(name, "")
        is_one = given.isascii() and given.isdecimal() and len(given) <= _DIGITS
        return int(given) if is_one else None


@dataclass(frozen=True, slots=True)
class Caller:
    """One request of somebody who need not be signed in.

    ``client`` stands for the address, without telling it, which ``address`` does: that is never
    kept as it is. ``token`` is the session's, or empty; ``agent`` is the browser's own name;
    ``attempt`` is what ``See`` left for a login by the identity provider, or empty; ``buyer`` the
    token of a login to a protected buyer's account.
    """

    installation: Installation
    now: datetime
    language: str
    words: Words
    path: Mapping[str, str]
    query: Mapping[str, str]
    client: str
    address: str
    token: str
    agent: str
    is_htmx: bool
    refusal: Refusal | None = None
    attempt: str = ""
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: a template that extends ``layout``, its heading, and finished values.

    ``active`` is the name of the entry of the menu that is marked as the present one; ``token``
    is as in ``See``. ``error`` is what the page tells of, where it does so in its own way.
    """

    template: str
    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    active: str = ""
    token: str | None = None
    error: TrustwrightError | None = None


@dataclass(frozen=True, slots=True)
class See:
    """Go on to a path of ours after a write; ``notice`` is a key of words, shown there once.

    ``token`` begins a session, or replaces the one there was; empty ends it. ``attempt`` is kept
    while the visitor is at the identity provider, the one host besides ours that ``url`` may
    name; empty forgets it. ``buyer`` is as ``token``, for the account of a protected buyer.
    """

    url: str
    notice: str = ""
    token: str | None = None
    attempt: str | None = None
    buyer: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A download: ``body`` is the bytes, or pieces of them as they are made."""

    name: str
    media_type: str
    body: bytes | Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Framed:
    """A whole HTML document that is shown in a frame of a page of ours, such as a mail.

    It may bring its own styles and pictures, runs no script, and is a stranger to our pages.
    """

    body: bytes


Answer = Page | See | File | Framed
Read = Callable[[Visit], Answer]
Write = Callable[[Visit, Form], Answer]


@dataclass(frozen=True, slots=True)
class Screen:
    """One address of the control centre, for everybody who may do ``action``.

    ``read`` answers GET and HEAD, ``write`` POST. What a refused form shows again is ``read``, or
    ``again`` where there is no ``read``. ``menu`` names the entry that leads here, for screens
    that stand in it. ``upload_bytes`` are allowed for a form with files; where ``too_large`` is
    given, that is what the page says of a larger one, of which nothing was read.
    """

    path: str
    action: Action
    read: Read | None = None
    write: Write | None = None
    menu: str = ""
    upload_bytes: int = 0
    again: Read | None = None
    too_large: Callable[[], TooLarge] | None = None

    @property
    def most_bytes(self) -> int:
        """How large a form may be in all."""
        return USUAL_BYTES + self.upload_bytes


@dataclass(frozen=True, slots=True)
class PublicScreen:
    """One address for everybody; otherwise as ``Screen``.

    ``is_guarded`` where secrets could be guessed: its forms are counted apart.
    ``parameter_characters`` is how long each parameter of the address may be.
    """

    path: str
    read: Callable[[Caller], Answer] | None = None
    write: Callable[[Caller, Form], Answer] | None = None
    upload_bytes: int = 0
    again: Callable[[Caller], Answer] | None = None
    is_guarded: bool = False
    parameter_characters: int = USUAL_CHARACTERS

    @property
    def most_bytes(self) -> int:
        """How large a form may be in all."""
        return USUAL_BYTES + self.upload_bytes
