"""Slack, Telegram and e-mail in the configuration: what is missing is said before the start, and no secret is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.domain.company import Binding
from bot.domain.ids import RoomId
from bot.files.config import read_settings
from bot.files.finding import Finding
from bot.files.secret import SECRETS, without_secrets

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]

BOT = "xoxb-1111-2222-bbbb"
APP = "xapp-1-A1-3333-cccc"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
TELEGRAM = "123456789:AAEhBOweik6ad6PsVfTqQRS0bEXAMPLE"
PUBLIC = '[web]\npublic_url = "https://tocsin.example"\n'
SLACK = f'[slack]\nbot_token = "{BOT}"\napp_token = "{APP}"\n'
GRAM = f'[telegram]\nbot_token = "{TELEGRAM}"\n'
MAIL = '[mail]\nhost = "mail.example"\nsender = "tocsin@example.com"\n'


def ahead(works: SmallWorks, *sections: str) -> None:
    """Sections in front of the company's own."""
    works.change("config.toml", ("[company]", "".join(sections) + "[company]"))


def test_platforms_are_off_until_there_is_a_token(works: SmallWorks) -> None:
    settings = works.settings
    assert (settings.slack.on, settings.telegram.on, settings.mail.on) == (False, False, False)
    assert settings.slack.mode == "socket"
    assert settings.chat.bridge


def test_everything_at_once_is_read_without_a_word(works: SmallWorks) -> None:
    ahead(works, SLACK, GRAM, MAIL)
    works.change("config.toml", ('purpose = "all"', 'purpose = "all"\nslack = "C0123456789"\ntelegram = "-1001/7"'))
    settings, findings = read_settings(works.config, {})
    assert findings == []
    assert settings is not None
    assert (settings.slack.on, settings.telegram.on, settings.mail.on) == (True, True, True)
    assert settings.company.rooms[RoomId("everybody")].bindings == (
        Binding("slack", "C0123456789"),
        Binding("telegram", "-1001/7"),
        Binding("web", "everybody"),
    )


def test_the_environment_wins_over_the_file_and_needs_no_section(works: SmallWorks) -> None:
    ahead(works, '[slack]\nbot_token = "xoxb-old"\n')
    there = {name: f"{name}-x" for name in SECRETS.values()}
    there |= {"TOCSIN_SLACK_BOT_TOKEN": BOT, "TOCSIN_SLACK_APP_TOKEN": APP, "TOCSIN_TELEGRAM_BOT_TOKEN": TELEGRAM}
    settings, findings = read_settings(works.config, there)
    assert findings == []
    assert settings is not None
    assert settings.slack.bot_token == BOT
    assert settings.telegram.bot_token == TELEGRAM
    assert settings.mail.password == "TOCSIN_MAIL_PASSWORD-x"


def test_a_bad_variable_is_named_itself(works: SmallWorks, say: Say) -> None:
    findings = read_settings(works.config, {"TOCSIN_TELEGRAM_BOT_TOKEN": "1234"})[1]
    assert [say(finding) for finding in findings] == [
        (
            "config.toml:1:1: `TOCSIN_TELEGRAM_BOT_TOKEN` does not look like a bot token of Telegram, "
            "which reads `123456789:AA…`. Copy the whole of it from the message of `@BotFather`."
        )
    ]


def test_a_section_that_is_none_is_told_even_where_the_environment_has_its_secret(works: SmallWorks, say: Say) -> None:
    works.write("config.toml", f'slack = "{BOT}"\n{works.config.read_text(encoding="utf-8")}')
    settings, findings = read_settings(works.config, {"TOCSIN_SLACK_BOT_TOKEN": BOT})
    assert settings is None
    assert [say(finding) for finding in findings] == [
        "config.toml:1:9: Keys are wanted here, each in a line of its own and indented, not `…`."
    ]


MISTAKES = {
    "another database": (
        '[store]\nurl = "mysql://tocsin:hunter2@db.example/tocsin"\n',
        (
            "config.toml:2:7: `mysql` is no database that can be used here. "
            "Write `sqlite:///var/tocsin.db` or `postgresql://user@host/name`."
        ),
    ),
    "no database at all": (
        '[store]\nurl = "tocsin.db"\n',
        (
            "config.toml:2:7: `` is no database that can be used here. "
            "Write `sqlite:///var/tocsin.db` or `postgresql://user@host/name`."
        ),
    ),
    "socket mode without its token": (
        f'[slack]\nbot_token = "{BOT}"\n',
        (
            "config.toml:1:2: `slack.app_token` is missing, and nothing comes in from Slack without it. "
            "Make one under `Basic Information → App-Level Tokens` of your app, with the scope `connections:write`."
        ),
    ),
    "the two tokens exchanged": (
        f'[slack]\nbot_token = "{APP}"\napp_token = "{BOT}"\n',
        (
            "config.toml:2:13: `slack.bot_token` does not look like a bot token of Slack, which begins with `xoxb-`. "
            "Copy it from the page `OAuth & Permissions` of your app."
        ),
        (
            "config.toml:3:13: `slack.app_token` does not look like an app-level token of Slack, which begins with "
            "`xapp-`. Copy it from `Basic Information → App-Level Tokens` of your app."
        ),
    ),
    "http without anything": (
        f'[slack]\nbot_token = "{BOT}"\nmode = "http"\n',
        (
            "config.toml:1:1: Slack has to reach this machine: write an https address here, such as "
            '`https://tocsin.example.com`. Without a public address write `slack.mode = "socket"`.'
        ),
        (
            "config.toml:1:2: `slack.signing_secret` is missing: without it nobody can tell whether a request comes "
            "from Slack. Copy it from `Basic Information → App Credentials` of your app."
        ),
    ),
    "a way that there is not": (
        '[slack]\nmode = "sockets"\n',
        "config.toml:2:8: `sockets` cannot stand here. Did you mean `socket`?",
    ),
    "half a Telegram token": (
        '[telegram]\nbot_token = "123456789"\n',
        (
            "config.toml:2:13: `telegram.bot_token` does not look like a bot token of Telegram, which reads "
            "`123456789:AA…`. Copy the whole of it from the message of `@BotFather`."
        ),
    ),
    "a webhook without a secret, in the clear": (
        f'[web]\npublic_url = "http://tocsin.example"\n{GRAM}mode = "webhook"\n',
        (
            "config.toml:2:14: Telegram has to reach this machine: write an https address here, such as "
            '`https://tocsin.example.com`. Without a public address write `telegram.mode = "polling"`.'
        ),
        "config.toml:3:2: A webhook needs `telegram.webhook_secret`: up to 256 characters out of `A-Z a-z 0-9 _ -`.",
    ),
    "a webhook with a secret that Telegram refuses": (
        f'{PUBLIC}{GRAM}mode = "webhook"\nwebhook_secret = "not this one!"\n',
        "config.toml:6:18: A webhook needs `telegram.webhook_secret`: up to 256 characters out of `A-Z a-z 0-9 _ -`.",
    ),
    "a group by its name": (
        f'{GRAM}command_group = "@ningjiang"\n',
        "config.toml:3:17: `@ningjiang` is no id of a group. Write the group's number, such as `-1001234567890`.",
    ),
    "an interface that is no address": (
        '[slack]\napi_url = "slack.com/api"\n',
        "config.toml:2:11: `slack.api_url` is no web address. Write it with `https://`.",
    ),
    "an interface with half an address": (
        '[telegram]\napi_url = "http://["\n',
        "config.toml:2:11: `telegram.api_url` is no web address. Write it with `https://`.",
    ),
    "an address that is not let in": (
        (
            f'[web]\npublic_url = "https://tocsin.example"\nallowed_hosts = ["chat.example"]\n{GRAM}'
            'mode = "webhook"\nwebhook_secret = "a"\n'
        ),
        "config.toml:3:17: Platforms call `tocsin.example`, which is not among the names that are let in. Add it here.",
    ),
    "mail from nobody": (
        '[mail]\nhost = "mail.example"\n',
        "config.toml:1:2: A mail server needs an address to send from. Fill in `mail.sender`.",
    ),
    "a mail user without a password": (
        f'{MAIL}user = "tocsin"\n',
        "config.toml:4:8: `mail.user` and `mail.password` go together. Fill in both, or leave both empty.",
    ),
    "a mail password in the clear": (
        f'{MAIL}user = "tocsin"\npassword = "hunter2"\nsecurity = "none"\n',
        'config.toml:6:12: The password would cross the network in the clear. Write "tls" or "starttls".',
    ),
}


@pytest.mark.parametrize(("sections", "said"), [(each[0], each[1:]) for each in MISTAKES.values()], ids=MISTAKES)
def test_a_mistake_is_named_at_its_place(works: SmallWorks, say: Say, sections: str, said: tuple[str, ...]) -> None:
    ahead(works, sections)
    settings, findings = read_settings(works.config, {})
    assert settings is None
    assert [say(finding) for finding in findings] == list(said)


ROOMS = {
    "a channel by its name": (
        'slack = "#office"',
        (
            "`#office` is no id of a Slack channel. Write the id at the foot of the channel's details, such as "
            "`C0123456789`, not its name."
        ),
    ),
    "a group by its name": (
        'telegram = "office"',
        "`office` is no id of a Telegram group. Write `-1001234567890`, or `-1001234567890/7` for a topic.",
    ),
    "no address": ('email = "office"', "`office` is no e-mail address. Write a whole one."),
}


@pytest.mark.parametrize(("line", "said"), ROOMS.values(), ids=ROOMS)
def test_a_room_bound_to_something_else_is_an_error(works: SmallWorks, say: Say, line: str, said: str) -> None:
    ahead(works, SLACK, GRAM, MAIL)
    works.change("config.toml", ('purpose = "all"', f'purpose = "all"\n{line}'))
    settings, (finding,) = read_settings(works.config, {})
    assert settings is None
    assert say(finding).endswith(said)
    assert works.config.read_text(encoding="utf-8").split("\n")[finding.line - 1] == line


@pytest.mark.parametrize("line", ['slack = "C0123456789"', 'telegram = "-100123"'])
def test_two_rooms_in_one_chat_are_an_error(works: SmallWorks, say: Say, line: str) -> None:
    ahead(works, SLACK, GRAM)
    works.change("config.toml", ('purpose = "all"', f'purpose = "all"\n{line}'))
    works.change("config.toml", ('purpose = "admins"', f'purpose = "admins"\n{line}'))
    settings, (finding,) = read_settings(works.config, {})
    assert settings is None
    assert say(finding).endswith(
        "Rooms `admins` and `everybody` are bound to the same chat, where everything would be said twice. "
        "Give each its own."
    )


def test_two_topics_of_one_group_and_one_mailbox_for_two_rooms_are_fine(works: SmallWorks) -> None:
    ahead(works, GRAM, MAIL)
    box = 'email = "duty@example.com"'
    works.change("config.toml", ('purpose = "all"', f'purpose = "all"\ntelegram = "-1001/7"\n{box}'))
    works.change("config.toml", ('purpose = "admins"', f'purpose = "admins"\ntelegram = "-1001/8"\n{box}'))
    assert read_settings(works.config, {})[1] == []


WARNINGS = {
    "slack": ('slack = "C0123456789"', "Room `everybody` names `slack`, but `slack.bot_token` is empty"),
    "telegram": ('telegram = "-100123"', "Room `everybody` names `telegram`, but `telegram.bot_token` is empty"),
    "e-mail": ('email = "a@example.com"', "Room `everybody` names `email`, but `mail.host` is empty"),
}


@pytest.mark.parametrize(("line", "said"), WARNINGS.values(), ids=WARNINGS)
def test_a_room_on_a_platform_that_is_off_is_a_warning(works: SmallWorks, say: Say, line: str, said: str) -> None:
    works.change("config.toml", ('purpose = "all"', f'purpose = "all"\n{line}'))
    settings, (finding,) = read_settings(works.config, {})
    assert settings is not None
    assert f"Warning: {said}, so nothing goes there." in say(finding)


def test_a_token_that_does_nothing_is_a_warning(works: SmallWorks, say: Say) -> None:
    ahead(works, f'[slack]\napp_token = "{APP}"\n')
    settings, (finding,) = read_settings(works.config, {})
    assert settings is not None
    assert say(finding) == (
        "config.toml:2:13: Warning: Slack stays off without `slack.bot_token`, so `slack.app_token` does nothing. "
        "Fill in the one, or take the other out."
    )


def test_a_token_that_crosses_the_network_in_the_clear_is_a_warning(works: SmallWorks, say: Say) -> None:
    ahead(works, GRAM, 'api_url = "http://botapi.works.example:8081"\n')
    settings, (finding,) = read_settings(works.config, {})
    assert settings is not None
    assert say(finding) == (
        "config.toml:3:11: Warning: `telegram.api_url` sends the token in the clear. "
        "Use `https://`, or a server on this machine."
    )


def test_two_people_with_one_address_cannot_be_told_apart_on_slack(works: SmallWorks, say: Say) -> None:
    for name, address in (("guo", "Office@works.example"), ("lin", "office@works.example ")):
        works.change("config.toml", (f'id = "{name}"', f'id = "{name}"\nemail = "{address}"'))
    assert read_settings(works.config, {})[1] == []
    ahead(works, SLACK)
    settings, (finding,) = read_settings(works.config, {})
    assert settings is not None
    assert finding.severity == "warning"
    assert "`lin` and `guo` have the same e-mail address" in say(finding)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_mail_server_of_this_machine_may_be_spoken_to_in_the_clear(works: SmallWorks, host: str) -> None:
    signed = 'user = "tocsin"\npassword = "hunter2"\nsecurity = "none"\n'
    ahead(works, MAIL.replace("mail.example", host), signed)
    assert works.settings.mail.host == host


def test_http_and_webhook_with_everything_they_need(works: SmallWorks) -> None:
    slack = f'[slack]\nbot_token = "{BOT}"\nmode = "http"\nsigning_secret = "{SIGNING}"\n'
    admitted = 'allowed_hosts = ["tocsin.example"]\n'
    own = 'api_url = "http://127.0.0.1:8081"\n'
    ahead(works, PUBLIC, admitted, slack, GRAM, own, 'mode = "webhook"\nwebhook_secret = "a_word-9"\n')
    assert read_settings(works.config, {})[1] == []


def test_settings_shown_by_mistake_hold_no_secret(works: SmallWorks) -> None:
    slack = f'{SLACK}signing_secret = "{SIGNING}"\n'
    mail = f'{MAIL}user = "tocsin"\npassword = "hunter2"\n'
    store = '[store]\nurl = "postgresql://tocsin:swordfish@db.example/tocsin"\n'
    ahead(works, store, slack, GRAM, 'webhook_secret = "a_word-9"\n', mail)
    shown = repr(works.settings)
    assert "xoxb" not in shown
    for secret in (APP, SIGNING, TELEGRAM, "a_word-9", "hunter2", "swordfish"):
        assert secret not in shown


LEAKS = {
    "no quotes": f"[slack]\nbot_token = {BOT}\n",
    "full-width quotes": f"[slack]\nsigning_secret = “{SIGNING}”\n",
    "a colon for an equals sign": f'[slack]\napp_token: "{APP}"\n',
    "a tab": f'[telegram]\nbot_token =\t"{TELEGRAM}"\n',
    "a line that is nothing": f"[slack]\n{BOT}\n",
    "in one line": f"slack = {{ signing_secret = {SIGNING} }}\n",
    "twice in one line": f'mail = {{ password = "{SIGNING}", password = "{SIGNING}" }}\n',
    "a list": f'[slack]\nsigning_secret = ["{SIGNING}"]\n',
    "a number": "[mail]\npassword = 20261124\n",
    "in another place": f'[slack]\nmode = "{BOT}"\n',
    "the section itself": f'telegram = "{TELEGRAM}"\n',
    "of the wrong form": f'[slack]\nbot_token = "{SIGNING}"\n',
    "a password in an address": "[store]\nurl = 'mysql://tocsin:swordfish@db.example/tocsin'\n",
    "an address without quotes": "[store]\nurl = mysql://tocsin:swordfish@db.example/tocsin\n",
}


@pytest.mark.parametrize("written", LEAKS.values(), ids=LEAKS)
def test_no_finding_shows_a_secret(works: SmallWorks, say: Say, written: str) -> None:
    works.write("config.toml", f"{written}{works.config.read_text(encoding='utf-8')}")
    settings, findings = read_settings(works.config, {})
    assert settings is None
    said = "\n".join([*(say(finding) for finding in findings), repr(findings)])
    for secret in (BOT, APP, SIGNING, TELEGRAM, "20261124", "swordfish"):
        assert secret not in said


def test_a_line_without_a_secret_is_shown_as_it_is() -> None:
    for line in ('name = { zh = "小厂", en = "Small Works" }', 'web.port = "8080"', "sqlite:///var/tocsin.db"):
        assert without_secrets(line) == line
