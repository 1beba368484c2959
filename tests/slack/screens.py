"""The views methods of the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.slack.calling import ApiError, Args, Method, accepted_view, account_of, notice, read_view
from tests.slack.checks import Flaw
from tests.slack.manifests import has_home
from tests.slack.reading import Json
from tests.slack.state import TRIGGER_LIVES, Screen, Trigger
from tests.slack.workspace import Workspace

DEEPEST: Final = 3
"""Views in one stack."""


def open_view(slack: Workspace, args: Args) -> Json:
    """views.open: a modal before the person whose trigger it is."""
    trigger, content = _trigger(slack, args), _modal(slack, args)
    _spend(trigger)
    return {"view": shape(slack, place(slack, trigger.user, content))}


def push(slack: Workspace, args: Args) -> Json:
    """views.push: a modal on top of the one the trigger came from."""
    trigger, content = _trigger(slack, args), _modal(slack, args)
    if not slack.stack(trigger.user):
        raise ApiError("not_found")
    _spend(trigger)
    return {"view": shape(slack, put_on_top(slack, trigger.user, content, args.method))}


def update(slack: Workspace, args: Args) -> Json:
    """views.update: by `view_id` or `external_id`; a stale `hash` is a conflict."""
    wanted, external = args.text("view_id"), args.text("external_id")
    found = (each for each in slack.screens.values() if wanted and each.id == wanted)
    named = (each for each in slack.views if external and each.content.get("external_id") == external)
    screen = next(found, None) or next(named, None)
    if screen is None or screen.closed:
        raise ApiError("not_found")
    content = _modal(slack, args) if screen.content["type"] == "modal" else read_view(slack, args)
    if args.text("hash") and args.text("hash") != screen.hash:
        raise ApiError("hash_conflict")
    replace(slack, screen, content)
    return {"view": shape(slack, screen)}


def publish(slack: Workspace, args: Args) -> Json:
    """views.publish: the home tab of one person."""
    user, content = account_of(slack, args.needed("user_id")).id, read_view(slack, args)
    if slack.manifest is not None and not has_home(slack.manifest):
        raise ApiError("not_enabled")
    if content["type"] != "home":
        notice(slack, args.method, [Flaw("/view/type", "must be home")], "invalid_arguments")
        raise ApiError("invalid_arguments")
    home = slack.homes.get(user)
    if home is not None and args.text("hash") and args.text("hash") != home.hash:
        raise ApiError("hash_conflict")
    if home is None:
        screen_id = slack.ids("V")
        home = slack.homes[user] = Screen(screen_id, user, content, slack.next_ts(), screen_id)
        slack.screens[screen_id] = home
        slack.changed()
    else:
        replace(slack, home, content)
    return {"view": shape(slack, home)}


def place(slack: Workspace, user: str, content: Json) -> Screen:
    """A modal of its own; what was open before this person is gone."""
    for screen in slack.stack(user):
        slack.close(screen)
    screen_id = slack.ids("V")
    return _keep(slack, Screen(screen_id, user, content, slack.next_ts(), screen_id))


def put_on_top(slack: Workspace, user: str, content: Json, method: str) -> Screen:
    """A modal on top of those that are open."""
    below = slack.stack(user)
    if len(below) >= DEEPEST:
        notice(slack, method, [Flaw("/view", "three views are the most in a stack")], "push_limit_reached")
        raise ApiError("push_limit_reached")
    return _keep(slack, Screen(slack.ids("V"), user, content, slack.next_ts(), below[0].root, below[-1].id))


def replace(slack: Workspace, screen: Screen, content: Json) -> None:
    """Other content in the same place."""
    screen.history.append(screen.content)
    screen.content, screen.hash, screen.errors, screen.picked = content, slack.next_ts(), {}, {}
    slack.changed()


def shape(slack: Workspace, screen: Screen, values: Json | None = None) -> Json:
    """The view as payloads and answers carry it."""
    defaults: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return (
        defaults
        | screen.content
        | {
            "id": screen.id,
            "team_id": slack.team_id,
            "app_id": slack.app_id,
            "bot_id": slack.bot_id,
            "app_installed_team_id": slack.team_id,
            "hash": screen.hash,
            "root_view_id": screen.root,
            "previous_view_id": screen.previous,
            "state": {"values": values or {}},
        }
    )


def checked_modal(slack: Workspace, method: str, content: object) -> Json:
    """A modal that the app sent in an answer."""
    return accepted_view(slack, method, content)


def _keep(slack: Workspace, screen: Screen) -> Screen:
    slack.screens[screen.id] = screen
    slack.views.append(screen)
    slack.changed()
    return screen


def _modal(slack: Workspace, args: Args) -> Json:
    content = read_view(slack, args)
    if content["type"] != "modal":
        notice(slack, args.method, [Flaw("/view/type", "must be modal")], "invalid_arguments")
        raise ApiError("invalid_arguments")
    external = content.get("external_id")
    if (
        external
        and args.method != "views.update"
        and external in {each.content.get("external_id", "") for each in slack.views}
    ):
        raise ApiError("duplicate_external_id")
    return content


def _trigger(slack: Workspace, args: Args) -> Trigger:
    trigger = slack.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if slack.clock() - trigger.at > TRIGGER_LIVES:
        raise ApiError("expired_trigger_id")
    return trigger


def _spend(trigger: Trigger) -> None:
    trigger.used = True


METHODS: Final[Mapping[str, Method]] = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
