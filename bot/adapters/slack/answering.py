"""What the sender of an update sees at once: a form, a message only they see, a window, their home tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.slack.client import Refusal
from bot.adapters.slack.forms import kept_of, render_form, render_home, render_notice
from bot.adapters.slack.render import Reader, Rendered, render_reply
from bot.adapters.slack.returned import given_back
from bot.cards.marks import said
from bot.chat.card import Reply
from bot.errors import RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.slack.client import SlackClient
    from bot.adapters.slack.reading import Written
    from bot.adapters.slack.senders import Place
    from bot.text import Language

TOO_LATE: Final = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "invalid_trigger_id"})
"""A trigger lives three seconds and opens one window."""

log = structlog.get_logger(__name__)


async def answer(client: SlackClient, place: Place, reply: Reply, reader: Reader, language: Language) -> None:
    """Show a reply where its sender is. What cannot be shown is logged: a reply is not durable."""
    try:
        await _answer(client, place, reply, reader, language)
    except (RetryLater, Undeliverable, Unknown) as error:
        log.warning("slack.not_answered", user=place.user, error=str(error))


async def publish_home(client: SlackClient, user: str, reply: Reply, reader: Reader) -> None:
    """The app's home tab."""
    try:
        await client.call("views.publish", user_id=user, view=render_home(reply, reader))
    except (RetryLater, Undeliverable, Unknown) as error:
        log.warning("slack.no_home", user=user, error=str(error))


async def _answer(client: SlackClient, place: Place, reply: Reply, reader: Reader, language: Language) -> None:
    if reply.form is not None:
        view = render_form(reply.form, reader, kept_of(reply.form, place.channel, language), said(reply))
        if await _opens(client, place, view):
            return
        reply = replace(reply, form=None, text=text("slack.try_again"))
    if await _gives_back(client, place, reply, reader):
        return
    if place.view and await _opens(client, place, render_notice(reply, reader)):
        return
    rendered = render_reply(reply, reader)
    if rendered is None:
        return
    if place.home and await _opens(client, place, render_notice(reply, reader)):
        return
    await say(client, place, rendered)


async def _gives_back(client: SlackClient, place: Place, reply: Reply, reader: Reader) -> bool:
    """Show a refused form again; whether that is answer enough.

    Only a window that stood open is sure to be seen: one that opens after a form was sent is left out by Slack's apps
    now and then without a word (https://github.com/slackapi/bolt-js/issues/907), so the reason is said as well.
    """
    why = said(reply)
    if reply.stored or why is None or reply.card is not None:
        return False
    view = given_back(place.form, reader.voices[0](why))
    if view is None:
        return False
    return await _opens(client, place, view) and bool(place.view)


async def _opens(client: SlackClient, place: Place, view: Written) -> bool:
    """Whether a window shows it; where none does (it was closed, Slack is throttled) the answer is said."""
    try:
        return await _window(client, place, view)
    except (Refusal, RetryLater, Unknown) as error:
        log.warning("slack.no_window", user=place.user, error=str(error))
        return False


async def _window(client: SlackClient, place: Place, view: Written) -> bool:
    """Open a window, or fill the one that stands open; False where it is too late for one."""
    if place.view:
        await client.call("views.update", view_id=place.view, view=view)
        return True
    if not place.trigger:
        return False
    try:
        await client.call("views.open", trigger_id=place.trigger, view=view)
    except Refusal as refusal:
        if refusal.error in TOO_LATE:
            return False
        raise
    return True


async def say(client: SlackClient, place: Place, rendered: Rendered) -> None:
    """Where only the sender sees it: by the address that came along, in the channel, else directly."""
    said: Written = {"text": rendered.text}
    if rendered.blocks:
        said["blocks"] = rendered.blocks
    if place.answer_url:
        try:
            whole = {**said, "response_type": "ephemeral", "replace_original": False}
            await client.respond(place.answer_url, whole)
        except (Undeliverable, RetryLater) as error:
            log.info("slack.answer_url_refused", error=str(error))
        else:
            return
    if place.channel and not place.channel.startswith("D"):
        thread = {"thread_ts": place.thread} if place.thread else {}
        try:
            await client.call("chat.postEphemeral", channel=place.channel, user=place.user, **said, **thread)
        except Refusal as refusal:
            log.info("slack.not_shown_in_channel", error=refusal.error)
        else:
            return
    await client.call("chat.postMessage", channel=place.user, unfurl_links=False, **said)
