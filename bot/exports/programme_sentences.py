"""What happened to a drill or a duty, each entry in one sentence of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.fold_drill import DrillEntry
    from bot.domain.fold_duty import DutyEntry
    from bot.text import Text


def drill_sentence(payload: DrillEntry) -> Text:
    """What happened to a drill."""
    raise NotImplementedError(payload.kind)


def duty_sentence(payload: DutyEntry) -> Text:
    """What happened to a duty."""
    raise NotImplementedError(payload.kind)
