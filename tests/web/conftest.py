"""The running demo, and people who use it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.i18n import Catalogs
from tests.web.town import PATIENCE, Phone, Town, Visit, phone_of, running


@pytest.fixture
async def town(tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Town]:
    """The demo."""
    async with running(tmp_path, catalogs) as running_town:
        yield running_town


@pytest.fixture
async def visit(town: Town) -> AsyncIterator[Visit]:
    """Be somebody of the sample company."""
    async with AsyncExitStack() as stack:

        async def as_person(person: str) -> Phone:
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=town.address, timeout=PATIENCE))
            return await phone_of(http, person)

        yield as_person


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    exif[0x010E] = "Exif of a phone"
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(written, "JPEG", exif=exif)
    return written.getvalue()
