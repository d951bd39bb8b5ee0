"""What a member's own programs ask of protection: its frame, cases, indicators and audits.

A token says who asks. Nobody else may know of any of it: another member's shop is answered like
one that does not exist, and no cache keeps an answer, refusals included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import errors, tokens
from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import NO_STORE
from api.member_answers import (
    audit_file,
    audit_page,
    case_file,
    case_page,
    frame,
    indicator_sheet,
)
from domain import shop_keys
from domain.access_tokens import Caller
from domain.actors import Actor, Role
from domain.audits import AuditState
from domain.claims import Answer, ClaimState
from domain.clients import Scope as ClientScope
from domain.errors import MediaTypeUnsupported, NotFound, ParameterInvalid
from schemas import encoding, members
from schemas.questions import PREFIX
from schemas.shapes import Shape
from services import (
    access_tokens,
    audit_views,
    claim_answers,
    claim_views,
    frame_views,
    indicators,
)
from services.access_tokens import Reader
from services.installation import Installation, Work

FRAME: Final = f"{PREFIX}{{shop_key}}/frame"
CASES: Final = f"{PREFIX}{{shop_key}}/cases"
CASE: Final = f"{CASES}/{{case_id}}"
CASE_ANSWER: Final = f"{CASE}/answer"
INDICATORS: Final = f"{PREFIX}{{shop_key}}/indicators"
AUDITS: Final = f"{PREFIX}{{shop_key}}/audits"
AUDIT: Final = f"{AUDITS}/{{audit_id}}"
_JSON: Final = b"application/json"
_QUERY_BYTES: Final = 4_000
_FIELDS: Final = 20


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a client that may make it, about a shop of its own account."""

    installation: Installation
    caller: Caller
    shop_key: str
    case_id: str
    audit_id: str
    query: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Spec:
    """One address: exactly one of the two answers, in a session or in a transaction."""

    scope: ClientScope
    read: Callable[[Call, Session], Shape] | None = None
    write: Callable[[Call, Work], Shape] | None = None

    @property
    def method(self) -> str:
        return "GET" if self.read else "POST"


def _frame(call: Call, session: Session) -> Shape:
    return frame(frame_views.of_shop(session, call.shop_key, now=call.now))


def _cases(call: Call, session: Session) -> Shape:
    asked = members.list_query(call.query, ClaimState)
    wanted = claim_views.Wanted(asked.states, asked.since, asked.after, asked.limit)
    return case_page(claim_views.opened(session, call.shop_key, wanted, now=call.now))


def _case(call: Call, session: Session) -> Shape:
    keys, key = call.installation.database.keys, call.shop_key
    return case_file(claim_views.by_shop(session, keys, key, call.case_id, now=call.now))


def _answer(call: Call, work: Work) -> Shape:
    told = members.read_answer(call.body)
    claim_answers.answer(
        work,
        call.shop_key,
        call.case_id,
        Answer(told.what),
        told.day,
        told.text or "",
        refunded=told.refunded,
        actor=Actor(Role.SHOP, call.caller.client_id),
        seen=told.version,
        now=call.now,
    )
    work.session.flush()
    return _case(call, work.session)


def _indicators(call: Call, session: Session) -> Shape:
    days = members.indicator_days(call.query)
    return indicator_sheet(indicators.sheet(session, call.shop_key, days=days, now=call.now))


def _audits(call: Call, session: Session) -> Shape:
    asked = members.list_query(call.query, AuditState)
    wanted = audit_views.Wanted(asked.states, asked.since, asked.after, asked.limit)
    return audit_page(audit_views.ordered(session, call.shop_key, wanted, now=call.now))


def _audit(call: Call, session: Session) -> Shape:
    return audit_file(audit_views.for_shop(session, call.shop_key, call.audit_id, now=call.now))


CALLS: Final[Mapping[str, Spec]] = {
    FRAME: Spec(ClientScope.FRAMES_READ, read=_frame),
    CASES: Spec(ClientScope.CASES_READ, read=_cases),
    CASE: Spec(ClientScope.CASES_READ, read=_case),
    CASE_ANSWER: Spec(ClientScope.CASES_WRITE, write=_answer),
    INDICATORS: Spec(ClientScope.INDICATORS_READ, read=_indicators),
    AUDITS: Spec(ClientScope.AUDITS_READ, read=_audits),
    AUDIT: Spec(ClientScope.AUDITS_READ, read=_audit),
}


def routes(installation: Installation) -> list[Route]:
    """The addresses; they stand before the one of the shops' public answers."""
    reader = Reader(installation.database, installation.settings.base_url)
    return [Route(path, _Endpoint(installation, reader, spec)) for path, spec in CALLS.items()]


class _Endpoint:
    """Answers one address; raises what ``tokens.client_of`` and the use cases raise."""

    def __init__(self, installation: Installation, reader: Reader, spec: Spec) -> None:
        self._installation = installation
        self._reader = reader
        self._spec = spec

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != self._spec.method:
            raise HTTPException(405, headers={"Allow": self._spec.method})
        now = datetime.now(UTC)
        client_id = await tokens.client_of(scope, self._reader, now=now)
        body = await _body(scope, receive) if self._spec.write else b""
        try:
            answer = await run_in_threadpool(self._answered, scope, client_id, body, now)
        except NotFound as error:
            # Whose token asks is part of the question, which caches do not know.
            start, refusal = errors.render(error, scope)
            kept = [each for each in start["headers"] if each[0] != b"cache-control"]
            await send({**start, "headers": (*kept, (b"cache-control", NO_STORE))})
            await send(refusal)
            return
        for message in _messages(answer):
            await send(message)

    def _answered(self, scope: Scope, client_id: str, body: bytes, now: datetime) -> bytes:
        """The body of the answer; the client is looked up in the same transaction."""
        spec, database = self._spec, self._installation.database
        if spec.write is not None:
            with database.write() as work:
                call = self._call(work.session, scope, client_id, body, now)
                return encoding.to_json(spec.write(call, work))
        with database.read() as session:
            call = self._call(session, scope, client_id, body, now)
            if spec.read is None:
                raise TypeError("An address reads or writes.")
            return encoding.to_json(spec.read(call, session))

    def _call(
        self, session: Session, scope: Scope, client_id: str, body: bytes, now: datetime
    ) -> Call:
        caller = access_tokens.caller(session, client_id)
        caller.need(self._spec.scope)
        path: Mapping[str, str] = scope["path_params"]
        key = shop_keys.parse(path["shop_key"])
        shop = access_tokens.own_shop(session, caller, key, self._spec.scope)
        return Call(
            installation=self._installation,
            caller=caller,
            shop_key=shop.shop_key,
            case_id=path.get("case_id", ""),
            audit_id=path.get("audit_id", ""),
            query=_query(scope["query_string"]),
            body=body,
            now=now,
        )


def _query(raw: bytes) -> Mapping[str, str]:
    """Each parameter once; a repeated one is a comma list."""
    found: dict[str, str] = {}
    try:
        if len(raw) > _QUERY_BYTES:
            raise ValueError
        pairs = parse_qsl(raw.decode(), max_num_fields=_FIELDS, errors="strict")
    except ValueError:
        raise ParameterInvalid("The query cannot be read.") from None
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


async def _body(scope: Scope, receive: Receive) -> bytes:
    media_type = header_of(scope, b"content-type").partition(b";")[0].strip().lower()
    if media_type != _JSON:
        raise MediaTypeUnsupported("The body is application/json.")
    return await body_of(receive, most=MAX_BYTES)


def _messages(body: bytes) -> tuple[Message, Message]:
    headers = (
        (b"content-type", _JSON),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", NO_STORE),
        (b"x-content-type-options", b"nosniff"),
    )
    start: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": body}
