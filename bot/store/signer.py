"""The house's signature under the head of a record: who rewrites a chain in the database cannot renew it."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.errors import Broken
from bot.store.secret_files import read_secret
from bot.text import text

SIGNING_KEY = "record.key"
"""Ed25519, 32 bytes in hexadecimal, mode 0600, in the folder of keys."""


class Signer:
    """Signs with a key that is kept outside the database."""

    def __init__(self, folder: Path) -> None:
        """Read the key, or make one on the first start. Raises Broken where the file is no key."""
        path = folder / SIGNING_KEY
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(read_secret(path, _new_key))
        except ValueError as error:
            raise Broken(text("store.bad_key", path=str(path))) from error

    @property
    def public_key(self) -> str:
        """What a signature is checked with, in hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, head: str) -> str:
        """The signature of a record's last hash, in hexadecimal."""
        return self._key.sign(head.encode()).hex()


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()
