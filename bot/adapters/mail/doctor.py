"""What `tocsin doctor` finds out about the mail server: whether it lets us in, and whether any room needs it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.chat.checkup import Check
from bot.text import text

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from bot.config import MailSettings
    from bot.domain.company import Company

PLATFORM = "email"
ANSWERS_WITHIN = 10.0
"""Seconds."""


async def examine(
    settings: MailSettings, company: Company, context: ssl.SSLContext | None = None
) -> AsyncIterator[Check]:
    """Connect and sign in, send nothing. `context` None: the usual authorities."""
    why = await _refused(settings, context)
    if why is None:
        yield Check(text("doctor.mail_fine", server=f"{settings.host}:{settings.port}"))
    else:
        mend = text("doctor.mail_mend", settings="mail.host mail.port mail.security mail.user mail.password")
        yield Check(text("doctor.mail_wrong", server=f"{settings.host}:{settings.port}", why=why), "wrong", mend)
    rooms = [room for room in company.rooms.values() if any(each.platform == PLATFORM for each in room.bindings)]
    if rooms:
        yield Check(text("doctor.mail_rooms", count=len(rooms)))
    else:
        yield Check(text("doctor.mail_no_rooms"), "note", text("doctor.mail_no_rooms_mend", setting="email"))


async def _refused(settings: MailSettings, context: ssl.SSLContext | None) -> str | None:
    """Why it does not let us in; None: it does."""
    import aiosmtplib

    server = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.user or None,
        password=settings.password or None,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        timeout=ANSWERS_WITHIN,
        tls_context=context if settings.security != "none" else None,
    )
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await server.connect()
            await server.quit()
    except aiosmtplib.SMTPResponseException as refused:
        return f"{refused.code} {refused.message}"
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return str(error) or type(error).__name__
    finally:
        server.close()
    return None
