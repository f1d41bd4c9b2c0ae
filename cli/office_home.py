"""Where an office keeps what: a folder for each client, the register, and its key."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home

if TYPE_CHECKING:
    from store.database import Database

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
USED, PURGE_ON = "used", "purge_on"


def is_office(home: Home) -> bool:
    return bool(home.settings.office["on"])


def clients(home: Home) -> list[str]:
    """The names of all clients."""
    folder = home.path / "clients"
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def folder_of(home: Home, client: str) -> Path:
    return home.path / "clients" / client


def of_client(home: Home, client: str) -> Home:
    """The home as one client's commands see it, without counting as use."""
    other = Home(home.path)
    other.client = client
    other.is_looked_at = True
    return other


def register(home: Home) -> Database:
    from store.database import Database

    return Database(home.path / "register.duckdb", "register", home.wait)


def people_of(home: Home) -> list[Database]:
    """Every database with people that a purge from here concerns."""
    if home.client is not None:
        return [home.network]
    from store.database import Database

    folders = [home.path, *(folder_of(home, client) for client in clients(home))]
    networks = [Database(folder / "network.duckdb", "network", home.wait) for folder in folders]
    return [*networks, register(home)]


def secret(home: Home) -> bytes:
    """The register's key, made at first use: its owner's alone to read."""
    from matcher.asks.register import KEY_BYTES

    file = home.path / "register.key"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        pass
    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(os.urandom(KEY_BYTES))
    try:
        os.link(draft, file)  # whoever is first wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_bytes()


def elsewhere(home: Home) -> dict[int, date]:
    """Contact → the day somebody of this office asked them last; nobody without an office."""
    if not is_office(home) or not register(home).path.exists():
        return {}
    from store.register import days_of, last_asked

    known = last_asked(register(home))
    if not known:
        return {}
    found = {n: days_of(known, digests) for n, digests in _digests(home).items()}
    return {number: on for number, on in found.items() if on}


def remember_asked(home: Home, contact_id: int, on: date) -> None:
    """Tell the register that somebody was asked."""
    if not is_office(home):
        return
    from store.register import remember

    window = timedelta(days=int(home.settings.office["days_between"]))
    digests = _digests(home).get(contact_id, [])
    remember(register(home), digests, on, home.now.date() - window)


def forget_asked(home: Home, digests: Sequence[str]) -> None:
    """Drop somebody from the register."""
    if digests and is_office(home) and register(home).path.exists():
        from store.register import forget

        forget(register(home), digests)


def digests_of(home: Home, contact_id: int) -> list[str]:
    """What the register knows a contact by; nothing without an office."""
    return _digests(home).get(contact_id, []) if is_office(home) else []


def _digests(home: Home) -> dict[int, list[str]]:
    from matcher.asks.register import identities
    from store.network import identity_keys

    key = secret(home)
    return {
        number: identities(keys, emails, key)
        for number, (keys, emails) in identity_keys(home.network).items()
    }


def last_used(home: Home, client: str) -> date | None:
    """The day a client's people were last looked at."""
    return _day(folder_of(home, client) / USED)


def purge_on(home: Home, client: str) -> date | None:
    """The day from which a client's people are deleted, if that was announced."""
    return _day(folder_of(home, client) / PURGE_ON)


def mark_used(home: Home, client: str) -> None:
    """A client is in use today: whatever was announced is off."""
    folder = folder_of(home, client)
    today = home.now.date().isoformat()
    file = folder / USED
    if not file.exists() or file.read_text(encoding="utf-8") != today:
        file.write_text(today, encoding="utf-8")
    (folder / PURGE_ON).unlink(missing_ok=True)


def announce(home: Home, client: str, on: date) -> None:
    (folder_of(home, client) / PURGE_ON).write_text(on.isoformat(), encoding="utf-8")


def check_client(home: Home, client: str) -> None:
    """Refuse a client there is not, and any without an office."""
    if not is_office(home):
        raise click.UsageError(
            "--client is for career offices and coaches: set [office] on = true first."
        )
    if client not in clients(home):
        raise click.UsageError(f"There is no client {client!r}. Add one: inroad office add NAME")


def _day(file: Path) -> date | None:
    try:
        return date.fromisoformat(file.read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None
