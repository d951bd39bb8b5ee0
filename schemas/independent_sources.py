"""What an independent source is told of its call."""

from schemas.shapes import Shape


class ConfirmationAnswer(Shape):
    """What became of a confirmation: CONFIRMED, WITHDRAWN, or IGNORED where it changes nothing."""

    outcome: str
