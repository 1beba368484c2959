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
    """
    commits = store.commits
    quiet = all([await job.quiet() for job in jobs])
    return quiet and store.idle and store.commits == commits
