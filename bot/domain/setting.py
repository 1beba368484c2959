"""What the rules of the house are decided with: the company, the playbook and the lengths of time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.company import Company
from bot.domain.playbook import Playbook
from bot.text import Words


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """The words of the two tasks after every event (G22), rendered from the catalogs by whoever calls.

    Keys: `task.review`, `task.review_approve`, `choice.approve`, `choice.send_back`.
    """

    task: Words
    approve_task: Words
    approve: Words
    send_back: Words


@dataclass(frozen=True, slots=True)
class Setting:
    """`remind_at` is a part of the acknowledge time (0.5: half of it); the others are seconds."""

    company: Company
    playbook: Playbook
    """The plan as the event opened with it, also when the file changed since."""
    review: ReviewWords
    remind_at: float = 0.5
    overdue_again: float = 600.0
    undo_for: float = 120.0
    commander_answers_for: float = 180.0
    digest: str = ""
    """The hash of the playbook's normal form, with `author` and `saved_at`: needed for opening only."""
    author: str = ""
    saved_at: str = ""
