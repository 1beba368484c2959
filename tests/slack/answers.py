"""What the app says in its acknowledgement, done as Slack does it: words to a command, what becomes of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tests.slack import screens
from tests.slack.calling import ApiError, Args, notice
from tests.slack.checks import Flaw
from tests.slack.deliveries import Delivery
from tests.slack.reading import Json
from tests.slack.state import Screen

if TYPE_CHECKING:
    from tests.slack.fake import FakeSlack


def to_command(slack: FakeSlack, delivery: Delivery, url: str) -> None:
    """Show what the app answered to a command."""
    said = delivery.response
    match said:
        case dict() if said:
            values = cast("Json", said)
        case str() as text if text:
            values = {"text": text}
        case _:
            return
    try:
        slack.answered(slack.answer_urls[url.rpartition("/")[2]], Args("response", values))
    except ApiError as refused:
        delivery.error = refused.error


def to_form(slack: FakeSlack, screen: Screen, delivery: Delivery) -> None:
    """Do what the app answered to a sent form."""
    if not delivery.acked:
        screen.errors = {"": "We had some trouble connecting. Try again?"}
        return
    try:
        _respond(slack, screen, delivery.response)
    except ApiError as refused:
        screen.errors = {"": refused.error}
    slack.changed()


def _respond(slack: FakeSlack, screen: Screen, response: object) -> None:
    match response:
        case {"response_action": "errors", "errors": dict()}:
            screen.errors = cast("Json", response)["errors"]
            known = {each.block_id for each in screen.inputs}
            flaws = [
                Flaw(f"/errors/{name}", "no input block of this id") for name in screen.errors if name not in known
            ]
            notice(slack, "view_submission", flaws, "")
        case {"response_action": "update"}:
            view = cast("Json", response).get("view")
            screens.replace(slack, screen, screens.checked_modal(slack, "view_submission", view))
        case {"response_action": "push"}:
            view = cast("Json", response).get("view")
            content = screens.checked_modal(slack, "view_submission", view)
            screens.put_on_top(slack, screen.user, content, "view_submission")
        case {"response_action": "clear"}:
            for each in slack.stack(screen.user):
                slack.close(each)
        case _ if not response:
            slack.close(screen)
        case _:
            notice(slack, "view_submission", [Flaw("/", f"not understood: {response!r}")], "")
