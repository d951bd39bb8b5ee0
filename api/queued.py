"""Jobs asked for by requests: stored with their transaction once somebody asks for one."""

import threading

from services.installation import Installation


class Queued:
    """Connects an installation to the queue at the first need: few requests ask for a job."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._connecting = threading.Lock()

    def connect(self) -> None:
        """Have jobs stored with their transaction; where a worker runs, they are already."""
        with self._connecting:
            if self._installation.database.enqueue is None:
                from jobs import queue

                queue.connect(self._installation)
