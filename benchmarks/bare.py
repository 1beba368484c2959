"""The yardstick: a Starlette handler that keeps nothing, on this machine (`python -m benchmarks.bare PORT`)."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import uvicorn
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

if TYPE_CHECKING:
    from starlette.requests import Request


async def press(request: Request) -> Response:
    """Read JSON, answer JSON."""
    asked = json.loads(await request.body())
    return JSONResponse({"stored": False, "text": asked["press"]})


async def healthz(request: Request) -> Response:
    """Whether it is there."""
    del request
    return PlainTextResponse("ok")


def main() -> None:
    """Serve until told to stop."""
    serve(Router([Route("/press", press, methods=["POST"]), Route("/healthz", healthz)]))


def serve(app: Router) -> None:
    """Serve on the port that the first argument names, as the house serves."""
    config = uvicorn.Config(
        app,
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
