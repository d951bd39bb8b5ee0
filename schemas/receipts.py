"""Receipts of reviews on the wire: what is signed, and the file that an author gets (LOG-10)."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from schemas.shapes import Moment, Shape, Text

VERSION: Final = 1
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""


class Receipt(Shape):
    """What is signed: that something with this digest came in, and by when it is answered.

    ``number`` counts the versions of a review from 1; ``shop_key`` is the reviewed shop's.
    """

    version: Literal[1] = VERSION
    issuer: Text
    shop_key: Text
    review: Text
    number: int = Field(ge=1)
    digest: Digest
    received_at: Moment
    answer_by: Moment


class ReceiptContent(Shape):
    """What was sent, of which the digest is made, together with the salt (RFC 8785)."""

    marks: dict[str, int]
    title: str
    comment: str
    incentivised: bool


class ReceiptFile(Shape):
    """The author's file: only ``jws`` proves something; with ``salt`` and ``content``, of what.

    ``salt`` is base64url without padding, of 16 bytes.
    """

    receipt: Receipt
    jws: str
    salt: str | None = None
    content: ReceiptContent | None = None
