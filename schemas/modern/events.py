"""Events, invitations and what shops choose about them, as the newer API sends them."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from domain import policies
from schemas.modern.reviews import Kind, Paging, Product, Transaction
from schemas.modern.shapes import Told, When, Word
from schemas.shapes import Count, Shape


def _small(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class ToldCustomer(Told):
    """Who bought; a postal address and a number are not needed here, and not kept."""

    first_name: Word | None = None
    last_name: Word | None = None
    email: Word
    reference: Word | None = None


class ToldChannel(Told):
    """The shop: by our id, or with ``user_defined`` by the account's own."""

    id: Word
    type: Annotated[Literal["etrusted", "user_defined"], BeforeValidator(_small)] = "etrusted"


class ToldTransaction(Told):
    """The order; without a date it is of now."""

    reference: Word
    date: When | None = None


class ToldProduct(Told):
    """A product of the order; one without a SKU is left out."""

    name: Word | None = None
    sku: Word | None = None
    url: Word | None = None
    gtin: Word | None = None
    mpn: Word | None = None
    brand: Word | None = None
    image_url: Word | None = None


class _Order(Told):
    default_locale: Word | None = None
    customer: ToldCustomer
    channel: ToldChannel
    transaction: ToldTransaction
    estimated_delivery_date: When | None = None
    products: tuple[ToldProduct, ...] = Field(default=(), max_length=policies.ORDERS.lines)
    system: Word | None = None
    system_version: Word | None = None
    metadata: dict[str, Any] | None = None


class NewEvent(_Order):
    """Something that happened to an order, such as ``checkout`` or ``order_shipped``.

    Its buyer is invited where the shop has stated that it holds its buyers' consent.
    """

    type: Word = "checkout"


class EventTaken(Shape):
    """What a client is told at once; ``EventRef`` opens the event later."""

    message: str = Field(alias="Message")
    event_ref: str = Field(alias="EventRef")


class EventCustomer(Shape):
    """The buyer, as the order names them."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    reference: str | None = None


class EventChannel(Shape):
    """The shop as the event named it."""

    id: str
    type: str


class Tracking(Shape):
    """Who told of an event, and by which way."""

    client: str
    medium: Literal["API", "WIDGET", "WEB_APP", "MOBILE_APP"]


class Event(Shape):
    """An event as it was taken."""

    id: str
    account_ref: str
    type: str
    default_locale: str | None = None
    customer: EventCustomer | None = None
    channel: EventChannel
    transaction: Transaction
    estimated_delivery_date: str | None = None
    products: tuple[Product, ...] | None = None
    system: str | None = None
    system_version: str | None = None
    metadata: dict[str, Any] | None = None
    tracking: Tracking
    created_at: str


class EventType(Shape):
    """A type of events; the standard ones are always active and keep their names."""

    id: str
    account_ref: str
    name: str
    active: bool
    created_at: str
    updated_at: str


class NewEventType(Told):
    """A type to be added."""

    name: Word
    active: bool = True


class EventTypeChange(Told):
    """A type to be changed; what is left out stays."""

    name: Word | None = None
    active: bool | None = None


class NewInvite(_Order):
    """An order whose buyer is invited: of ``types``, at ``sendAt``, else by the shop's rules."""

    types: tuple[Kind, ...] | None = Field(default=None, max_length=2)
    send_at: When | None = None


class Invite(Shape):
    """An invitation as it stands; ``reason`` says why one is never sent."""

    id: str
    account_ref: str
    channel_ref: str
    type: Kind
    state: str
    reason: str | None = None
    event_type: str | None = None
    transaction: Transaction
    created_at: str
    send_at: str | None = None
    sent_at: str | None = None
    source: str | None = None


class Invites(Shape):
    """The invitations of one order."""

    items: tuple[Invite, ...]


class InviteList(Shape):
    """A page of a shop's invitations, the newest first; cursors are ids of invitations."""

    total_elements: Count
    paging: Paging
    items: tuple[Invite, ...]


class NewQuestionnaireLink(_Order):
    """An order whose buyer gets the link from the shop itself.

    ``type`` or the id of a template says whether the shop or the order's first product is rated.
    """

    type: Kind | None = None
    questionnaire_template_ref: Word | None = None


class QuestionnaireLink(Shape):
    """The buyer's own link to the form, valid until six months after the order."""

    id: str
    link: str
    token: str
    expires_at: str


class InviteConfiguration(Shape):
    """When buyers are invited to one kind of review after an event."""

    sending_delay_in_days: int
    sending_time_of_day: str
    invite_template_id: str
    questionnaire_template_id: str
    enabled: bool


class InviteSettings(Shape):
    """What a shop does after one type of event."""

    id: str
    channel_ref: str
    event_type: str
    event_type_ref: str
    service_invite_configuration: InviteConfiguration
    product_invite_configuration: InviteConfiguration


class ConfigurationChange(Told):
    """What is to be changed; what is left out stays. Time of day is UTC."""

    sending_delay_in_days: Annotated[int, Field(ge=0, le=180)] | None = None
    sending_time_of_day: Word | None = None
    invite_template_id: Word | None = None
    questionnaire_template_id: Word | None = None
    enabled: bool | None = None


class InviteSettingsChange(Told):
    """Changes for one or both kinds of reviews."""

    service_invite_configuration: ConfigurationChange | None = None
    product_invite_configuration: ConfigurationChange | None = None


class InviteRule(Shape):
    """The older form of the same settings, for reviews of the shop."""

    id: str
    channel_ref: str
    event_type: str
    event_type_ref: str
    sending_delay: str
    time_of_day: str
    active: bool
    default: bool
    apply_trigger_date: bool
    invite_template_ref: str
    questionnaire_template_ref: str


class InviteRuleChange(Told):
    """What is to be changed; the delay is ISO 8601, such as P7D."""

    sending_delay: Word | None = None
    time_of_day: Word | None = None
    active: bool | None = None
    apply_trigger_date: bool | None = None
