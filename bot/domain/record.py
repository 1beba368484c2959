"""One entry of a record: how it is sealed into the chain, written as a line of JSON, and read back.

The hash of an entry covers its header, the hash before it and two salted commitments, never the payload
itself: the private part can be destroyed when the law says so and the chain still verifies
(应对法 85, 个人信息保护法 28).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, TypedDict, cast

from pydantic import Field, TypeAdapter

from bot.domain.changed import changed
from bot.domain.entries import Draft, Payload
from bot.domain.ids import EventId, PersonId
from bot.domain.parties import Actor
from bot.domain.upcast import upcast, version_of
from bot.text import Words

GENESIS = "0" * 64
"""The `previous` of the first entry of every stream."""

Json = Mapping[str, object]


class _Kept(TypedDict):
    by: dict[str, str] | None
    what: dict[str, object]


class _Line(TypedDict):
    stream: EventId
    sequence: int
    at: str
    recorded_at: str
    person: PersonId | None
    platform: str
    standing_in_for: PersonId | None
    kind: str
    version: int
    previous: str
    hash: str
    kept_salt: str
    private_salt: str | None
    private_seal: str | None
    kept: _Kept
    private: dict[str, object] | None


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed entry. `kept` and `private` are the canonical JSON that the commitments cover.

    `private` None with a `private_seal`: that part was destroyed. `at` is when it happened, `recorded_at`
    when it was written down (they differ for late entries); both aware, in UTC.
    """

    stream: EventId
    sequence: int
    at: datetime
    recorded_at: datetime
    actor: Actor
    payload: Payload
    version: int
    kept: str
    kept_salt: str
    private: str | None
    private_salt: str | None
    private_seal: str | None
    previous: str
    hash: str

    @property
    def late(self) -> bool:
        """Whether it was written down after the fact."""
        return self.at < self.recorded_at


@cache
def _adapter() -> TypeAdapter[Payload]:
    return TypeAdapter(Annotated[Payload, Field(discriminator="kind")])


@cache
def _adapter_of(kind: type[Payload]) -> TypeAdapter[Payload]:
    return TypeAdapter(kind)


def canonical(part: Json) -> str:
    """The one JSON text of a part: sorted keys, no spaces, no escapes beyond what JSON needs."""
    return _write(part)


def commitment(salt: str, part: str) -> str:
    """What stands for a part in the hash: SHA-256 over its salt and its canonical JSON, in hexadecimal."""
    return hashlib.sha256((salt + part).encode()).hexdigest()


def stamp(at: datetime) -> str:
    """A time as the header writes it: UTC, microseconds always."""
    return at.isoformat(timespec="microseconds")


def digest(entry: Entry) -> str:
    """The hash the entry should have, computed from what it holds."""
    actor = entry.actor
    header = _write(
        [
            entry.stream,
            entry.sequence,
            stamp(entry.at),
            stamp(entry.recorded_at),
            actor.person,
            actor.platform,
            actor.standing_in_for,
            entry.payload.kind,
            entry.version,
            entry.previous,
            commitment(entry.kept_salt, entry.kept),
            entry.private_seal,
        ]
    )
    return hashlib.sha256(header.encode()).hexdigest()


def private_fields(payload: Payload) -> frozenset[str]:
    """The names of a payload's fields that the law may ask to destroy."""
    none: frozenset[str] = frozenset()
    return cast("frozenset[str]", getattr(payload, "PRIVATE", none))


def seal(
    draft: Draft, *, stream: EventId, sequence: int, previous: str, now: datetime, salt: Callable[[], str]
) -> Entry:
    """Turn a draft into the entry `sequence` of `stream`. `salt` gives a fresh random text for each part."""
    payload = draft.payload
    values = cast("dict[str, object]", _adapter_of(type(payload)).dump_python(payload, mode="json"))
    hidden = {name: values.pop(name) for name in private_fields(payload)}
    private = _write(hidden) if any(value is not None for value in hidden.values()) else None
    private_salt = None if private is None else salt()
    name = draft.actor.name
    now = now.astimezone(UTC)
    unsealed = Entry(
        stream=stream,
        sequence=sequence,
        at=now if draft.at is None else draft.at.astimezone(UTC),
        recorded_at=now,
        actor=draft.actor,
        payload=payload,
        version=version_of(payload.kind),
        kept=_write({"by": None if name is None else {"zh": name.zh, "en": name.en}, "what": values}),
        kept_salt=salt(),
        private=private,
        private_salt=private_salt,
        private_seal=None if private is None or private_salt is None else commitment(private_salt, private),
        previous=previous,
        hash="",
    )
    return changed(unsealed, hash=digest(unsealed))


def encode(entry: Entry) -> str:
    """One line of JSON: what the store keeps and what the export shows."""
    actor = entry.actor
    front = _write(
        {
            "stream": entry.stream,
            "sequence": entry.sequence,
            "at": stamp(entry.at),
            "recorded_at": stamp(entry.recorded_at),
            "person": actor.person,
            "platform": actor.platform,
            "standing_in_for": actor.standing_in_for,
            "kind": entry.payload.kind,
            "version": entry.version,
            "previous": entry.previous,
            "hash": entry.hash,
            "kept_salt": entry.kept_salt,
            "private_salt": entry.private_salt,
            "private_seal": entry.private_seal,
        }
    )
    return f'{front[:-1]},"kept":{entry.kept},"private":{entry.private or "null"}}}'


def decode(line: str) -> Entry:
    """Read one line back. Raises ValueError (KeyError, TypeError) where it is no entry."""
    parts = cast("_Line", json.loads(line))
    kept, private = parts["kept"], parts["private"]
    by = kept["by"]
    return Entry(
        stream=parts["stream"],
        sequence=parts["sequence"],
        at=datetime.fromisoformat(parts["at"]),
        recorded_at=datetime.fromisoformat(parts["recorded_at"]),
        actor=Actor(
            person=parts["person"],
            name=None if by is None else Words(by["zh"], by["en"]),
            platform=parts["platform"],
            standing_in_for=parts["standing_in_for"],
        ),
        payload=_payload(kept["what"], private, parts["version"]),
        version=parts["version"],
        kept=_write(dict(kept)),
        kept_salt=parts["kept_salt"],
        private=None if private is None else _write(private),
        private_salt=parts["private_salt"],
        private_seal=parts["private_seal"],
        previous=parts["previous"],
        hash=parts["hash"],
    )


def _payload(kept: Json, private: Json | None, version: int) -> Payload:
    values = upcast(kept, version)
    return _adapter().validate_python(values if private is None else {**values, **private})


def destroy(entry: Entry) -> Entry:
    """The entry without its private part. Its hash stays; a `data.destroyed` entry must name it."""
    payload = _payload(cast("_Kept", json.loads(entry.kept))["what"], None, entry.version)
    return changed(entry, payload=payload, private=None, private_salt=None)
