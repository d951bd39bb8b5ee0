"""Shop reviews on the legacy wire; marks are strings (legacy-api.md 4.3)."""

from typing import NotRequired, TypedDict


class CriterionMark(TypedDict):
    """One mark that the author gave, ``"1"`` to ``"5"``."""

    mark: str
    markDescription: str
    type: str


class Statement(TypedDict):
    """The shop's reply; its id and moment are for the shop itself."""

    UID: NotRequired[str]
    comment: str
    creationDate: NotRequired[str]


class Profile(TypedDict):
    """The name that the author agreed to show."""

    firstname: str
    lastname: NotRequired[str]


class Reviewer(TypedDict):
    """The author of a shop review."""

    profile: Profile


class Review(TypedDict):
    """A review; ``mark`` is the mean of its marks with two decimals, ``UID`` 32 hex digits.

    ``orderDate`` is the day of the purchase, for the shop itself the moment. Address and
    reference are for the shop itself; ``tsId`` is there in lists over several shops (R3b).
    """

    changeDate: str
    comment: NotRequired[str | None]
    confirmationDate: str
    creationDate: str
    criteria: list[CriterionMark]
    mark: str
    markDescription: str
    UID: str
    statements: NotRequired[list[Statement] | None]
    reviewer: NotRequired[Reviewer | None]
    orderDate: NotRequired[str | None]
    consumerEmail: NotRequired[str | None]
    orderReference: NotRequired[str | None]
    tsId: NotRequired[str | None]
