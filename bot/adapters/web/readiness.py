"""How ready the company is, as one page, and a month of its calendar (P10). They change nothing and need no script."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.web.render import render_page
from bot.cards.drill import type_name
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.i18n import parse_language
from bot.text import Text, plural, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.requests import Request

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.render import Reader
    from bot.adapters.web.session import Visitor
    from bot.domain.duty import DutyKind
    from bot.domain.readiness import ClauseFigures, DrillFigures, Owed, Readiness, Shown, Standing

AT_ONCE: Final = 8
"""So many that are overdue stand on the page and on paper; the others unfold."""
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
ICONS: Final[Mapping[Standing, str]] = {
    "overdue": "late",
    "asked": "acknowledged",
    "planned": "waiting",
    "done": "done",
    "late": "done",
    "missed": "blocked",
    "dropped": "cross",
}
WEEKDAYS: Final = (
    text("month.monday"),
    text("month.tuesday"),
    text("month.wednesday"),
    text("month.thursday"),
    text("month.friday"),
    text("month.saturday"),
    text("month.sunday"),
)
MONTHS: Final = (
    text("month.january"),
    text("month.february"),
    text("month.march"),
    text("month.april"),
    text("month.may"),
    text("month.june"),
    text("month.july"),
    text("month.august"),
    text("month.september"),
    text("month.october"),
    text("month.november"),
    text("month.december"),
)


class ReadinessPages:
    """The two pages."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def year(self, request: Request) -> Response:
        """The year so far. A form asks for a month here too."""
        visitor = self._visitor(request)
        if "month" in request.query_params:
            asked = month_asked(request.query_params["month"])
            return RedirectResponse(f"{visitor.base}/readiness/{asked:%Y-%m}{_language_kept(request)}", 303)
        found = await self._chat.ahead.readiness(visitor.id)
        reader = self._reader(request, visitor)
        return self._page("readiness.html", request, reader, ready=found, state=state_of(found, reader))

    async def month(self, request: Request) -> Response:
        """One month of the calendar."""
        visitor = self._visitor(request)
        found = await self._chat.ahead.month(visitor.id, month_asked(request.path_params["month"]))
        if found is None:
            raise Refused(text("web.not_found"))
        return self._page("month.html", request, self._reader(request, visitor), month=found)

    def _visitor(self, request: Request) -> Visitor:
        visitor: Visitor = request.scope["visitor"]
        if not allowed(standings(None, visitor.id, self._chat.view.company), "duty.read"):
            raise Refused(text("refused.not_yours"))
        return visitor

    def _reader(self, request: Request, visitor: Visitor) -> Reader:
        asked = parse_language(request.query_params.get("lang"))
        return self._chat.reader(asked or self._chat.language_of(visitor.person), visitor.base)

    def _page(self, name: str, request: Request, reader: Reader, /, **given: object) -> Response:
        page = render_page(
            name,
            reader,
            **FUNCTIONS,
            **given,
            static=self._chat.assets.address,
            company=self._chat.view.company.name.of(reader.language),
            kept=_language_kept(request),
        )
        return HTMLResponse(page)


def month_asked(written: str) -> date:
    """The month of an address. Raises Refused where there is none of that name."""
    found = _MONTH.fullmatch(written)
    if found is None or not int(found[1]):
        raise Refused(text("web.not_found"))
    return date(int(found[1]), int(found[2]), 1)


def _language_kept(request: Request) -> str:
    """A language that was asked for in the address stays with whoever goes on from here."""
    asked = parse_language(request.query_params.get("lang"))
    return "" if asked is None else "?" + urlencode({"lang": asked})


def state_of(ready: Readiness, reader: Reader) -> Text:
    """How it stands, in one sentence."""
    soonest = ready.next[0] if ready.next else None
    overdue = len(ready.overdue)
    if soonest is None:
        return plural("readiness.state.overdue", overdue) if overdue else text("readiness.state.nothing")
    by = reader.day(soonest.due_at)
    if overdue:
        return plural("readiness.state.overdue_next", overdue, title=soonest.title, day=by)
    if not ready.whole.owed:
        return text("readiness.state.first", title=soonest.title, day=by)
    return text("readiness.state.next", title=soonest.title, day=by)


def rest(n: int) -> Text:
    """How many more are overdue than stand there at once."""
    return plural("readiness.rest", n)


def by_type(drills: tuple[DrillFigures, ...]) -> list[tuple[str, list[DrillFigures]]]:
    """Drills under the name of their type, in the order they are in."""
    return [(type_, list(rows)) for type_, rows in groupby(drills, key=lambda each: each.type)]


def standing_name(owed: Owed) -> Text:
    """How one of them stands, in a word."""
    match owed.standing:
        case "overdue":
            return text("readiness.standing.overdue")
        case "asked":
            return text("readiness.standing.asked")
        case "planned":
            return text("readiness.standing.planned")
        case "done":
            return text("readiness.standing.done")
        case "late":
            return text("readiness.standing.late")
        case "missed":
            return text("readiness.standing.missed")
        case "dropped":
            return text("readiness.standing.dropped")


def kind_name(kind: DutyKind) -> Text:
    """What kind of duty it is."""
    match kind:
        case "drill":
            return text("readiness.kind.drill")
        case "meeting":
            return text("readiness.kind.meeting")
        case "plan":
            return text("readiness.kind.plan")
        case "risk":
            return text("readiness.kind.risk")
        case "backup":
            return text("readiness.kind.backup")
        case "inspection":
            return text("readiness.kind.inspection")
        case "stores":
            return text("readiness.kind.stores")
        case "contacts":
            return text("readiness.kind.contacts")
        case "training":
            return text("readiness.kind.training")


def clause_state(each: ClauseFigures) -> tuple[str, Text]:
    """Icon and words of a clause: something is open, all that was owed is done, nothing was owed yet."""
    figures = each.figures
    if figures.missing:
        return "late", plural("readiness.clause.open", figures.missing, owed=figures.owed)
    if figures.owed:
        return "done", plural("readiness.clause.done", figures.owed)
    return "waiting", text("readiness.clause.to_come")


def when_of(shown: Shown, reader: Reader) -> Text | None:
    """What stands beside an entry of a day; None: nothing, the day says it all."""
    match shown.part:
        case "begins":
            return None if shown.at is None else text("month.begins", at=reader.clock(shown.at))
        case "opens":
            return text("month.opens", day=reader.day(shown.owed.due_at))
        case "closes":
            return text("month.closes")
        case "due":
            return None if shown.at is None else text("month.due", at=reader.clock(shown.at))


def month_name(first: date) -> Text:
    """A month and its year."""
    return text("month.title", month=MONTHS[first.month - 1], year=str(first.year))


def weekday(at: datetime, reader: Reader) -> Text:
    """The day of the week of a moment."""
    return WEEKDAYS[at.astimezone(reader.zone).weekday()]


FUNCTIONS: Final[Mapping[str, object]] = {
    "icons": ICONS,
    "weekdays": WEEKDAYS,
    "at_once": AT_ONCE,
    "rest": rest,
    "by_type": by_type,
    "standing_name": standing_name,
    "kind_name": kind_name,
    "type_name": type_name,
    "clause_state": clause_state,
    "when_of": when_of,
    "month_name": month_name,
    "weekday": weekday,
}
"""What the two templates may call."""
