"""A picture that tests hand in, and a review that shows it."""

import io

from PIL import Image

from domain.reviews import Submission
from services import pictures, review_forms
from services.installation import Installation
from tests.services.steps import NOON, marks


def a_picture() -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (32, 24), "green").save(file, "PNG")
    return file.getvalue()


def add(
    installation: Installation,
    token: str,
    comment: str,
    *,
    alternative: str = "",
    is_avatar: bool = False,
) -> str:
    """The id of a picture of the shop review that a token has written, its text sent."""
    public_id = pictures.add(
        installation, token, a_picture(), alternative, is_avatar=is_avatar, now=NOON
    )
    with installation.database.write() as work:
        said = Submission(marks(service=1), comment=comment)
        review_forms.finish(work, token, said, now=NOON)
    return public_id
