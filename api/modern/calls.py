"""The calls of the newer API as one table: method, path, scope, status and what answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlmodel import Session

from domain.access_tokens import Caller
from domain.clients import Scope
from domain.errors import (
    Invalid,
    Malformed,
    OrderInvalid,
    ParameterInvalid,
    ShopInvalid,
    TextInvalid,
)
from domain.events import EventInvalid, EventTypeNotFound
from domain.ids import Prefix
from domain.invite_rules import InviteRuleInvalid
from domain.notices import NoticeInvalid
from schemas.modern import channels as channel_shapes
from schemas.modern import events as event_shapes
from schemas.modern import queries
from schemas.modern import reviews as review_shapes
from schemas.modern.shapes import Told, read
from schemas.shapes import Shape
from services.installation import Installation, Work
from services.modern import (
    channels,
    event_types,
    events,
    grades,
    invite_settings,
    invites,
    replies,
    reviews,
    vetos,
)
from services.modern.channels import Place

Answer = Shape | Sequence[Shape] | Mapping[str, Any] | None
T = TypeVar("T", bound=Told)


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose token was valid: who asks, by which path and query, with which body."""

    installation: Installation
    client_id: str
    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, str]
    own_id: str
    body: bytes
    now: datetime

    @property
    def place(self) -> Place:
        """The shop in the path, or in the query ``channel-id``."""
        named = self.path.get("channel_id") or self.query.get("channel-id", "")
        if not named:
            raise ParameterInvalid("Name the shop with channel-id.", field="channel-id")
        return Place(named, self.own_id)

    def told(self, kind: type[T], refusal: type[Invalid | Malformed]) -> T:
        """What the body says."""
        return read(kind, self.body, refusal)


Read = Callable[[Call, Session], Answer]
Write = Callable[[Call, Work], Answer]
Whole = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Spec:
    """One call: exactly one of the three answers it; reads get a session, writes a transaction."""

    method: str
    path: str
    scope: Scope
    read: Read | None = None
    write: Write | None = None
    whole: Whole | None = None
    status: int = 200
    has_body: bool = False


def _reviews(call: Call) -> Answer:
    query = queries.review_list(call.query)
    return reviews.listed(call.installation, call.caller, query, now=call.now)


def _minimal(call: Call, session: Session) -> Answer:
    query, keys = queries.review_list(call.query), call.installation.database.keys
    return reviews.listed_minimal(session, call.caller, query, keys, now=call.now)


def _count(call: Call, session: Session) -> Answer:
    filters, keys = queries.filters(call.query), call.installation.database.keys
    return reviews.counted(session, call.caller, filters, keys, now=call.now)


def _review(call: Call) -> Answer:
    query = queries.review_list(call.query)
    review_id = call.path["review_id"]
    return reviews.one(call.installation, call.caller, review_id, query, now=call.now)


def _reply(call: Call, work: Work) -> Answer:
    told = call.told(review_shapes.NewReply, TextInvalid)
    return replies.write(work, call.caller, call.path["review_id"], told, now=call.now)


def _no_reply(call: Call, work: Work) -> Answer:
    replies.delete(work, call.caller, call.path["review_id"], now=call.now)
    return None


def _veto(call: Call, work: Work) -> Answer:
    told = call.told(review_shapes.NewVeto, NoticeInvalid)
    return vetos.file(work, call.caller, call.path["review_id"], told, now=call.now)


def _last_veto(call: Call, session: Session) -> Answer:
    return vetos.last(session, call.caller, call.path["review_id"])


def _channels(call: Call, session: Session) -> Answer:
    return channels.listed(session, call.caller)


def _channel(call: Call, work: Work) -> Answer:
    told = call.told(channel_shapes.ChannelChange, ShopInvalid)
    return channels.change(work, call.caller, call.place, told, now=call.now)


def _grades(call: Call, session: Session) -> Answer:
    shop = channels.one(session, call.caller, call.place)
    minimum = call.installation.settings.grade_min_reviews
    return grades.periods(session, shop, min_reviews=minimum)


def _invites(call: Call, session: Session) -> Answer:
    wanted = queries.place(call.query, Prefix.INVITATION)
    return invites.listed(session, call.caller, call.place, wanted)


def _invite(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.NewInvite, OrderInvalid)
    return invites.add(work, call.caller, told, now=call.now)


def _link(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.NewQuestionnaireLink, OrderInvalid)
    host = call.installation.settings.base_url
    return invites.link(work, call.caller, told, base_url=host, now=call.now)


def _event(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.NewEvent, EventInvalid)
    return events.take(work, call.caller, told, now=call.now)


def _told_event(call: Call, session: Session) -> Answer:
    keys = call.installation.database.keys
    return events.one(session, call.caller, call.path["event_id"], keys)


def _types(call: Call, session: Session) -> Answer:
    return event_types.listed(session, call.caller)


def _new_type(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.NewEventType, EventInvalid)
    return event_types.add(work, call.caller, told, now=call.now)


def _type(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.EventTypeChange, EventInvalid)
    type_id = call.path["type_id"]
    if not type_id.startswith(Prefix.EVENT_TYPE):
        raise EventTypeNotFound
    return event_types.change(work, call.caller, type_id, told, now=call.now)


def _settings(call: Call, session: Session) -> Answer:
    return invite_settings.listed(session, call.caller, call.place)


def _change_settings(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.InviteSettingsChange, InviteRuleInvalid)
    settings_id = call.path["settings_id"]
    return invite_settings.change(work, call.caller, settings_id, told, now=call.now)


def _rules(call: Call, session: Session) -> Answer:
    return invite_settings.listed_rules(session, call.caller, call.place)


def _change_rule(call: Call, work: Work) -> Answer:
    told = call.told(event_shapes.InviteRuleChange, InviteRuleInvalid)
    settings_id = call.path["settings_id"]
    return invite_settings.change_rule(work, call.caller, settings_id, told, now=call.now)


_REVIEW: Final = "/reviews/{review_id:rev}"
_CHANNEL: Final = "/channels/{channel_id}"
_SETTINGS: Final = "/invite-settings"
_RULES: Final = "/invite-rules"
_ONE_RULE: Final = f"{_RULES}/{{settings_id}}"
CALLS: Final = (
    Spec("GET", "/channels", Scope.SHOPS_READ, read=_channels),
    Spec("PUT", _CHANNEL, Scope.SHOPS_WRITE, write=_channel, has_body=True),
    Spec("GET", "/reviews", Scope.REVIEWS_READ, whole=_reviews),
    Spec("GET", "/reviews-minimal", Scope.REVIEWS_READ, read=_minimal),
    Spec("GET", "/reviews/count", Scope.REVIEWS_READ, read=_count),
    Spec("GET", _REVIEW, Scope.REVIEWS_READ, whole=_review),
    Spec("POST", f"{_REVIEW}/reply", Scope.REVIEWS_WRITE, write=_reply, has_body=True),
    Spec("DELETE", f"{_REVIEW}/reply", Scope.REVIEWS_WRITE, write=_no_reply, status=204),
    Spec("GET", f"{_REVIEW}/vetos", Scope.REVIEWS_READ, read=_last_veto),
    Spec("POST", f"{_REVIEW}/vetos", Scope.REVIEWS_WRITE, write=_veto, status=201, has_body=True),
    Spec(
        "GET",
        f"{_CHANNEL}/service-reviews/aggregate-rating",
        Scope.REVIEWS_READ,
        read=_grades,
    ),
    Spec("POST", "/events", Scope.EVENTS_WRITE, write=_event, status=202, has_body=True),
    Spec("GET", "/events/{event_id}", Scope.EVENTS_WRITE, read=_told_event),
    Spec("GET", "/event-types", Scope.EVENTS_WRITE, read=_types),
    Spec("POST", "/event-types", Scope.EVENTS_WRITE, write=_new_type, status=201, has_body=True),
    Spec("PUT", "/event-types/{type_id}", Scope.EVENTS_WRITE, write=_type, has_body=True),
    Spec("GET", f"{_CHANNEL}/invites", Scope.INVITES_WRITE, read=_invites),
    Spec("POST", "/invites", Scope.INVITES_WRITE, write=_invite, status=201, has_body=True),
    Spec("GET", _SETTINGS, Scope.INVITES_WRITE, read=_settings),
    Spec(
        "PATCH",
        f"{_SETTINGS}/{{settings_id}}",
        Scope.INVITES_WRITE,
        write=_change_settings,
        has_body=True,
    ),
    Spec("GET", _RULES, Scope.INVITES_WRITE, read=_rules),
    Spec("PUT", _ONE_RULE, Scope.INVITES_WRITE, write=_change_rule, has_body=True),
    Spec("PATCH", _ONE_RULE, Scope.INVITES_WRITE, write=_change_rule, has_body=True),
    Spec(
        "POST", "/questionnaire-links", Scope.INVITES_WRITE, write=_link, status=201, has_body=True
    ),
)
"""Every call. A test walks them with each scope, and compares them with the OpenAPI document."""
