"""Pictures of reviews, as everybody sees them: files that never change, until they are gone."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.pictures import PictureNotFound
from services import pictures
from services.installation import Installation

PATH: Final = "/pictures/{name}"
# Browsers keep what they have seen; what stands between asks again, because a picture may be
# taken back, and then has to be gone within a minute.
_HEADERS: Final = {
    "cache-control": "public, max-age=31536000, s-maxage=60, immutable",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noimageindex",
}


def route(installation: Installation) -> Route:
    """Where pictures are: ``/pictures/{id}-{edge}.{webp or jpg}``."""

    async def get_picture(request: Request) -> Response:
        """One file; raises PictureNotFound."""
        picture_id, _, name = request.path_params["name"].rpartition("-")
        media_type = pictures.MEDIA_TYPES.get(name.rpartition(".")[2])
        if media_type is None:
            raise PictureNotFound
        body = await run_in_threadpool(pictures.public_file, installation, picture_id, name)
        return Response(body, media_type=media_type, headers=_HEADERS)

    return Route(PATH, get_picture, methods=["GET"])
