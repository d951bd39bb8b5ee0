"""A build of small stand-ins, for tests that do not depend on what the bundles do."""

from pathlib import Path

import orjson

from schemas.scripts import BUNDLES, LOADER
from widgets.bundles import MANIFEST, Bundles

VERSION = "0123456789"


def stand_ins(folder: Path) -> Bundles:
    """Every bundle as one line, with its map, as the build would leave them in ``folder``."""
    files = {name: f'"{name}"' for name in (*BUNDLES.values(), "card.js")}
    files[LOADER] = '"use strict";(()=>{globalThis.seen=TRUST_SHOP})();'
    for name, text in files.items():
        (folder / name).write_text(f"{text}\n")
        (folder / f"{name}.map").write_text('{"version":3}')
    facts = {name: {"bytes": 1, "gzip": 1, "sri": f"sha384-{name}"} for name in files}
    (folder / MANIFEST).write_bytes(orjson.dumps({"version": VERSION, "files": facts}))
    return Bundles.load(folder)
