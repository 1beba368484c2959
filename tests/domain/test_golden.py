"""Records of earlier releases verify, and what was true of them then is true of them now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.entries import payload_kinds
from bot.domain.fold import replay
from bot.domain.proof import verify_json
from bot.domain.record import Entry, decode
from tests.domain.golden_stories import GOLDEN, STORIES, summary

RECORDS = sorted(path for path in GOLDEN.glob("*.json") if not path.name.endswith(".truth.json"))


def entries(record: Path) -> list[Entry]:
    """The entries of an export, line by line."""
    lines = record.read_text("utf-8").splitlines()[1:-1]
    return [decode(line.removesuffix(",")) for line in lines]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_of_an_earlier_release_means_the_same(record: Path) -> None:
    verdict = verify_json(record.read_bytes())
    assert verdict.good, verdict
    truth = json.loads(record.with_suffix(".truth.json").read_text("utf-8"))
    assert json.loads(json.dumps(summary(replay(entries(record))))) == truth


def test_every_kind_of_entry_is_in_a_golden_record() -> None:
    there = {entry.payload.kind for record in RECORDS for entry in entries(record)}
    assert there == set(payload_kinds())


def test_every_golden_story_still_has_its_record() -> None:
    assert {record.stem for record in RECORDS} == set(STORIES)
