"""What chat platforms call on the built-in chat's server: before its gate, with a host check and a body limit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.adapters.web.hooks import MOST_OF_A_CALL, Hooks
from bot.errors import NotSaved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HOSTS = frozenset({"tocsin.example"})


async def takes(request: Request) -> Response:
    """What a platform's own address does: it looks for its secret, not for cookies."""
    body = await request.body()
    known = request.headers.get("x-secret") == "right"
    return PlainTextResponse(f"{len(body)} {request.path_params['platform']}", 200 if known else 401)


async def full(request: Request) -> Response:
    """A store that can keep nothing."""
    del request
    raise NotSaved


async def page(request: Request) -> Response:
    """The gate of the pages, for anything else."""
    del request
    return PlainTextResponse("the pages", 418)


ROUTES = (Route("/{platform}/events", takes, methods=["POST"]), Route("/full", full, methods=["POST"]))


@pytest.fixture
async def caller() -> AsyncIterator[httpx.AsyncClient]:
    gate = Starlette(routes=[Route("/{rest:path}", page, methods=["GET", "POST"])])
    transport = httpx.ASGITransport(Hooks(ROUTES, gate, HOSTS), raise_app_exceptions=True)
    async with httpx.AsyncClient(base_url="http://tocsin.example", transport=transport) as client:
        yield client


async def test_a_platform_calls_without_cookies_and_proves_itself(caller: httpx.AsyncClient) -> None:
    taken = await caller.post("/slack/events", content=b"{}", headers={"x-secret": "right"})
    assert (taken.status_code, taken.text) == (200, "2 slack")
    assert (await caller.post("/slack/events", content=b"{}")).status_code == 401


async def test_everything_else_goes_to_the_gate(caller: httpx.AsyncClient) -> None:
    assert (await caller.get("/")).status_code == 418
    assert (await caller.post("/slack/eventsx")).status_code == 418


async def test_an_address_of_a_platform_is_no_page(caller: httpx.AsyncClient) -> None:
    assert (await caller.get("/slack/events")).status_code == 405


async def test_another_host_name_is_refused(caller: httpx.AsyncClient) -> None:
    answer = await caller.post("/slack/events", headers={"host": "elsewhere.example", "x-secret": "right"})
    assert answer.status_code == 421


async def test_a_body_has_a_limit_whether_it_says_its_length_or_comes_in_pieces(caller: httpx.AsyncClient) -> None:
    long = b"x" * (MOST_OF_A_CALL + 1)
    assert (await caller.post("/slack/events", content=long)).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        yield long[: MOST_OF_A_CALL // 2]
        yield long[MOST_OF_A_CALL // 2 :]

    assert (await caller.post("/slack/events", content=pieces())).status_code == 413
    right = {"x-secret": "right"}
    assert (await caller.post("/slack/events", content=long[:-1], headers=right)).status_code == 200


async def test_what_cannot_be_kept_is_not_acknowledged(caller: httpx.AsyncClient) -> None:
    assert (await caller.post("/full")).status_code == 503
