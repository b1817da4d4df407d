"""Where and how this process runs: environment or options (spec: intake, the command line).

These are the process's; the numbers of the club are its policy.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one process; each is also an environment variable with `CLUB_` before it."""

    model_config = SettingsConfigDict(env_prefix="CLUB_", extra="ignore")

    data: Path = Field(default=Path("data"), description="everything the club writes lies in this folder")
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="the port to listen on")
    database_url: str | None = Field(
        default=None, description="postgresql://… ; SQLite in the data folder if absent"
    )
    redis_url: str | None = Field(
        default=None, description="redis://… ; needed where there are several workers"
    )
    workers: int = Field(default=1, ge=1, le=64, description="web workers of this process")
    public_url: str | None = Field(default=None, description="https://… as people type it, behind a proxy")
    proxy_hops: int = Field(
        default=0, ge=0, le=5, description="how many proxies stand in front and are trusted"
    )
    clock_start: AwareDatetime | None = Field(
        default=None, description="begin at this instant (tests and demos)"
    )
    demo: bool = Field(default=False, description="a demo club with named sign-ins, on loopback only")

    @property
    def file(self) -> Path:
        """Where a club without a server keeps its database."""
        return self.data / "club.sqlite3"

    def url(self) -> str:
        """The database to open: the given one, or a SQLite file in the data folder."""
        if self.database_url:
            return self.database_url.replace("postgres://", "postgresql://", 1)
        return f"sqlite:///{self.file.absolute()}"

    def clock_started(self) -> datetime | None:
        """The instant the clock begins at, where it is set."""
        return self.clock_start


def make_private(folder: Path) -> None:
    """Make the folder of a club, which is nobody else's; one in which others keep things stays as open as it is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        folder.chmod(0o700)
