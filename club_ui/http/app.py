"""The HTTP side of the club: its routers under the one check, and the layers around the whole server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from club_ui.http import api, hooks, problems, sign_in
from club_ui.http.guard import guard
from club_ui.http.headers import Headers
from club_ui.http.limits import Limits
from lifecycle.settings import Settings

ROUTERS = (sign_in.router, hooks.router, *api.ROUTERS)


def server() -> FastAPI:
    """The routes of the club. Nothing describes them to strangers; what has no row is refused."""
    made = FastAPI(title="Club", openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(guard)])
    problems.install(made)
    for router in ROUTERS:
        made.include_router(router)
    return made


def layers(settings: Settings, pages: Path | None) -> list[FastAPI | Callable[[ASGIApp], ASGIApp]]:
    """What the framework is to wrap its own server in, the innermost first (`api_transformer`)."""

    def limited(app: ASGIApp) -> Any:
        return Limits(app, settings)

    def dressed(app: ASGIApp) -> Any:
        return Headers(app, settings, pages)

    return [server(), limited, dressed]
