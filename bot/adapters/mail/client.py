"""The network: one e-mail handed to the company's server, and what a failure means.

Before DATA nothing was taken; from then on only the server's answer tells (RFC 5321, 4.2.5 and 6.1).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.errors import RetryLater, Undeliverable, Unknown

if TYPE_CHECKING:
    import ssl
    from email.message import EmailMessage

    import aiosmtplib

    from bot.config import MailSettings

PREPARED_WITHIN: Final = 5.0
"""Seconds until the server is ready to take the message; together with the next, less than the relay waits."""
TAKEN_WITHIN: Final = 3.5
GOODBYE_WITHIN: Final = 0.5
FOR_GOOD: Final = 500
"""Answers from here on are final (RFC 5321, 4.2.1)."""
REFUSED_FOR: Final = 60.0
"""Seconds until a sign-in or a sender that was refused is tried again: somebody has to put the settings right."""


async def send(
    message: EmailMessage, sender: str, domain: str, settings: MailSettings, context: ssl.SSLContext | None = None
) -> None:
    """Hand it over, on a connection of its own. Raises RetryLater, Undeliverable or Unknown.

    `sender` and `domain`: the envelope's, and how this machine calls itself. `context` None: the usual authorities.
    """
    import aiosmtplib

    server = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.user or None,
        password=settings.password or None,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        local_hostname=domain,
        timeout=PREPARED_WITHIN,
        tls_context=context if settings.security != "none" else None,
    )
    try:
        await _prepare(server, sender, str(message["To"]))
        await _hand_over(server, message.as_bytes())
    finally:
        server.close()


async def _prepare(server: aiosmtplib.SMTP, sender: str, to: str) -> None:
    import aiosmtplib

    try:
        async with asyncio.timeout(PREPARED_WITHIN):
            await server.connect()
            await server.mail(sender)
            await server.rcpt(to)
    except aiosmtplib.SMTPRecipientRefused as refused:
        if refused.code >= FOR_GOOD:
            raise Undeliverable(_why(refused)) from refused
        raise RetryLater(_why(refused)) from refused
    except aiosmtplib.SMTPResponseException as refused:
        raise RetryLater(_why(refused), REFUSED_FOR if refused.code >= FOR_GOOD else None) from refused
    except (aiosmtplib.SMTPException, OSError) as error:
        raise RetryLater(repr(error)) from error


async def _hand_over(server: aiosmtplib.SMTP, content: bytes) -> None:
    import aiosmtplib

    try:
        await server.data(content, timeout=TAKEN_WITHIN)
    except aiosmtplib.SMTPDataError as refused:
        if refused.code >= FOR_GOOD:
            raise Undeliverable(_why(refused)) from refused
        raise RetryLater(_why(refused)) from refused
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unknown(repr(error)) from error
    with suppress(aiosmtplib.SMTPException, OSError):
        await server.quit(timeout=GOODBYE_WITHIN)


def _why(refused: aiosmtplib.SMTPResponseException) -> str:
    return f"{refused.code} {refused.message}"
