"""Errors on the wire: an RFC 9457 problem, plus the ``Message`` of systems.md §29."""

from typing import ClassVar

from pydantic import Field

from schemas.shapes import Shape, Text


class Problem(Shape):
    """One refusal; ``code`` is stable (docs/errors.md), ``detail`` and ``Message`` are for people.

    ``field`` is the path of the value that broke a rule; ``instance`` names this occurrence.
    The XML form has the namespace that RFC 9457, appendix B, gives it.
    """

    namespace: ClassVar[str | None] = "urn:ietf:rfc:7807"

    type: str = "about:blank"
    title: Text
    status: int = Field(ge=400, le=599)
    detail: Text
    code: str
    field: Text | None = None
    instance: Text | None = None
    message: Text = Field(alias="Message")
