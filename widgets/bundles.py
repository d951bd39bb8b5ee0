"""The built files that run in shops' pages, and the version that their addresses carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from schemas.scripts import LOADER

STATIC: Final = Path(__file__).with_name("static")
MANIFEST: Final = "bundles.json"
_STUB: Final = b"""\
try{window.trustbadge||(e=>{window.trustbadge={reInitialize:e,remove:e,load:e,showCard:e}})(()=>{})\
}catch(e){console.debug("trustbadge",e)}
"""


@dataclass(frozen=True, slots=True)
class Bundles:
    """All files by name, at one ``version``; ``modified`` is when they were built.

    That is in Unix seconds. ``integrity`` holds what pages may write into ``integrity=``.
    """

    version: str
    files: Mapping[str, bytes]
    integrity: Mapping[str, str]
    modified: int

    @classmethod
    def load(cls, folder: Path = STATIC) -> "Bundles":
        """Read what the build left in ``folder``; raises OSError where it left nothing."""
        manifest = folder / MANIFEST
        described = orjson.loads(manifest.read_bytes())
        return cls(
            version=described["version"],
            files={
                path.name: path.read_bytes()
                for path in sorted(folder.iterdir())
                if path.is_file() and path != manifest
            },
            integrity={name: facts["sri"] for name, facts in described["files"].items()},
            modified=int(manifest.stat().st_mtime),
        )

    def loader(self, payload: bytes | None) -> bytes:
        """The loader with a shop's badge (JSON) inside, so that it asks for nothing more.

        The bundle reads the badge under the free name ``TRUST_SHOP``, which is the parameter of
        a function around it: nothing is added to the page's own names. Without a payload it is
        null, and the bundle does nothing. It stands on the second line, which its source map
        knows.
        """
        program = self.files[LOADER].rstrip()
        value = b"null" if payload is None else script_safe(payload)
        return b"(TRUST_SHOP=>{\n%s\n})(%s);\n" % (program, value)


def stub() -> bytes:
    """What a page gets whose shop nobody knows: methods that do nothing, so that it survives."""
    return _STUB


def script_safe(payload: bytes) -> bytes:
    """JSON as an expression that may stand in any script, even inside a page.

    No ``</script>`` or ``<!--`` ends it, and no line end of Unicode that older engines know.
    """
    safe = payload.replace(b"<", rb"\u003c")
    return safe.replace("\u2028".encode(), rb"\u2028").replace("\u2029".encode(), rb"\u2029")
