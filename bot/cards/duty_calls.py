"""What people are told about a duty: one message to whoever it concerns, one line under its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.calling import answer_by, behind, take
from bot.cards.duty import clauses, done, duty_head, evidence_wanted, postpone, press, start_drill
from bot.cards.wording import names, short, titled
from bot.chat.card import Button, Card, Telephone
from bot.domain.duty_plan import THE_TASK
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.chat.card import Shown
    from bot.domain.entries_duty import DutyEnded, PostponeAsked, PostponeDecided
    from bot.domain.event import Event, Task
    from bot.domain.parties import Member
    from bot.text import Text, Value

MOST_TELEPHONES = 2


def about(event: Event) -> dict[str, Value]:
    """What a head says of a duty: cut to fit an SMS."""
    at = event.tasks[THE_TASK].finish_at if event.duty is None else event.duty.due_at
    return {"title": short(event.title), "at": Moment(at), "number": event.id}


def _direct(
    event: Event,
    head: Text,
    lead: Sequence[Shown],
    buttons: Sequence[Button],
    now: datetime,
    people: Sequence[Member] = (),
) -> Card:
    numbers = tuple(Telephone(each.name, each.telephone) for each in people if each.telephone)[:MOST_TELEPHONES]
    return Card(
        kind=event.mark,
        tone="work",
        head=head,
        event=event.id,
        lead=tuple(lead),
        buttons=tuple(buttons),
        telephones=numbers,
        shown_at=now,
    )


def hour(event: Event) -> Iterator[Text]:
    """The hidden hour of a drill: only for whoever is asked to hold it."""
    duty = event.duty
    if duty is not None and duty.hidden and duty.hour_at is not None:
        yield text("call.duty.hour", at=Moment(duty.hour_at))


def _what(event: Event, task: Task) -> Iterator[Shown]:
    yield task.text
    yield from hour(event)
    if event.duty is not None and event.duty.covers:
        yield text("duty.covers", clauses=clauses(event.duty.covers))
    if task.evidence is not None:
        yield evidence_wanted(task.evidence)


def _taking(event: Event, task: Task) -> tuple[Button, ...]:
    if task.status != "waiting":
        return _finishing(event, task)
    return (*take(event, (task,)), *done(event), *postpone(event), *start_drill(event))


def _finishing(event: Event, task: Task) -> tuple[Button, ...]:
    """Done, put off, can't do; for a drill also its start."""
    return (*start_drill(event), *done(event, primary=True), *postpone(event), *_unable(event, task))


def _unable(event: Event, task: Task) -> tuple[Button, ...]:
    return () if task.status == "blocked" else (press(event, "task.cannot", text("task.cannot")),)


def call(event: Event, task: Task, now: datetime, *, late: float = 0) -> Card:
    """The first call: whoever has the post is asked."""
    skipped = () if event.duty is None or not event.duty.skipped else (_skipped(len(event.duty.skipped)),)
    lead = (*_what(event, task), *answer_by((task,)), *behind(late), *skipped)
    return _direct(event, text("call.duty", **about(event)), lead, _taking(event, task), now)


def _skipped(times: int) -> Text:
    return plural("duty.skipped", times)


def reminder(event: Event, task: Task, now: datetime, late: float) -> Card:
    """The silent are asked once more."""
    lead = (*hour(event), *answer_by((task,)), *behind(late))
    return _direct(event, text("call.duty.reminder", **about(event)), lead, _taking(event, task), now)


def take_over(event: Event, task: Task, silent: Sequence[Member], now: datetime, late: float) -> Card:
    """The next of the order is asked."""
    lead = (_why(silent), *_what(event, task), *answer_by((task,)), *behind(late))
    return _direct(event, text("call.duty.take_over", **about(event)), lead, _taking(event, task), now, silent)


def _why(silent: Sequence[Member]) -> Text:
    return plural("call.silent", len(silent), people=names(silent)) if silent else text("call.absent_before")


def given(event: Event, task: Task, by: Member, now: datetime) -> Card:
    """Somebody handed it to this person."""
    lead = (text("call.given_by", person=titled(by)), *_what(event, task), *answer_by((task,)))
    return _direct(event, text("call.duty.take_over", **about(event)), lead, _taking(event, task), now)


def notice(event: Event, task: Task, now: datetime, late: float) -> Card:
    """It comes due: whoever has it hears of it."""
    lead = (*hour(event), *behind(late))
    buttons = _taking(event, task) if task.status == "waiting" else _finishing(event, task)
    return _direct(event, text("call.duty.notice", **about(event)), lead, buttons, now)


def its_hour(event: Event, task: Task, now: datetime, late: float) -> Card:
    """The hour of its drill has come: one press starts it."""
    lead = (text("call.duty.start.lead"), *behind(late))
    what = about(event)
    head = text("call.duty.start", title=what["title"], number=event.id)
    return _direct(event, head, lead, (*start_drill(event, primary=True), *postpone(event), *_unable(event, task)), now)


def unanswered(event: Event, task: Task, silent: Sequence[Member], now: datetime, late: float) -> Card:
    """Nobody of the role answers or is there: whoever supervises it finds somebody."""
    why = _why(silent) if silent else text("call.nobody_there", role=task.role_name)
    buttons = (press(event, "task.give", text("task.give"), primary=True), *take(event, (task,))[:1])
    head = text("call.duty.unanswered", **about(event))
    return _direct(event, head, (why, task.text, *behind(late)), buttons, now, task.chain)


def blocked(event: Event, task: Task, member: Member, reason: str, now: datetime) -> Card:
    """Somebody cannot do it and says why: whoever supervises it helps, or gives it to somebody else."""
    lead = (text("call.blocked.reason", person=titled(member), reason=reason), task.text)
    buttons = (press(event, "task.give", text("task.give"), primary=True), *postpone(event))
    return _direct(event, text("call.duty.blocked", **about(event)), lead, buttons, now, (member,))


def overdue(event: Event, task: Task, now: datetime, late: float) -> Card:
    """Its time has come and it is not done: whoever has it says how it stands."""
    lead = (text("call.duty.choose"), *behind(late))
    return _direct(event, text("call.duty.overdue", **about(event)), lead, _finishing(event, task), now)


def overdue_supervisor(event: Event, task: Task, now: datetime, late: float) -> Card:
    """The grace is over too: whoever supervises it is told."""
    owners = (task.answers[-1].member,) if task.answers else task.chain[: task.called]
    with_whom = (text("call.overdue_with", people=names(owners)),) if owners else ()
    buttons = (press(event, "task.give", text("task.give"), primary=True), *postpone(event))
    head = text("call.duty.overdue_supervisor", **about(event))
    return _direct(event, head, (*with_whom, task.text, *behind(late)), buttons, now, owners)


def postpone_asked(event: Event, asked: PostponeAsked, now: datetime) -> Card:
    """The approver agrees or does not."""
    what = about(event)
    head = text("call.duty.postpone", title=what["title"], until=Moment(asked.until), number=event.id)
    lead = (text("call.duty.postpone.why", at=what["at"], person=titled(asked.member), reason=asked.reason),)
    agree = press(event, "duty.agree", text("duty.agree"), primary=True)
    return _direct(event, head, lead, (agree, press(event, "duty.refuse", text("duty.refuse"))), now, (asked.member,))


def postpone_decided(event: Event, decided: PostponeDecided, now: datetime) -> Card:
    """Whoever asked for it hears the answer."""
    if decided.agreed:
        lead = (text("call.duty.agreed_by", person=titled(decided.member)),)
        return _direct(event, text("call.duty.agreed", **about(event)), lead, (), now)
    lead = (text("call.duty.refused_by", person=titled(decided.member), reason=decided.reason),)
    buttons = _finishing(event, event.tasks[THE_TASK])
    return _direct(event, text("call.duty.refused", **about(event)), lead, buttons, now)


def ended(event: Event, end: DutyEnded, now: datetime) -> Card:
    """It was not done, or is owed no more."""
    if end.outcome == "missed":
        return _direct(event, text("call.duty.missed", **about(event)), behind(end.late), (), now)
    return _direct(event, text("call.duty.dropped", **about(event)), (), (), now)


def under(event: Event, what: Text, now: datetime, *lead: Shown) -> Card:
    """One line under the card."""
    return Card(kind=event.mark, tone="work", head=what, event=event.id, lead=(*lead, duty_head(event)), shown_at=now)


def announced(event: Event, now: datetime) -> Card | None:
    """A drill is announced to those who take part: its hour, or the window it will be in. None for other duties."""
    duty = event.duty
    if duty is None or duty.drill is None:
        return None
    if duty.hidden:
        if duty.window_from is None:
            return None
        since, until = Moment(duty.window_from), Moment(duty.due_at)
        head = text("notice.duty.announced.window", title=event.title, since=since, until=until)
    else:
        head = text("notice.duty.announced", title=event.title, at=Moment(duty.hour_at or duty.due_at))
    return Card(kind="drill", tone="plain", head=head, lead=(text("notice.duty.announced.why"),), shown_at=now)
