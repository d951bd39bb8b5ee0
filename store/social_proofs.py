"""What authors show of themselves beside a review, each with the moment of consent."""

from sqlalchemy import Column, ForeignKey, Integer, Text
from sqlmodel import Field, Session

from store.columns import Table


class SocialProof(Table, table=True):
    """``consents`` maps the fields that are shown to when and to which text the author agreed."""

    __tablename__ = "social_proofs"

    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    )
    town: str = Field(default="", max_length=60)
    age_band: str = Field(default="", max_length=10)
    customer_since: int | None = None
    consents: str = Field(default="{}", sa_type=Text)


def of_review(session: Session, review_id: int) -> SocialProof | None:
    """What the author of a review shows."""
    return session.get(SocialProof, review_id)
