"""Sealing, writing, reading back, destroying; and proving that nothing was touched."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.domain.commands import Record
from bot.domain.entries import Draft, payload_kinds
from bot.domain.entries_ending import Closed
from bot.domain.entries_house import Destroyed, HouseNote
from bot.domain.entries_talk import Noted, Said
from bot.domain.fold import QUIET_KINDS, NotAnEventError, fold, replay, start
from bot.domain.ids import HOUSE, EventId, PersonId, RoomId
from bot.domain.parties import SYSTEM, Actor
from bot.domain.proof import FIRST_LINE, Verdict, public, sign, signature_holds, to_json, verify, verify_json
from bot.domain.record import GENESIS, Entry, decode, destroy, encode, seal
from bot.domain.upcast import UnknownVersionError, upcast, version_of
from bot.i18n import Catalogs
from bot.text import LANGUAGES, same
from tests.domain.plant import MINUTE, NOW, ZONE, Story, actor

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def spoken(story: Story) -> Story:
    """Somebody said where the hurt are, and command passed on."""
    words = 'Two hurt at "B"; \u202e\u2029 <b>\n\u2603 \U0001d11e'
    story.does(Record(actor("wei"), Said("m1", RoomId("office"), same("Office"), same("魏敏"), words=words)))
    story.passes(12 * MINUTE)
    return story


def found(verdict: Verdict) -> tuple[int | None, str | None]:
    """Where and why, which reads well in both languages."""
    if verdict.why is None:
        return verdict.bad, None
    for language in LANGUAGES:
        assert Catalogs.load(strict=True).render(verdict.why, language, ZONE, NOW)
    return verdict.bad, verdict.why.key


def sealed(*drafts: Draft, stream: EventId = HOUSE) -> list[Entry]:
    """A record of the house."""
    entries: list[Entry] = []
    for sequence, draft in enumerate(drafts, 1):
        previous = entries[-1].hash if entries else GENESIS
        salts = (f"{sequence}-{n}" for n in itertools.count())
        entries.append(
            seal(draft, stream=stream, sequence=sequence, previous=previous, now=NOW, salt=lambda s=salts: next(s))
        )
    return entries


def test_an_entry_comes_back_as_it_was_written(spoken: Story) -> None:
    assert [decode(encode(entry)) for entry in spoken.record] == spoken.record
    assert replay(decode(encode(entry)) for entry in spoken.record) == spoken.event
    assert verify(spoken.record).good
    assert verify(spoken.record).head == spoken.record[-1].hash
    assert verify(spoken.record).checked == len(spoken.record)


def test_a_replay_may_leave_out_what_was_said(spoken: Story) -> None:
    heard = [entry for entry in spoken.record if entry.payload.kind not in QUIET_KINDS]
    assert len(heard) < len(spoken.record)
    assert replay(heard, len(spoken.record)) == spoken.event


def test_a_record_begins_with_its_opening() -> None:
    with pytest.raises(NotAnEventError):
        replay([])
    with pytest.raises(NotAnEventError):
        start(sealed(Draft(HouseNote("house.started", {})))[0])


def test_the_hash_covers_commitments_not_words(spoken: Story) -> None:
    said = next(entry for entry in spoken.record if isinstance(entry.payload, Said))
    gone = destroy(said)
    assert isinstance(gone.payload, Said)
    assert gone.payload.words is None
    assert gone.private is None
    assert gone.private_salt is None
    assert gone.hash == said.hash
    assert "hurt" not in encode(gone)
    assert decode(encode(gone)) == gone
    assert fold(replay(spoken.record[: said.sequence - 1]), gone) == replay(spoken.record[: said.sequence])


def test_what_was_destroyed_must_be_named(spoken: Story) -> None:
    place = next(place for place, entry in enumerate(spoken.record) if isinstance(entry.payload, Said))
    spoken.record[place] = destroy(spoken.record[place])
    assert found(verify(spoken.record)) == (place + 1, "proof.private_missing")
    spoken.does(Record(actor("admin"), Destroyed((place + 1,), (), "个人信息保护法 28")))
    assert verify(spoken.record).good
    assert verify_json(to_json(spoken.record).encode()).good


def test_times_are_kept_in_utc_and_a_late_entry_says_so() -> None:
    local = NOW.astimezone(ZONE)
    (entry,) = sealed(Draft(Noted(same("x"), "y"), SYSTEM, local - timedelta(minutes=3)))
    assert entry.at.utcoffset() == timedelta(0)
    assert entry.late
    assert "06:00:00.000000+00:00" in encode(entry)
    assert not sealed(Draft(Noted(same("x"))))[0].late


def test_nothing_private_where_nothing_was_said() -> None:
    (entry,) = sealed(Draft(Noted(same("x")), Actor(PersonId("lin"), None, "web", PersonId("chen"))))
    assert entry.private is None
    assert entry.private_seal is None
    assert destroy(entry) == entry
    assert decode(encode(entry)) == entry


def test_chain_order_gap_and_stream() -> None:
    note = Draft(Noted(same("x"), "y"))
    record = sealed(note, note, note, note)
    assert found(verify([record[0], record[2], record[3]])) == (2, "proof.gap")
    assert found(verify([record[0], record[1], record[1], record[2]])) == (3, "proof.order")
    assert found(verify([record[0], *sealed(note, note, stream=EventId("EV-1"))[1:]])) == (2, "proof.other_stream")
    assert found(verify([record[0], replace(record[1], previous="0"), *record[2:]])) == (2, "proof.chain")
    assert found(verify([record[0], replace(record[1], kept_salt="0"), *record[2:]])) == (2, "proof.altered")
    assert verify([]).good


def test_an_altered_private_part() -> None:
    (entry,) = sealed(Draft(Noted(same("x"), "y")))
    for changed in (
        replace(entry, private='{"words":"z"}'),
        replace(entry, private_salt="0"),
        replace(entry, private=None),
        replace(entry, private_salt=None),
    ):
        assert found(verify([changed])) == (1, "proof.private_altered")


def test_a_signed_head() -> None:
    note = sealed(Draft(Noted(same("x"), "y")))
    head = note[-1].hash

    def closed(head_said: str, signature: str) -> list[Entry]:
        by = Story()
        by.opens()
        member = by.event.chain[0]
        return sealed(Draft(note[0].payload), Draft(Closed(member, head_said, signature, public(KEY))))

    assert verify(closed(head, sign(KEY, head)), public(KEY)).signed_by == public(KEY)
    assert found(verify(closed(head, sign(KEY, "other")))) == (2, "proof.signature")
    assert found(verify(closed(head, "no hex"))) == (2, "proof.signature")
    assert found(verify(closed("other", sign(KEY, "other")))) == (2, "proof.signature")
    assert found(verify(closed(head, sign(KEY, head)), "another")) == (2, "proof.other_key")
    assert not signature_holds(head, sign(KEY, head), "ab")


def test_the_export_shows_each_entry_as_it_is_kept(spoken: Story) -> None:
    assert json.loads(to_json(spoken.record))["entries"][0]["kept"]["what"]["kind"] == "event.opened"


def test_every_flipped_byte_of_a_short_export_is_found() -> None:
    note = Draft(Noted(same("魏敏"), "two hurt"), actor("wei"))
    raw = to_json(sealed(note, note)).encode()
    assert verify_json(raw).good
    for place in range(len(raw)):
        for flip in (0x01, 0x20, 0x80):
            touched = bytearray(raw)
            touched[place] ^= flip
            assert not verify_json(bytes(touched)).good, (place, flip, bytes(touched[max(0, place - 20) : place + 20]))


def test_an_export_that_is_none_or_was_cut(spoken: Story) -> None:
    raw = to_json(spoken.record).encode()
    count = len(spoken.record)
    assert found(verify_json(b"")) == (0, "proof.not_an_export")
    assert found(verify_json(FIRST_LINE.encode())) == (0, "proof.not_an_export")
    assert found(verify_json(b"PK\x03\x04")) == (0, "proof.not_an_export")
    assert found(verify_json(raw[:-1])) == (0, "proof.cut_off")
    assert found(verify_json(raw[:-9])) == (count, "proof.unreadable")
    assert found(verify_json(raw[:-4])) == (0, "proof.cut_off")
    assert found(verify_json(raw[:-2] + b" \n")) == (0, "proof.cut_off")
    assert found(verify_json(raw.replace(b'"version":1', b'"version":9', 1))) == (1, "proof.unreadable")
    assert found(verify_json(raw.replace(b'"version":1', b'"version": 1', 1))) == (1, "proof.altered")
    assert found(verify_json(raw.replace(b"\n", b"\r\n"))) == (0, "proof.not_an_export")
    lines = raw.split(b"\n")
    assert found(verify_json(b"\n".join([*lines[:3], b"[" * 100_000, *lines[3:]]))) == (3, "proof.unreadable")
    assert found(verify_json(b"\n".join([*lines[:3], *lines[4:]]))) == (3, "proof.gap")


def test_an_old_entry_is_brought_up_to_date_and_a_newer_one_is_refused() -> None:
    def second(old: Mapping[str, object]) -> Mapping[str, object]:
        return {**old, "y": old["x"]}

    def third(old: Mapping[str, object]) -> Mapping[str, object]:
        return {**old, "z": 1}

    steps = {"a": (second, third)}
    assert version_of("a", steps) == 3
    assert upcast({"kind": "a", "x": 5}, 1, steps) == {"kind": "a", "x": 5, "y": 5, "z": 1}
    assert upcast({"kind": "a", "x": 5}, 3, steps) == {"kind": "a", "x": 5}
    for version in (0, 4):
        with pytest.raises(UnknownVersionError):
            upcast({"kind": "a"}, version, steps)


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(payload_kinds()) == len(set(payload_kinds())) == 57
