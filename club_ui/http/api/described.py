"""The API described: OpenAPI for programs, a page for people who are signed in, both made from the routes.

The page needs nothing from elsewhere and runs no script. Its sentences stand in the catalogue under
`api.<name of the route>`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import iter_route_contexts

from club_ui import i18n
from club_ui.http.api.describing import PREFIX
from lifecycle.facts import FACT_TYPES

router = APIRouter(prefix=PREFIX)

VERSION: Final = "1"
_METHODS: Final = ("get", "post", "patch", "put", "delete")


@router.get("/openapi.json", include_in_schema=False)
def openapi_for_programs(request: Request) -> JSONResponse:
    """The description, for whoever holds a key."""
    return JSONResponse(description(request.app, _language(request)))


@router.get("/docs/openapi.json", include_in_schema=False)
def openapi_for_people(request: Request) -> JSONResponse:
    """The description, for whoever is signed in."""
    return JSONResponse(description(request.app, _language(request)))


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The page for whoever is signed in."""
    language = _language(request)
    return HTMLResponse(_page(language, description(request.app, language)))


def _language(request: Request) -> str:
    """A person's own language; a program's by its header."""
    if request.state.desk.via == "screen":
        return str(request.state.desk.language)
    return i18n.language_of(request.headers.get("accept-language", ""))


@cache
def description(server: FastAPI, language: str) -> dict[str, Any]:
    """OpenAPI of the routes under `/api/v1`, each with its sentence in this language."""
    made = get_openapi(
        title=i18n.text(language, "api.title"),
        version=VERSION,
        description=i18n.text(language, "api.about"),
        routes=[each for each in iter_route_contexts(server.routes) if (each.path or "").startswith(PREFIX)],
    )
    for _, _, operation in _operations(made):
        operation["operationId"] = operation["summary"].lower().replace(" ", "_")
        operation["description"] = i18n.text(language, f"api.{operation['operationId']}")
        operation["security"] = [{"key": []}] if "401" in operation["responses"] else []
    made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return made


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


def _page(language: str, made: dict[str, Any]) -> str:
    parts = [_operation(language, method, path, operation) for method, path, operation in _operations(made)]
    title = escape(made["info"]["title"])
    return _FRAME.format(
        language=language,
        title=title,
        about=escape(made["info"]["description"]),
        machine=escape(i18n.text(language, "api.machine_readable")),
        routes="".join(parts),
        facts_heading=escape(i18n.text(language, "api.fact_types")),
        facts=_fact_types(),
    )


def _operation(language: str, method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [
        (f"<code>{escape(each['name'])}</code>", escape(f"{each['in']} · {json.dumps(_bounds(each['schema']))}"))
        for each in operation.get("parameters", ())
    ]
    taken = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    rows += [
        (f"<code>{escape(name)}</code>", escape(json.dumps(_bounds(schema))))
        for name, schema in taken.get("properties", {}).items()
        if name != "facts"
    ]
    rows += [(escape(status), escape(told["description"])) for status, told in operation["responses"].items()]
    return (
        f"<section><h2><b>{method}</b> <code>{escape(path)}</code></h2>"
        f"<p>{escape(operation['description'])}</p>{_table(rows)}</section>"
    )


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    """What a value may be, without the words pydantic puts around it."""
    return {name: value for name, value in schema.items() if name not in ("title", "default")}


def _fact_types() -> str:
    rows = []
    for name, one in FACT_TYPES.items():
        fields = [
            f"{field.name}{'' if field.required else '?'}"
            + (f": {' | '.join(field.choices)}" if field.choices else f": {field.kind}")
            for field in one.fields
        ]
        rows.append((f"<code>{name}</code>", escape(", ".join(fields)) or "–"))
    return _table(rows)


def _table(rows: list[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th scope=row>{name}</th><td>{said}</td></tr>" for name, said in rows)
    return f"<table>{lines}</table>"


_FRAME: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
h2 {{ font-size: 1.1rem; margin: 2rem 0 .25rem; overflow-wrap: anywhere; }}
code {{ font-family: ui-monospace, monospace; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; border-top: 1px solid #8886;
 font-weight: normal; overflow-wrap: anywhere; }}
th {{ width: 14rem; }}
</style></head><body><main>
<h1>{title}</h1><p>{about}</p><p><a href="/api/v1/docs/openapi.json">{machine}</a></p>
{routes}
<section><h2>{facts_heading}</h2>{facts}</section>
</main></body></html>
"""
