"""Whether the whole house is quiet: plays and tests move a virtual clock only then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.store.store import Store


class Job(Protocol):
    """Something that runs by itself."""

    async def quiet(self) -> bool:
        """Whether it has nothing to do at this moment."""
        ...


async def all_quiet(store: Store, *jobs: Job) -> bool:
    """Whether none of the jobs has anything to do.

    Each looks at rows by itself, and another may change them between two looks: a commit meanwhile voids the answer.
    One that is busy is answer enough: the others are not asked.
    """
    commits = store.commits
    if not store.idle:
        return False
    for job in jobs:
        if not await job.quiet():
            return False
    return store.idle and store.commits == commits
