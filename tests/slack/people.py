"""The people's side: what a person does on Slack, and what the app hears of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.slack import answers, forms, manifests, rooms, screens
from tests.slack.deliveries import Delivery
from tests.slack.files import kind_of
from tests.slack.forms import NotSent
from tests.slack.reading import Button, Json
from tests.slack.speech import spoken, typed
from tests.slack.state import Account, Channel, Ephemeral, File, Message, Screen

if TYPE_CHECKING:
    from tests.slack.fake import FakeSlack

Pressed = Message | Ephemeral | Screen


@dataclass(eq=False)
class User(Account):
    """A person (or another bot). Methods come back when the app has acknowledged, or should have."""

    slack: FakeSlack = field(kw_only=True, repr=False)

    @property
    def dm(self) -> Channel:
        """The direct messages between this person and the app."""
        return self.slack.dm(self.id)

    @property
    def direct(self) -> list[Message]:
        """What the app wrote to this person directly."""
        return [message for message in self.slack.messages(self.dm) if message.bot_id == self.slack.bot_id]

    @property
    def view(self) -> Screen:
        """The modal before this person; the topmost of several."""
        stack = self.slack.stack(self.id)
        if not stack:
            raise LookupError(f"no modal is open before {self.name}")
        return stack[-1]

    @property
    def home(self) -> Screen:
        """The app's home tab as this person sees it."""
        return self.slack.homes[self.id]

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """The messages only this person sees."""
        return [each for each in self.slack.ephemerals if each.user == self.id]

    # -- messages -----------------------------------------------------------------------------------------------------

    async def says(
        self,
        where: Channel | User,
        text: str = "",
        *,
        thread_ts: str | Message | None = None,
        files: Sequence[bytes] = (),
    ) -> Message:
        """Write a message, with files or without; a person stands for the direct messages with the app."""
        channel = self.slack.place(where)
        thread = thread_ts.ts if isinstance(thread_ts, Message) else thread_ts
        message = Message(channel, self.slack.next_ts(), self.id, typed(text), thread_ts=thread)
        message.blocks = [spoken(text, self.slack.ids("b"))] if text else []
        message.files = [self.uploads(content, channel) for content in files]
        message.subtype = "file_share" if files else ""
        if self.bot:
            message.bot_id = f"B{self.id[1:]}"
        else:
            message.client_msg_id = str(uuid.uuid4())
        self.slack.add_message(message)
        event = self._told(self.slack.message_event(message))
        await self.slack.happens(event, channel)
        if f"<@{self.slack.bot_user_id}>" in message.fallback and not channel.im:
            mention = {name: event[name] for name in event.keys() - {"channel_type", "subtype"}}
            await self.slack.happens(mention | {"type": "app_mention"}, channel)
        return message

    async def edits(self, message: Message, text: str) -> Message:
        """Change what one wrote."""
        before = message.shape()
        message.change(typed(text), [spoken(text, self.slack.ids("b"))])
        message.edited = {"user": self.id, "ts": self.slack.next_ts()}
        self.slack.changed()
        await self.slack.happens(self.slack.changed_event(message, before), message.channel)
        return message

    async def deletes(self, message: Message) -> None:
        """Take a message back."""
        event = self.slack.deleted_event(message)
        self.slack.drop_message(message)
        await self.slack.happens(event, message.channel)

    def uploads(self, content: bytes, channel: Channel | None = None) -> File:
        """Put a file on Slack; of a stranger's file the app gets only the id until it asks."""
        mimetype, ending = kind_of(content)
        file = File(self.slack.ids("F"), f"file.{ending}", self.id, self.slack.seconds(), len(content), mimetype)
        file.content, file.hidden, file.base = content, self.stranger, self.slack.root
        if channel is not None:
            file.channels.append(channel.id)
        self.slack.files[file.id] = file
        return file

    # -- commands and presses -----------------------------------------------------------------------------------------

    async def commands(self, command: str, text: str = "", where: Channel | User | None = None) -> Delivery:
        """Type a command; the text goes to the app exactly as typed. What it answers is shown to this person."""
        manifest = self.slack.manifest
        if manifest is not None and command not in manifests.commands(manifest):
            raise LookupError(f"{command} is not a command of the app")
        channel = self.slack.place(where or self)
        url = self.slack.new_answer_url(channel, self.id)
        payload: Json = {
            "token": "verification-token",
            "team_id": self.team,
            "team_domain": "tocsin",
            "channel_id": channel.id,
            "channel_name": channel.shown_as,
            "user_id": self.id,
            "user_name": self._handle,
            "command": command,
            "text": text,
            "api_app_id": self.slack.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self.slack.new_trigger(self.id),
        }
        delivery = await self.slack.deliver(Delivery("slash_commands", payload))
        answers.to_command(self.slack, delivery, url)
        return delivery

    async def presses(
        self,
        on: Pressed,
        what: str,
        *,
        confirm: bool = True,
        choose: object = None,
        with_value: str | None = None,
        tampered: str | None = None,
    ) -> Delivery | None:
        """Press a button by its label or action_id, an option of an overflow menu by its label, or a select (`choose`).

        A confirmation dialog in between is answered with `confirm`: on False nothing is sent, and None comes back.
        `with_value` says which of several alike; `tampered` is sent in place of the button's value.
        """
        button = self.finds(on, what, with_value)
        if button.confirm is not None and not confirm:
            return None
        action = self._action(on, button, choose)
        if tampered is not None:
            action["value"] = tampered
        payload = self._base("block_actions") | self._around(on) | {"actions": [action]}
        return await self.slack.deliver(Delivery("interactive", payload))

    def finds(self, on: Pressed, what: str, with_value: str | None = None) -> Button:
        """The one button meant; LookupError where there is none, or more than one."""
        if isinstance(on, Ephemeral | Screen) and on.user != self.id:
            raise LookupError(f"{self.name} does not see this")
        rows = [each for each in on.buttons if with_value is None or each.value == with_value]
        for fits in (
            [each for each in rows if what in {each.label, each.action_id}],
            [each for each in rows if what in each.label],
        ):
            if len({(each.block_id, each.action_id, each.value, each.label) for each in fits}) == 1:
                return fits[0]
            if fits:
                raise LookupError(f"several are called {what!r}: {[(each.label, each.value) for each in fits]}")
        raise LookupError(f"no button {what!r} among {[each.label for each in on.buttons]}")

    async def shortcut(self, callback_id: str, on: Message | None = None) -> Delivery:
        """Use a global shortcut, or one on a message."""
        payload = self._base("shortcut" if on is None else "message_action")
        payload |= {"callback_id": callback_id, "action_ts": self.slack.next_ts()}
        if on is not None:
            url = self.slack.new_answer_url(on.channel, self.id, on)
            place = {"id": on.channel.id, "name": on.channel.shown_as}
            payload |= {"message": on.shape(), "channel": place, "response_url": url, "message_ts": on.ts}
        return await self.slack.deliver(Delivery("interactive", payload))

    # -- views --------------------------------------------------------------------------------------------------------

    async def submits(self, view: Screen | None = None, values: Mapping[str, object] | None = None) -> Delivery:
        """Fill in the modal and send it. The keys are labels, block_ids or action_ids.

        NotSent where Slack would not send it. What the app answers is done: errors, another view, closing.
        """
        screen = view or self.view
        filled = dict(screen.picked)
        for key, value in (values or {}).items():
            block, element = self._question(screen, key)
            filled[block, str(element["action_id"])] = forms.filled(element, value, self.uploads)
        state = forms.state_of(screen.blocks, filled)
        for each in screen.inputs:
            if not each.optional and forms.is_empty(state[each.block_id][each.action_id]):
                raise NotSent(f"{each.label!r} is required")
        shape = screens.shape(self.slack, screen, state)
        payload = self._base("view_submission") | {"view": shape, "response_urls": list[str]()}
        delivery = await self.slack.deliver(Delivery("interactive", payload))
        answers.to_form(self.slack, screen, delivery)
        return delivery

    async def closes(self, view: Screen | None = None, *, everything: bool = False) -> Delivery | None:
        """Close the modal; the app hears of it where it asked to (`notify_on_close`)."""
        screen = view or self.view
        for each in self.slack.stack(self.id) if everything else [screen]:
            self.slack.close(each)
        if not screen.content.get("notify_on_close"):
            return None
        payload = self._base("view_closed") | {"view": screens.shape(self.slack, screen), "is_cleared": everything}
        del payload["trigger_id"]
        return await self.slack.deliver(Delivery("interactive", payload))

    async def opens_home(self, tab: str = "home") -> Delivery | None:
        """Open the app's home tab (or its "messages" tab)."""
        home = self.slack.homes.get(self.id)
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": tab}
        event |= {"event_ts": self.slack.next_ts()}
        if home is not None and tab == "home":
            event["view"] = screens.shape(self.slack, home)
        return await self.slack.happens(event)

    # -- rooms and people ---------------------------------------------------------------------------------------------

    async def joins(self, channel: Channel) -> None:
        """Join a channel."""
        rooms.joined(self.slack, channel, self.id)
        await self.slack.quiet()

    async def leaves(self, channel: Channel) -> None:
        """Leave a channel."""
        channel.members.remove(self.id)
        await self.slack.happens(self._left(self.id, channel), channel)

    async def invites_app(self, channel: Channel) -> None:
        """Bring the app into a channel."""
        rooms.joined(self.slack, channel, self.slack.bot_user_id, inviter=self.id)
        await self.slack.quiet()

    async def removes_app(self, channel: Channel) -> None:
        """Take the app out of a channel; the last thing it hears of it."""
        channel.members.remove(self.slack.bot_user_id)
        await self.slack.happens(self._left(self.slack.bot_user_id, channel))
        kind = "group_left" if channel.private else "channel_left"
        event: Json = {"type": kind, "channel": channel.id, "actor_id": self.id, "event_ts": self.slack.next_ts()}
        await self.slack.happens(event)

    async def renames(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        rooms.renamed(self.slack, channel, name, self.id)
        await self.slack.quiet()

    async def archives(self, channel: Channel) -> None:
        """Close a channel."""
        rooms.archived(self.slack, channel, self.id)
        await self.slack.quiet()

    async def unarchives(self, channel: Channel) -> None:
        """Open a closed channel again; the app is no longer in it until somebody invites it."""
        channel.archived = False
        kind = "group_unarchive" if channel.private else "channel_unarchive"
        event: Json = {"type": kind, "channel": channel.id, "user": self.id, "event_ts": self.slack.next_ts()}
        await self.slack.happens(event)

    async def deletes_channel(self, channel: Channel) -> None:
        """Delete a channel with everything in it."""
        del self.slack.channels[channel.id]
        kind = "group_deleted" if channel.private else "channel_deleted"
        await self.slack.happens({"type": kind, "channel": channel.id, "event_ts": self.slack.next_ts()}, channel)

    async def changes(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        locale: str | None = None,
        guest: bool | None = None,
        deleted: bool | None = None,
    ) -> None:
        """Change one's profile or standing; `deleted` is leaving the company."""
        self.name, self.email = name or self.name, self.email if email is None else email
        self.locale, self.guest = locale or self.locale, self.guest if guest is None else guest
        self.deleted = self.deleted if deleted is None else deleted
        await self.slack.happens(self._profile("user_change"))

    async def joins_team(self) -> None:
        """Be new in the team."""
        await self.slack.happens(self._profile("team_join"))

    # -- inside -------------------------------------------------------------------------------------------------------

    @property
    def _handle(self) -> str:
        return self.name.lower().replace(" ", ".")

    def _profile(self, kind: str) -> Json:
        email = "users:read.email" in self.slack.scopes
        shape = self.shape(locale=True, email=email)
        return {"type": kind, "user": shape, "event_ts": self.slack.next_ts()}

    def _left(self, user: str, channel: Channel) -> Json:
        kind = "G" if channel.private else "C"
        event: Json = {"type": "member_left_channel", "user": user, "channel": channel.id, "channel_type": kind}
        return event | {"team": self.slack.team_id, "event_ts": self.slack.next_ts()}

    def _told(self, event: Json) -> Json:
        return event | ({"user_team": self.team, "source_team": self.team} if self.stranger else {})

    def _base(self, kind: str) -> Json:
        manifest = self.slack.manifest
        if manifest is not None and not manifests.is_interactive(manifest):
            raise LookupError("interactivity is off: nothing that is pressed reaches the app")
        user = {"id": self.id, "username": self._handle, "name": self._handle, "team_id": self.team}
        return {
            "type": kind,
            "user": user,
            "api_app_id": self.slack.app_id,
            "token": "verification-token",
            "trigger_id": self.slack.new_trigger(self.id),
            "team": {"id": self.slack.team_id, "domain": "tocsin"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _around(self, on: Pressed) -> Json:
        """What the app is told about where the button stands."""
        if isinstance(on, Screen):
            state = forms.state_of(on.blocks, on.picked)
            shape = screens.shape(self.slack, on, state)
            return {"container": {"type": "view", "view_id": on.id}, "view": shape}
        hidden = isinstance(on, Ephemeral)
        container: Json = {"type": "message", "message_ts": on.ts, "channel_id": on.channel.id, "is_ephemeral": hidden}
        around: Json = {
            "container": container | ({"thread_ts": on.thread_ts} if on.thread_ts else {}),
            "channel": {"id": on.channel.id, "name": on.channel.shown_as},
            "state": {"values": forms.state_of(on.blocks, {})},
            "response_url": self.slack.new_answer_url(on.channel, self.id, on),
        }
        return around if isinstance(on, Ephemeral) else around | {"message": on.shape(metadata=True)}

    def _action(self, on: Pressed, button: Button, choose: object) -> Json:
        action: Json = {"action_id": button.action_id, "block_id": button.block_id, "type": button.kind}
        action["action_ts"] = self.slack.next_ts()
        if button.option is not None:
            return action | {"selected_option": button.option}
        if button.kind != "button":
            picked = forms.filled(button.element, choose, self.uploads)
            if isinstance(on, Screen):
                on.picked[button.block_id, button.action_id] = picked
            return action | picked
        told = {name: button.element[name] for name in ("text", "value", "style") if name in button.element}
        return action | told

    def _question(self, screen: Screen, key: str) -> tuple[str, Json]:
        for each in screen.inputs:
            if key in {each.label, each.block_id, each.action_id}:
                return each.block_id, each.element
        for button in screen.buttons:
            if button.kind in forms.STATE_KEYS and key in {button.label, button.block_id, button.action_id}:
                return button.block_id, button.element
        raise LookupError(f"no question {key!r} among {[each.label for each in screen.inputs]}")
