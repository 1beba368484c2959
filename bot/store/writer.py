"""The one writer: jobs that are waiting share a transaction, and each of them can come to nothing by itself.

One task runs it from opening to closing, so that a caller who is cancelled never cancels a commit: what was
handed in is carried out, whoever still waits for the answer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError

from bot.errors import NotSaved
from bot.store import failures
from bot.store.inboxes import prefetch
from bot.store.known import Known
from bot.store.links import Links
from bot.store.listening import announce
from bot.store.unit import Unit
from bot.store.work import Work

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.clock import Clock
    from bot.store.bells import Bells
    from bot.store.inboxes import Update
    from bot.store.outboxes import Routes

TOGETHER = 50
"""Jobs that share one transaction at most."""
MOST_TRIES = 5
"""How often a batch is carried out again where PostgreSQL chose it to break a deadlock."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Job:
    """One job and whoever waits for it."""

    run: Callable[[Work], Awaitable[object]]
    answer: asyncio.Future[object]
    update: Update | None
    outcome: object = None
    error: Exception | asyncio.CancelledError | None = None


class Writer:
    """Takes jobs and commits them in batches."""

    def __init__(self, engine: AsyncEngine, clock: Clock, bells: Bells) -> None:
        """Nothing runs before `run`."""
        self.committed = Known()
        self.routes: Routes = lambda _: ("web",)
        self.outside: Collection[str] = ()
        self.links = Links()
        self._engine = engine
        self._clock = clock
        self._bells = bells
        self._queue: deque[Job] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._running = False
        self.commits = 0
        self._connection: AsyncConnection | None = None

    @property
    def idle(self) -> bool:
        """Whether no job waits or runs."""
        return not self._queue and not self._running

    def put(self, run: Callable[[Work], Awaitable[object]], update: Update | None) -> asyncio.Future[object]:
        """Queue a job. Raises NotSaved once the store is closing."""
        if self._closing:
            raise NotSaved
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._queue.append(Job(run, answer, update))
        self._wake.set()
        return answer

    def close(self) -> None:
        """Carry out what is queued, then end."""
        self._closing = True
        self._wake.set()

    async def run(self) -> None:
        """Commit batch after batch until closed."""
        try:
            while self._queue or not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    await self._carry_out([self._queue.popleft() for _ in range(min(TOGETHER, len(self._queue)))])
        finally:
            self._closing = True
            _fail(self._queue, NotSaved())
            await self._disconnect()

    async def _carry_out(self, batch: Sequence[Job]) -> None:
        self._running = True
        try:
            await self._persist(batch)
        except NotSaved as error:
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001  whatever a job did, its caller hears of it and the others go on
            await self._one_by_one(batch, error)
        self._running = False

    async def _one_by_one(self, batch: Sequence[Job], error: Exception) -> None:
        """The database objected to something in the batch: only the job that brought it fails."""
        if len(batch) == 1:
            _fail(batch, error)
            return
        for job in batch:
            await self._carry_out([job])

    async def _persist(self, batch: Sequence[Job]) -> None:
        for left in reversed(range(MOST_TRIES)):
            try:
                await self._transact(batch)
            except DBAPIError as error:
                self.committed = Known()
                if failures.unsaved(error):
                    log.error("store.not_saved", error=str(error.orig))  # noqa: TRY400  the sentence says it all
                    raise NotSaved from error
                if not (left and failures.again(error)):
                    raise
            else:
                return

    async def _transact(self, batch: Sequence[Job]) -> None:
        connection = await self._connect()
        if connection.dialect.name == "postgresql":
            self.committed.forget_shared()
        unit = Unit(connection, self.committed)
        async with connection.begin():
            await prefetch(unit, [job.update for job in batch if job.update is not None])
            for job in batch:
                await self._run(job, unit)
            await unit.flush()
            await announce(connection, unit.bells)
        self.commits += 1
        self.committed.take(unit.known)
        self.committed.trim()
        self._tell(batch, unit)

    async def _run(self, job: Job, unit: Unit) -> None:
        job.outcome = job.error = None
        above = unit.above()
        try:
            job.outcome = await job.run(Work(above, self._clock.now(), self.routes, self.links, self.outside))
        except DBAPIError:
            raise
        except asyncio.CancelledError as error:
            if _is_ending():
                raise
            job.error = error
            await above.drop()
        except Exception as error:  # noqa: BLE001  it is raised where the job was handed in
            job.error = error
            await above.drop()
        else:
            await above.keep()

    def _tell(self, batch: Sequence[Job], unit: Unit) -> None:
        for callback in unit.after_commit:
            _call(callback)
        for job in batch:
            if job.answer.done():
                continue
            match job.error:
                case None:
                    job.answer.set_result(job.outcome)
                case asyncio.CancelledError():
                    job.answer.cancel()
                case error:
                    job.answer.set_exception(error)
        self._bells.ring(unit.bells)

    async def _connect(self) -> AsyncConnection:
        if self._connection is not None and self._connection.invalidated:
            await self._disconnect()
        if self._connection is None:
            try:
                self._connection = await self._engine.connect()
            except (OSError, DBAPIError) as error:
                log.error("store.not_saved", error=str(error))  # noqa: TRY400  the sentence says it all
                raise NotSaved from error
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _is_ending() -> bool:
    """Whether the writer itself is cancelled, and not only something that a job waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _call(callback: Callable[[], None]) -> None:
    """What is committed is committed, whatever somebody does about it afterwards."""
    try:
        callback()
    except Exception:
        log.exception("store.after_commit_failed")


def _fail(batch: Iterable[Job], error: Exception) -> None:
    for job in batch:
        if not job.answer.done():
            job.answer.set_exception(error)
