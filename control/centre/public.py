"""Addresses around the control centre that everybody may open: login, invitation, notices."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from control.centre import drawing, forms, words
from control.centre.drawing import Around
from control.centre.edge import Edge
from control.centre.frame import Station, is_htmx
from control.centre.replies import ATTEMPT, BUYER, SESSION
from control.centre.screens import Answer, Caller, Form, Page, PublicScreen
from domain import languages
from domain.errors import MethodNotAllowed

_AGENT_CHARACTERS = 200


class PublicStation(Station[Caller]):
    """Answers the address of one screen."""

    def __init__(self, screen: PublicScreen, edge: Edge) -> None:
        super().__init__(edge)
        self._screen = screen

    @property
    def place(self) -> str:
        return self._screen.path

    def visitor(self, scope: Scope) -> Caller:
        edge, connection = self.edge, HTTPConnection(scope)
        query = forms.query_of(scope, most=self._screen.parameter_characters)
        language = languages.supported(query.get("lang", ""), fallback=edge.language_of(scope))
        return Caller(
            installation=edge.installation,
            now=edge.clock(),
            language=language,
            words=words.of(language),
            path=scope["path_params"],
            query=query,
            client=edge.client_of(scope),
            address=edge.address_of(scope),
            token=edge.cookies.given(connection.cookies, SESSION),
            agent=connection.headers.get("user-agent", "")[:_AGENT_CHARACTERS],
            is_htmx=is_htmx(scope),
            attempt=edge.cookies.given(connection.cookies, ATTEMPT),
            buyer=edge.cookies.given(connection.cookies, BUYER),
        )

    def shown(self, visitor: Caller) -> Answer:
        if self._screen.read is None:
            raise MethodNotAllowed
        return self._screen.read(visitor)

    def checked(self, visitor: Caller, form: Form) -> tuple[Caller, str | None]:
        del form
        return visitor, None

    def written(self, visitor: Caller, form: Form) -> Answer:
        if self._screen.write is None:
            raise MethodNotAllowed
        return self._screen.write(visitor, form)

    def again(self, visitor: Caller) -> Answer | None:
        read = self._screen.read or self._screen.again
        return None if read is None else read(visitor)

    def body(self, visitor: Caller, page: Page, around: Around) -> bytes:
        return drawing.for_caller(visitor, page, around)
