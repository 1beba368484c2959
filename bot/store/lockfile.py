"""One writer: the running bot holds a lock file beside its database."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.errors import Broken
from bot.text import text


class LockFile:
    """Held from opening to closing; the system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        """Take it. Raises Broken where another process has it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(self._descriptor)
            raise Broken(text("store.taken", path=str(path))) from taken

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)
