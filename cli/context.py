"""The data folder of one user, handed to every command."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cli.settings import Settings
    from store.database import Database


class Home:
    """Paths, settings and databases below one folder, each opened only when asked for."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.verbose = False
        self.client: str | None = None
        """Whose people are meant, in an office."""
        self.is_looked_at = False
        """Whether a client's people are only counted, which is no use of them."""

    @cached_property
    def path(self) -> Path:
        """`--home`, else INROAD_HOME, else where this platform keeps a user's data."""
        if self._path is not None:
            return self._path
        if from_environment := os.environ.get("INROAD_HOME"):
            return Path(from_environment).expanduser()
        from platformdirs import user_data_path

        return user_data_path("inroad", appauthor=False)

    def move(self, path: Path) -> None:
        """Use another folder; only before anything of this one was used."""
        self._path = path
        for name in ("path", "settings", "postings", "network"):
            self.__dict__.pop(name, None)

    def choose(self, client: str) -> None:
        """Mean this client's people."""
        from cli.office_home import NAME

        if not NAME.fullmatch(client):
            raise click.UsageError("A client's name is of small letters, digits, - and _.")
        self.client = client
        for name in ("settings", "network"):
            self.__dict__.pop(name, None)

    @property
    def config_file(self) -> Path:
        return self.path / "config.toml"

    @cached_property
    def settings(self) -> Settings:
        from cli.settings import load

        own = [self.path / "clients" / self.client / "config.toml"] if self.client else []
        return load(self.config_file, *own)

    @cached_property
    def postings(self) -> Database:
        from store.database import Database

        return Database(self.path / "postings.duckdb", "postings", self.wait)

    @cached_property
    def network(self) -> Database:
        """The user's people; in an office those of the client."""
        from store.database import Database

        if self.client is None:
            if self.settings.office["on"]:
                raise click.UsageError("Whose people? Say --client NAME (inroad office caseload).")
            return Database(self.path / "network.duckdb", "network", self.wait)
        from cli.office_home import check_client, folder_of, mark_used

        check_client(self, self.client)
        if not self.is_looked_at:
            mark_used(self, self.client)
        return Database(folder_of(self, self.client) / "network.duckdb", "network", self.wait)

    @property
    def wait(self) -> float:
        return float(self.settings.database["lock_wait"])

    @cached_property
    def now(self) -> datetime:
        """This command's idea of the present, naive UTC. INROAD_NOW fixes it (ISO 8601)."""
        if fixed := os.environ.get("INROAD_NOW"):
            moment = datetime.fromisoformat(fixed)
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        return datetime.now(UTC).replace(tzinfo=None)


pass_home = click.make_pass_decorator(Home, ensure=True)
