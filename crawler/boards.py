"""Boards from what people type, from directories of employers, and from the starter list."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from crawler.detect import BoardError, UnreadSystem, find_in_url, refuse_denied, unread_system
from crawler.posting import NameOrigin
from crawler.sources import SOURCES
from crawler.sources.base import Board
from crawler.sources.jobposting import site_token
from crawler.text import plain_line

__all__ = ["BadRow", "BoardError", "parse_spec", "read_directory", "read_starter"]

_GENERIC = "jobposting"
_LONGEST_TOKEN = 2_048
# The first of these that a directory has is the column meant.
_COLUMNS = {
    "url": ("url", "board_url", "careers_url", "job_board_url", "jobs_url", "link", "address"),
    "source": ("source", "ats", "system", "provider", "platform"),
    "token": ("token", "slug", "board", "board_token", "tenant"),
    "employer": ("employer", "name", "company_name", "company", "organization", "organisation"),
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a directory that names no board Inroad can read."""

    line: int
    reason: str
    excerpt: str


def parse_spec(spec: str) -> Board:
    """The board of `source:token`, or of a board's or careers site's address.

    Raises:
        BoardError: there is no such source, the token cannot be one of its tokens, or the
            address is on a site or system that is not read.
    """
    spec = spec.strip()
    if "://" in spec.partition(":")[0] + spec[spec.find(":") :][:3]:
        return _board_at(spec)
    name, colon, token = spec.partition(":")
    if not colon or "." in name or "/" in name:
        if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/.*)?", spec):
            return _board_at(f"https://{spec}")
        raise BoardError(
            f"{_shown(spec)!r} is neither an address nor source:token (like greenhouse:acme)."
        )
    return _board_of(name, token)


def read_directory(file: Path | str) -> tuple[list[Board], list[BadRow]]:
    """Boards from a CSV file (or its text): a row for each, with a `url`, or with `source` and
    `token`; the employer's name in `name` or `employer`. Where a row has both, the url wins.

    Delimiter (comma, semicolon, tab) and encoding (UTF-8, UTF-16, else Windows-1252) are
    found out. Rows that repeat a board repeat it here.

    Raises:
        BoardError: the file cannot be read, or has no column that could name a board.
    """
    text = _decoded(file) if isinstance(file, Path) else file
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise BoardError(f"{_named(file)} is empty.")
    columns = _columns(header[1])
    if "url" not in columns and "token" not in columns:
        raise BoardError(
            f"{_named(file)} has no url column, and no source and token columns; its first line "
            f"is {_shown(','.join(header[1]))!r}."
        )
    boards: list[Board] = []
    bad: list[BadRow] = []
    for number, cells in rows:
        row = {key: cells[at].strip() for key, at in columns.items() if at < len(cells)}
        try:
            board = _board_in(row)
        except BoardError as error:
            bad.append(BadRow(number, str(error), _shown(",".join(cells))))
            continue
        name = plain_line(row.get("employer"), 200)
        origin = NameOrigin.DIRECTORY if name else None
        boards.append(Board(board.source, board.token, name, origin))
    return boards, bad


def read_starter(text: str) -> list[Board]:
    """Boards from TOML: `[[board]]` with `source`, `token` and, if known, `employer`.

    Raises:
        BoardError: it is not TOML, or an entry is not a board.
    """
    try:
        entries = tomllib.loads(text).get("board", [])
    except tomllib.TOMLDecodeError as error:
        raise BoardError(f"The list of boards is not TOML: {error}") from error
    boards = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        fields = entry if isinstance(entry, dict) else {}
        source, token = fields.get("source"), fields.get("token")
        if not isinstance(source, str) or not isinstance(token, str):
            raise BoardError(f"[[board]] number {number} needs a source and a token.")
        try:
            board = _board_of(source, token)
        except BoardError as error:
            raise BoardError(f"[[board]] number {number}: {error}") from error
        name = plain_line(fields.get("employer"), 200)
        origin = NameOrigin.DIRECTORY if name else None
        boards.append(Board(board.source, board.token, name, origin))
    return boards


def _board_of(name: str, token: str) -> Board:
    name, token = name.strip().lower(), token.strip()
    source = SOURCES.get(name)
    if source is None:
        if title := unread_system(name):
            raise UnreadSystem(f"{title} boards are not read yet.")
        raise BoardError(f"There is no source {_shown(name)!r}; there are {', '.join(SOURCES)}.")
    if name == _GENERIC:
        return _own_site(token)
    if "://" in token:
        board = _board_at(token)
        if board.source != name:
            raise BoardError(f"{_shown(token)} is not an address of {source.title}.")
        return board
    token = unquote(token)
    # What makes a token valid is that the address it makes is one the source knows again.
    again = {
        source.token(match)
        for pattern in source.addresses
        for match in pattern.finditer(source.board_url(token))
    }
    if not token or len(token) > _LONGEST_TOKEN or again != {token}:
        better = f" Did you mean {name}:{again.pop()}?" if len(again) == 1 and token else ""
        raise BoardError(f"{_shown(token)!r} cannot be a board on {source.title}.{better}")
    return Board(name, token)


def _board_at(url: str) -> Board:
    """The board an address names, else the site at that address."""
    found = find_in_url(url)
    if len({(board.source, board.token) for board in found}) > 1:
        named = ", ".join(f"{board.source}:{board.token}" for board in found)
        raise BoardError(f"{_shown(url)} names several boards ({named}); give one of them.")
    return Board(found[0].source, found[0].token) if found else _own_site(url)


def _own_site(url: str) -> Board:
    refuse_denied(url)
    token = site_token(url)
    if token is None or len(token) > _LONGEST_TOKEN:
        raise BoardError(f"{_shown(url)!r} is not a web address (https://…).")
    return Board(_GENERIC, token)


def _board_in(row: Mapping[str, str]) -> Board:
    if row.get("url"):
        return parse_spec(row["url"])
    if row.get("source") and row.get("token"):
        return _board_of(row["source"], row["token"])
    if ":" in row.get("token", ""):
        return parse_spec(row["token"])
    raise BoardError("the row has no url, and no source with a token")


def _decoded(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise BoardError(f"{file} cannot be read: {error.strerror or error}") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in raw[:100_000]:
        raise BoardError(f"{file} is not a text file; export it as CSV.")
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BoardError(f"{file} is damaged: it says it is UTF-16 but is not.")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells. Line by line, so that a stray quote costs one row and not the rest."""
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = ","
    for number, line in enumerate(lines, 1):
        if number == 1 and re.fullmatch(r"sep=[,;\t|]", line.strip(' "')):
            continue
        if not line.strip(" ,;\t\"'"):
            continue
        if number <= 2 and delimiter == ",":
            delimiter = max(",;\t", key=line.count)
        try:
            yield number, next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            yield number, line.split(delimiter)


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = [re.sub(r"[\s-]+", "_", cell.strip().strip("\"'").lower()) for cell in header]
    return {
        key: names.index(alias)
        for key, aliases in _COLUMNS.items()
        if (alias := next((a for a in aliases if a in names), None))
    }


def _named(file: Path | str) -> str:
    return str(file) if isinstance(file, Path) else "The directory"


def _shown(text: str) -> str:
    return plain_line(text, 120) or ""
