"""What buyers were sent, as the values of their mails."""

from collections.abc import Mapping

from sqlmodel import col, select

from services import letters
from store.mails import Mail
from tests.control.reviewing.conftest import Buyer


def mails_of(buyer: Buyer, key: str) -> list[Mapping[str, str]]:
    """The mails of one kind about a buyer's order, in the order in which they were asked for."""
    database = buyer.installation.database
    with database.read() as session:
        rows = session.exec(select(Mail).where(Mail.key == key).order_by(col(Mail.id))).all()
    found = [letters.opened(database.keys, row.content)["values"] for row in rows]
    return [values for values in found if values["reference"] == buyer.reference]
