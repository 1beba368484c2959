"""Keys on disk: hexadecimal, readable by the bot alone, never in the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def read_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """The key in this file, made on first use. Raises ValueError where the file holds something else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return _create(path, make())


def _create(path: Path, secret: bytes) -> bytes:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret.hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    finally:
        fresh.unlink()
    return secret
