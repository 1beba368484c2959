"""What a drill's record shows about how it went; every figure comes from its entries (practice.md, "A good drill")."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import RoleId, TaskId
from bot.domain.parties import Member
from bot.text import Words


@dataclass(frozen=True, slots=True)
class PostMeasure:
    """One role that was asked for something: seconds from its first task until anybody answered for it."""

    role: RoleId
    name: Words
    asked_after: float
    """Seconds from STARTEX."""
    answered_after: float | None
    """Seconds from when it was asked; None: never."""
    by: Member | None


@dataclass(frozen=True, slots=True)
class TaskMeasure:
    """One task against its limits, in seconds from its release; to finish, the limit is as the drill's clock had it."""

    task: TaskId
    text: Words
    department: Words
    acknowledged_after: float | None
    acknowledge_limit: float
    finished_after: float | None
    finish_limit: float
    by: Member | None
    """Who answered it last."""
    asked_after: float = 0.0
    """Seconds from STARTEX."""


@dataclass(frozen=True, slots=True)
class InjectMeasure:
    """One inject that was given. `answered_after` in seconds; None: never."""

    number: int
    text: Words
    to: Words
    expects: Words
    answered_after: float | None
    limit: float

    @property
    def in_time(self) -> bool:
        """Whether it was answered within its limit."""
        return self.answered_after is not None and self.answered_after <= self.limit


@dataclass(frozen=True, slots=True)
class TookOver:
    """A stand-in who answered for somebody silent or absent."""

    member: Member
    instead_of: Member
    task: Words


@dataclass(frozen=True, slots=True)
class Measures:
    """All of it. Seconds without pauses; `first` … `all` are over posts, each from when it was asked to its answer.

    A post (岗位) is a role that was asked; 应到 is how many were, 实到 how many somebody answered for.
    """

    lasted: float
    posts: tuple[PostMeasure, ...]
    first: float | None
    half: float | None
    ninety: float | None
    all: float | None
    command_after: float | None
    """Seconds from STARTEX until whoever leads pressed anything."""
    tasks: tuple[TaskMeasure, ...]
    injects: tuple[InjectMeasure, ...]
    silent: tuple[Member, ...]
    """People who were called and answered nothing at all."""
    took_over: tuple[TookOver, ...]
    deliveries: int
    """Messages that a platform took."""
    deliveries_failed: int

    @property
    def answered(self) -> int:
        """实到: posts that somebody answered for."""
        return sum(post.answered_after is not None for post in self.posts)
