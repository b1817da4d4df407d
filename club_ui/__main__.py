"""The command line `club`: each command a few lines that call their room (spec: intake, the command line).

Every setting is an option here and an environment variable with `CLUB_` before it. What went
wrong is said in one sentence, and the exit code is then 1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from club_ui import build
from lifecycle.errors import ClubError
from lifecycle.settings import Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False)


@cli.callback()
def club() -> None:
    """The live client-lifecycle CRM for fitness clubs."""


def _setting(name: str, shown: str, *flags: str) -> Any:
    """The option of one setting; its help is the setting's own description."""
    said = Settings.model_fields[name].description
    return typer.Option(*(flags or (f"--{name.replace('_', '-')}",)), envvar=f"CLUB_{name.upper()}", help=f"{said} (default: {shown})", show_default=False)


Data = Annotated[Path | None, _setting("data", "./data")]
Host = Annotated[str | None, _setting("host", "127.0.0.1")]
Port = Annotated[int | None, _setting("port", "8000")]
DatabaseUrl = Annotated[str | None, _setting("database_url", "SQLite in the data folder")]
RedisUrl = Annotated[str | None, _setting("redis_url", "none")]
Workers = Annotated[int | None, _setting("workers", "1")]
PublicUrl = Annotated[str | None, _setting("public_url", "none")]
ProxyHops = Annotated[int | None, _setting("proxy_hops", "0")]


def _settings(**given: Any) -> Settings:
    """The settings of this process: what was typed, else the environment, else the default."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


@cli.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    database_url: DatabaseUrl = None,
    redis_url: RedisUrl = None,
    workers: Workers = None,
    public_url: PublicUrl = None,
    proxy_hops: ProxyHops = None,
) -> None:
    """Serve the club."""
    from club_ui import serve as server

    server.serve(
        _settings(
            data=data,
            host=host,
            port=port,
            database_url=database_url,
            redis_url=redis_url,
            workers=workers,
            public_url=public_url,
            proxy_hops=proxy_hops,
        )
    )


def main() -> None:
    """Run the command line; a refusal is one sentence on the error stream."""
    try:
        cli(standalone_mode=True)
    except (ClubError, build.BuildError) as error:
        sys.exit(str(error))
    except ValidationError as error:
        sys.exit("\n".join(f"CLUB_{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()))


if __name__ == "__main__":
    main()
