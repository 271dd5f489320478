"""What the server needs in order to serve: the database and the artifact store.

Each is asked in a thread of its own and given up after `ANSWER_SECONDS`, whatever it
hangs in: a database that accepts and says nothing, a mount that is gone. One question
at a time is under way to each, so that questions to one that hangs do not pile up.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread

from django.db import connections

from ml_platform.experiments.roots import first_root
from training_metrics.storage import open_store

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
# Never written: a store that can say that nothing is there can be read.
_ASKED_FOR = ".trackless-ready"


class Needed:
    """One thing that must answer."""

    def __init__(self, name: str, ask: Callable[[], None]) -> None:
        self._name, self._ask = name, ask
        self._under_way = Lock()

    def answers(self) -> bool:
        """Returns whether it answered in time; the log says why not."""
        if not self._under_way.acquire(timeout=ANSWER_SECONDS):
            logger.warning("%s: the last question has no answer yet", self._name)
            return False
        answered, ended = Event(), Event()

        def ask() -> None:
            try:
                self._ask()
                answered.set()
            except Exception as error:
                # Boundary: whatever it fails with, it is away.
                logger.warning("%s: away (%s)", self._name, type(error).__name__)
            finally:
                self._under_way.release()
                ended.set()

        Thread(target=ask, name=f"is {self._name} ready", daemon=True).start()
        if not ended.wait(ANSWER_SECONDS):
            logger.warning("%s: no answer in %g s", self._name, ANSWER_SECONDS)
        return answered.is_set()


def _ask_database() -> None:
    """Asks over a connection of the thread's own."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _ask_store() -> None:
    """Asks the root where new runs go; a folder must be there."""
    root = first_root()
    if root.startswith("gs://"):
        open_store(f"{root}/{_ASKED_FOR}").read(0, ANSWER_SECONDS)
    elif not Path(root).is_dir():
        raise FileNotFoundError(root)


database = Needed("database", _ask_database)
artifact_store = Needed("artifact store", _ask_store)
