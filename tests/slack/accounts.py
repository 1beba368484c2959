"""The users, bots, team and auth methods of the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.slack.calling import ApiError, Args, Method, account_of, need_scope, page
from tests.slack.reading import Json
from tests.slack.state import Account
from tests.slack.workspace import Workspace


def whoami(slack: Workspace, args: Args) -> Json:
    """auth.test: who the token belongs to."""
    return {
        "url": "https://tocsin.slack.com/",
        "team": "Tocsin",
        "user": "tocsin",
        "team_id": slack.team_id,
        "user_id": slack.bot_user_id,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


def show(slack: Workspace, args: Args) -> Json:
    """users.info: the locale only when asked for, the e-mail only with its scope."""
    user = account_of(slack, args.needed("user"))
    return {"user": _shape(slack, user, args)}


def list_all(slack: Workspace, args: Args) -> Json:
    """users.list: everybody, also bots and those who left, in pages."""
    shown, metadata = page(list(slack.accounts.values()), args, 1000, 1000)
    return {"members": [_shape(slack, user, args) for user in shown], "cache_ts": slack.seconds()} | metadata


def find_by_email(slack: Workspace, args: Args) -> Json:
    """users.lookupByEmail: people of this team who are still there."""
    email = args.needed("email").lower()
    found = (user for user in slack.accounts.values() if user.email and user.email.lower() == email)
    user = next((user for user in found if not user.deleted and not user.stranger), None)
    if user is None:
        raise ApiError("users_not_found")
    need_scope(slack, "users:read.email")
    return {"user": _shape(slack, user, args)}


def bot(slack: Workspace, args: Args) -> Json:
    """bots.info: the bot user behind a bot id."""
    wanted = args.text("bot") or slack.bot_id
    ids = {slack.bot_id: slack.bot_user_id} | {
        f"B{user.id[1:]}": user.id for user in slack.accounts.values() if user.bot
    }
    if wanted not in ids:
        raise ApiError("bot_not_found")
    user = slack.accounts[ids[wanted]]
    ours = wanted == slack.bot_id
    app = slack.app_id if ours else f"A{user.id[1:]}"
    return {"bot": {"id": wanted, "deleted": user.deleted, "name": user.name, "app_id": app, "user_id": user.id}}


def team(slack: Workspace, args: Args) -> Json:
    """team.info: the workspace."""
    return {"team": {"id": slack.team_id, "name": "Tocsin", "domain": "tocsin", "email_domain": "example.com"}}


def _shape(slack: Workspace, user: Account, args: Args) -> Json:
    return user.shape(locale=args.flag("include_locale"), email="users:read.email" in slack.scopes)


METHODS: Final[Mapping[str, Method]] = {
    "auth.test": whoami,
    "users.info": show,
    "users.list": list_all,
    "users.lookupByEmail": find_by_email,
    "bots.info": bot,
    "team.info": team,
}
