"""Whether every task of a playbook can come: what it waits for, what releases it, in which phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.playbook import PHASES
from bot.files.draft import Draft, PlacedTask
from bot.files.finding import Finding, hint
from bot.text import text


def check_course(draft: Draft) -> Iterator[Finding]:
    """Tasks that never come, circles, rules that release nothing."""
    tasks = {task.form.id: task for task in draft.tasks}
    released = {name for rule in draft.rules for name in rule.form.release}
    yield from _after(tasks)
    yield from _circles(tasks)
    yield from _released(draft, tasks)
    for task in draft.tasks:
        if task.form.held and task.form.id not in released:
            yield task.finding(text("check.never_released", task=task.form.id), "held")
    yield from _phases(draft)


def _after(tasks: Mapping[str, PlacedTask]) -> Iterator[Finding]:
    for task in tasks.values():
        for number, name in enumerate(task.form.after):
            earlier = tasks.get(name)
            if earlier is None:
                others = [other for other in tasks if other != task.form.id]
                yield task.finding(text("check.no_task", id=name, hint=hint(name, others)), "after", number)
            elif PHASES.index(earlier.phase) > PHASES.index(task.phase):
                yield task.finding(text("check.after_later_phase", task=task.form.id, after=name), "after", number)


def _circles(tasks: Mapping[str, PlacedTask]) -> Iterator[Finding]:
    """Each circle of `after` once, at its first task in the order of the playbook."""
    told: set[str] = set()
    for name, task in tasks.items():
        circle = _circle(name, tasks)
        if circle and not told & set(circle):
            told |= set(circle)
            yield task.finding(text("check.circle", tasks=" → ".join([*circle, name])), "after")


def _circle(start: str, tasks: Mapping[str, PlacedTask]) -> list[str]:
    """The shortest way from a task over `after` back to itself; empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in tasks[way[-1]].form.after if way[-1] in tasks else ():
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _released(draft: Draft, tasks: Mapping[str, PlacedTask]) -> Iterator[Finding]:
    for rule in draft.rules:
        for number, name in enumerate(rule.form.release):
            if name not in tasks:
                yield rule.finding(text("check.no_task", id=name, hint=hint(name, list(tasks))), "release", number)
            elif not tasks[name].form.held and PHASES.index(tasks[name].phase) <= PHASES.index(_opens(draft)):
                sentence = text("check.not_held", task=name, mended="held: true")
                yield rule.warning(sentence, "release", number)


def _opens(draft: Draft) -> str:
    return draft.playbook.form.opens


def _phases(draft: Draft) -> Iterator[Finding]:
    """A phase before the one the event opens in is never entered."""
    opens = PHASES.index(draft.playbook.form.opens)
    told: set[str] = set()
    for task in draft.tasks:
        if PHASES.index(task.phase) < opens and task.phase not in told:
            told.add(task.phase)
            sentence = text("check.phase_never", phase=task.phase, mended=f"opens: {task.phase}")
            yield task.source.finding(task.trail[:2], sentence, key=True)
    for rule in draft.rules:
        if rule.form.enter is not None and PHASES.index(rule.form.enter) <= opens:
            yield rule.finding(text("check.enter_again", phase=rule.form.enter), "enter")
