"""`tocsin people import`: what a list would change, as a table; `--apply` has the house take it in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.cli.house import ask_house, company_now, settings_of
from bot.domain.company import Person
from bot.domain.ids import PersonId, RoleId
from bot.files.finding import BadFiles, errors
from bot.files.import_plan import plan_import, plan_lines
from bot.files.people import read_people
from bot.text import plural, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cli.terminal import Terminal
    from bot.files.import_plan import ImportPlan


async def import_list(terminal: Terminal, config: Path | None, file: Path, *, by: str, apply: bool) -> None:
    """Show what a list would change, and change it where `apply` says so. Raises BadFiles, Broken."""
    settings = settings_of(config)
    company = await company_now(terminal, settings)
    rows, findings = read_people(file, company)
    if errors(findings):
        raise BadFiles(findings)
    for finding in findings:
        terminal.warn(finding.show(terminal.say))
    plan = plan_import(company, rows, settings.default_language)
    show_plan(terminal, plan)
    if not (plan.people or plan.posts):
        terminal.show(text("cli.people.nothing_new"))
    elif not apply:
        terminal.show(text("cli.people.dry_run"))
    else:
        await ask_house(terminal, config, "import", {**_packed(plan), "source": file.name, "by": by})
        terminal.show(text("cli.people.imported"))


def _packed(plan: ImportPlan) -> Mapping[str, str]:
    """The plan as it travels to the house."""
    posts = {change.role.id: list(change.after) for change in plan.posts}
    return {
        "people": TypeAdapter(list[Person]).dump_json(list(plan.people)).decode(),
        "posts": TypeAdapter(dict[RoleId, list[PersonId]]).dump_json(posts).decode(),
    }


def show_plan(terminal: Terminal, plan: ImportPlan) -> None:
    """A line for each change, then how many there are of each kind. Whom the list has not is only counted."""
    from rich.console import Console
    from rich.table import Table

    heads = (text("cli.people.what"), text("cli.people.id"), text("cli.people.detail"))
    table = Table(*map(terminal.say, heads))
    for what, name, detail in plan_lines(plan):
        if what == text("people.left"):
            continue
        table.add_row(terminal.say(what), name, terminal.say(detail))
    if table.row_count:
        Console().print(table)
    for line in (
        plural("cli.people.added", len(plan.added)),
        plural("cli.people.changed", len(plan.changed)),
        plural("cli.people.unchanged", len(plan.unchanged)),
        plural("cli.people.posts", len(plan.posts)),
        plural("cli.people.left", len(plan.left)),
    ):
        terminal.show(line)
