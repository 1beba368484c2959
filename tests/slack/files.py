"""The files methods of the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.slack.calling import ApiError, Args, Method, listen, message_of, room_of
from tests.slack.reading import Json, objects
from tests.slack.state import File, Message
from tests.slack.workspace import Workspace

MAGIC: Final = {
    b"\x89PNG": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"GIF8": ("image/gif", "gif"),
    b"%PDF": ("application/pdf", "pdf"),
    b"PK\x03\x04": ("application/zip", "zip"),
}


def upload_url(slack: Workspace, args: Args) -> Json:
    """files.getUploadURLExternal: where to POST the bytes."""
    name, length = args.needed("filename"), args.needed("length")
    if not length.isdecimal() or int(length) == 0:
        raise ApiError("invalid_arguments")
    file = File(slack.ids("F"), name, slack.bot_user_id, slack.seconds(), int(length))
    ticket = slack.ids("up")
    slack.uploads[ticket] = file
    return {"upload_url": f"{slack.root}/upload/v1/{ticket}", "file_id": file.id}


def complete(slack: Workspace, args: Args) -> Json:
    """files.completeUploadExternal: the files are there, and shown in a channel where one is named."""
    done: list[File] = []
    for entry in objects(args.parsed("files")):
        found = (ticket for ticket, file in slack.uploads.items() if file.id == entry.get("id"))
        ticket = next(found, None)
        if ticket is None or slack.uploads[ticket].content is None:
            raise ApiError("file_not_found")
        file = slack.uploads.pop(ticket)
        file.title = str(entry.get("title") or file.name)
        slack.files[file.id] = file
        done.append(file)
    if not done:
        raise ApiError("invalid_arguments")
    for reference in args.names("channels") or args.names("channel_id"):
        _show(slack, args, reference, done)
    return {"files": [file.shape(slack.root) for file in done]}


def show(slack: Workspace, args: Args) -> Json:
    """files.info: all there is to know of a file."""
    file = slack.files.get(args.needed("file"))
    if file is None:
        raise ApiError("file_not_found")
    return {"file": file.shape(slack.root), "comments": [], "response_metadata": {"next_cursor": ""}}


def kind_of(content: bytes) -> tuple[str, str]:
    """The media type and the ending of a name, by the first bytes."""
    return next(
        (kind for start, kind in MAGIC.items() if content.startswith(start)), ("application/octet-stream", "bin")
    )


def _show(slack: Workspace, args: Args, reference: str, files: list[File]) -> None:
    channel = room_of(slack, reference)
    thread = args.text("thread_ts") or None
    if thread:
        message_of(channel, thread, "thread_not_found")
    comment = args.text("initial_comment")
    listen(slack, args, channel, comment, [])
    message = Message(
        channel, slack.next_ts(), slack.bot_user_id, comment, thread_ts=thread, bot_id=slack.bot_id, files=list(files)
    )
    for file in files:
        file.channels.append(channel.id)
    slack.add_message(message)
    slack.emit(slack.message_event(message) | {"subtype": "file_share", "upload": False}, channel)


METHODS: Final[Mapping[str, Method]] = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
    "files.info": show,
}
