"""Whether a record is what was written: checks the chain without the running bot and names the first bad entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.domain.entries_ending import Closed
from bot.domain.entries_house import Destroyed
from bot.domain.record import GENESIS, Entry, commitment, decode, digest, encode
from bot.text import Text, text

FORMAT = "tocsin-record/1"
FEWEST_LINES = 4
"""The first, one entry, the last, and nothing after its line end."""
AFTER_ENTRIES = 2
"""The last line and what follows its line end."""
FIRST_LINE, LAST_LINE = f'{{"format":"{FORMAT}","entries":[', "]}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `bad` is the sequence of the first bad entry (0: the file as a whole), with `why`."""

    checked: int
    """How many entries from the first on are as they were written."""
    head: str
    """The hash of the last of those."""
    bad: int | None = None
    why: Text | None = None
    signed_by: str | None = None
    """The public key of the signed head, None where the record is not closed."""

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return self.bad is None


def sign(key: Ed25519PrivateKey, head: str) -> str:
    """The signature of a record's head (the hash of the entry before the closing one), in hexadecimal."""
    return key.sign(head.encode()).hex()


def public(key: Ed25519PrivateKey) -> str:
    """The public half of a signing key as `event.closed` keeps it, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def signature_holds(head: str, signature: str, public_key: str) -> bool:
    """Whether a signature belongs to a head and a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), head.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def verify(entries: Iterable[Entry], public_key: str | None = None) -> Verdict:
    """Check the entries of one stream from the first on. `public_key`: the one that must have signed."""
    entries = tuple(entries)
    destroyed = _destroyed(entries)
    previous, signed_by = GENESIS, None
    for sequence, entry in zip(count(1), entries, strict=False):
        why = _out_of_line(entry, entries[0], sequence, previous) or _altered(entry, destroyed)
        if why is None and isinstance(entry.payload, Closed):
            why = _badly_signed(entry.payload, previous, public_key)
            signed_by = entry.payload.public_key
        if why is not None:
            return Verdict(sequence - 1, previous, sequence, why)
        previous = entry.hash
    return Verdict(len(entries), previous, signed_by=signed_by)


def _destroyed(entries: Sequence[Entry]) -> frozenset[int]:
    payloads = (entry.payload for entry in entries)
    return frozenset(
        sequence for payload in payloads if isinstance(payload, Destroyed) for sequence in payload.sequences
    )


def _out_of_line(entry: Entry, first: Entry, sequence: int, previous: str) -> Text | None:
    if entry.stream != first.stream:
        return text("proof.other_stream", stream=entry.stream)
    if entry.sequence > sequence:
        return text("proof.gap", expected=sequence, found=entry.sequence)
    if entry.sequence < sequence:
        return text("proof.order", expected=sequence, found=entry.sequence)
    if entry.previous != previous:
        return text("proof.chain")
    return None


def _altered(entry: Entry, destroyed: frozenset[int]) -> Text | None:
    if entry.hash != digest(entry):
        return text("proof.altered")
    if entry.private is not None and entry.private_salt is not None:
        same = entry.private_seal == commitment(entry.private_salt, entry.private)
        return None if same else text("proof.private_altered")
    if entry.private is not None or entry.private_salt is not None:
        return text("proof.private_altered")
    if entry.private_seal is not None and entry.sequence not in destroyed:
        return text("proof.private_missing")
    return None


def _badly_signed(closed: Closed, head: str, public_key: str | None) -> Text | None:
    if public_key is not None and closed.public_key != public_key:
        return text("proof.other_key")
    if closed.head != head or not signature_holds(head, closed.signature, closed.public_key):
        return text("proof.signature")
    return None


def to_json(entries: Iterable[Entry]) -> str:
    """The record as it is exported: one JSON object, one entry a line, with salts and hashes."""
    lines = ",\n".join(encode(entry) for entry in entries)
    return f"{FIRST_LINE}\n{lines}\n{LAST_LINE}\n"


def verify_json(raw: bytes, public_key: str | None = None) -> Verdict:
    """Check an export alone, to the byte: what is not exactly as it was written is found."""
    lines = raw.split(b"\n")
    if lines[0] != FIRST_LINE.encode() or len(lines) < FEWEST_LINES:
        return Verdict(0, GENESIS, 0, text("proof.not_an_export"))
    entries, why = _read(lines[1:])
    verdict = verify(entries, public_key)
    if not verdict.good:
        return verdict
    if why is not None:
        return Verdict(verdict.checked, verdict.head, len(entries) + 1, why)
    if to_json(entries).encode() != raw:
        return Verdict(verdict.checked, verdict.head, 0, text("proof.cut_off"))
    return verdict


def _read(lines: Sequence[bytes]) -> tuple[list[Entry], Text | None]:
    entries: list[Entry] = []
    for left, raw in zip(range(len(lines), 0, -1), lines, strict=True):
        if left <= AFTER_ENTRIES and not raw.startswith(b"{"):
            break
        try:
            line = raw.decode().removesuffix(",")
            entry = decode(line)
            as_written = encode(entry)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return entries, text("proof.unreadable")
        if as_written != line:
            return entries, text("proof.altered")
        entries.append(entry)
    return entries, None
