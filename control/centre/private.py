"""Addresses for people who are signed in, each for those who may do what its screen does.

Whoever is not signed in is sent to the login; whoever lacks the right on a shop is told the same
as if there were no such shop.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.types import Scope

from control.centre import drawing, forms, fresh, refusals, words
from control.centre.drawing import Around
from control.centre.edge import Edge
from control.centre.frame import READS, Elsewhere, Station, is_htmx
from control.centre.replies import SESSION
from control.centre.screens import Answer, Form, Page, Screen, Visit
from domain import rights, shop_keys
from domain.errors import MethodNotAllowed, PageNotFound, ShopKeyMalformed, TooLarge
from domain.logins import SecondFactor, SignInNeeded
from services import sessions, shop_heads
from services.sessions import Person
from services.shop_heads import ShopHead

FACTOR: Final = "/login/factor"
FACTORS: Final = "/control/account/factors"
"""Where a second factor is set up; who has to have one is let in nowhere else without."""


class PrivateStation(Station[Visit]):
    """Answers the address of one screen; ``screens`` are all that the menu may lead to."""

    def __init__(self, screen: Screen, screens: Sequence[Screen], edge: Edge) -> None:
        super().__init__(edge)
        self._screen = screen
        self._screens = screens

    @property
    def place(self) -> str:
        return self._screen.path

    def visitor(self, scope: Scope) -> Visit:
        now = self.edge.clock()
        person = self._person(scope, now)
        return Visit(
            installation=self.edge.installation,
            person=person,
            now=now,
            language=person.language,
            words=words.of(person.language),
            path=scope["path_params"],
            query=forms.query_of(scope),
            shop=self._shop(scope["path_params"], person),
            actor=person.actor,
            is_htmx=is_htmx(scope),
        )

    def shown(self, visitor: Visit) -> Answer:
        if self._screen.read is None:
            raise MethodNotAllowed
        return self._screen.read(visitor)

    def checked(self, visitor: Visit, form: Form) -> tuple[Visit, str | None]:
        forms.require_token(form, visitor.person.csrf)
        return fresh.answered(visitor, form)

    def written(self, visitor: Visit, form: Form) -> Answer:
        if self._screen.write is None:
            raise MethodNotAllowed
        if fresh.is_only_answer(form):
            shown = fresh.go_on(visitor, self._read_again(visitor))
            if shown is not None:
                return shown
        return self._screen.write(visitor, form)

    def again(self, visitor: Visit) -> Answer | None:
        if visitor.refusal is not None and fresh.is_asked(visitor):
            return fresh.question(visitor, visitor.refusal, self._address(visitor))
        return self._read_again(visitor)

    def _read_again(self, visitor: Visit) -> Answer | None:
        read = self._screen.read or self._screen.again
        return None if read is None else read(visitor)

    def _address(self, visitor: Visit) -> str:
        address = self._screen.path
        for name, value in visitor.path.items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        return address

    def too_large(self) -> TooLarge | None:
        return self._screen.too_large() if self._screen.too_large else None

    def body(self, visitor: Visit, page: Page, around: Around) -> bytes:
        return drawing.for_visit(visitor, page, self._screen, self._screens, around)

    def _person(self, scope: Scope, now: datetime) -> Person:
        """Whose login the cookie opens, with a second factor where that is needed."""
        token = self.edge.cookies.given(HTTPConnection(scope).cookies, SESSION)
        person = sessions.signed_in(self.edge.installation, token, now=now)
        if person is None:
            if scope["method"] in READS and not is_htmx(scope):
                raise Elsewhere(refusals.login_url(scope))
            raise SignInNeeded
        if person.second_factor is SecondFactor.DUE:
            raise Elsewhere(refusals.with_next(FACTOR, scope))
        if person.second_factor is SecondFactor.SETUP_DUE and not self._sets_up:
            raise Elsewhere(FACTORS)
        scope[refusals.LANGUAGE] = person.language
        scope[refusals.ACTOR] = person.actor
        return person

    @property
    def _sets_up(self) -> bool:
        return self._screen.path.startswith(FACTORS)

    def _shop(self, path: Mapping[str, str], person: Person) -> ShopHead | None:
        """The shop that the path names; raises PageNotFound for those who may not act on it."""
        action, given = self._screen.action, path.get("shop_key")
        if given is None:
            if not rights.may_anywhere(person.grants, action):
                raise PageNotFound
            return None
        try:
            key = shop_keys.parse(given)
        except ShopKeyMalformed:
            raise PageNotFound from None
        if not rights.may(person.grants, action, key):
            raise PageNotFound
        with self.edge.installation.database.read() as session:
            found = shop_heads.find(session, key)
        if found is None:
            raise PageNotFound
        return found
