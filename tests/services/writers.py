"""A program that writes reviews until it is killed, and names each one once it is committed.

``python -m tests.services.writers SHOP_KEY``; the environment holds the settings.
"""

import os
import sys
import threading
from datetime import UTC, datetime

from services import settings
from services.installation import Installation
from tests.services import steps
from tests.services.steps import marks


def write(installation: Installation, shop_key: str) -> None:
    """Reviews without end; a name is written only after the commit that it speaks of."""
    while True:
        written = steps.review(
            installation.database,
            shop_key,
            marks(service=4, delivery=5),
            at=datetime.now(UTC),
            reference=f"{threading.get_ident()}-{os.urandom(8).hex()}",
        )
        os.write(1, f"{written.review_id}\n".encode())


def main() -> None:
    """Write from two threads."""
    installation = Installation.open(settings.load())
    (shop_key,) = sys.argv[1:]
    for _ in range(2):
        threading.Thread(target=write, args=(installation, shop_key), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
