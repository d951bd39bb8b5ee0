"""What a shop system is told of its call."""

from pydantic import Field

from schemas.shapes import Shape


class OrderHookAnswer(Shape):
    """What became of a call, the reference of its order, and why where nothing was done."""

    outcome: str
    reference: str | None = None
    detail: str | None = None


class AppRegistered(Shape):
    """What a Shopware shop is told that installs its app, under the names of its contract.

    A proof that we know the app's secret, the shop's own secret, and where to confirm.
    """

    proof: str
    secret: str
    confirmation_url: str = Field(alias="confirmation_url")
