"""Channels, which are shops, as the newer API shows and changes them."""

from pydantic import Field

from schemas.modern.shapes import Ref, Told, Word
from schemas.shapes import Shape


class Channel(Shape):
    """A shop; ``userDefinedId`` is what the account's own programs call it."""

    id: str
    account_ref: str
    name: str
    address: str | None = None
    url: str
    logo_url: str | None = None
    locale: str
    created_at: str
    updated_at: str
    user_defined_id: str | None = None


class ChannelChange(Told):
    """What a shop is to be; what is left out stays. A logo is uploaded, not fetched."""

    name: Word | None = None
    address: Word | None = None
    url: Word | None = None
    logo_url: Word | None = None
    locale: Word | None = None
    user_defined_id: Word | None = Field(default=None, max_length=120)


class Changed(Ref):
    """The id of what was changed."""
