"""What a shop system is told of its call."""

from schemas.shapes import Shape


class OrderHookAnswer(Shape):
    """What became of a call, the reference of its order, and why where nothing was done."""

    outcome: str
    reference: str | None = None
    detail: str | None = None
