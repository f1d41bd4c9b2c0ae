"""Which postings a person wants to see: the options that commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from store.searching import PostingFilter


_T = TypeVar("_T")


def posting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = [
        click.option("--title", multiple=True, help="Words in the posting's title (repeatable)."),
        click.option(
            "--location",
            multiple=True,
            help="Words in its location, or its city, region or country (repeatable).",
        ),
        click.option("--employer", multiple=True, help="Words in the employer's name."),
        click.option(
            "--text", multiple=True, help="Words that are all in its title or description."
        ),
        click.option(
            "--remote/--no-remote", default=None, help="Only postings to be done from anywhere."
        ),
        click.option(
            "--pay",
            metavar="AMOUNT",
            help="Pays at least this much a year: 80000, 80k or 80kEUR. Who says nothing is out.",
        ),
        click.option(
            "--language", multiple=True, help="Written in this language: en, de (repeatable)."
        ),
        click.option("--since", metavar="WHEN", help="First published since: 14d, 2w, 2026-11-01."),
        click.option(
            "--reposts/--no-reposts",
            default=None,
            help="With or without those that repeat a closed one.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def posting_filter(search: Mapping[str, Any], now: datetime) -> PostingFilter:
    """What the values of `posting_options` mean.

    Raises:
        click.BadParameter: one of them means nothing.
    """
    from cli.settings import parse_pay
    from store.searching import PostingFilter

    pay, currency = said("--pay", parse_pay, search["pay"] or "") or (None, None)
    return PostingFilter(
        title=tuple(search["title"]),
        location=tuple(search["location"]),
        employer=tuple(search["employer"]),
        text=tuple(search["text"]),
        remote=bool(search["remote"]),
        since=moment("--since", search["since"], now),
        pay=pay,
        currency=currency,
        language=tuple(search["language"]),
        reposts=search["reposts"] is not False,
    )


def moment(option: str, value: str | None, now: datetime) -> datetime | None:
    """A span back from now, or a date.

    Raises:
        click.BadParameter: neither.
    """
    from cli.settings import parse_since

    return said(option, lambda text: parse_since(text, now), value or "")


def said(option: str, parse: Callable[[str], _T], value: str) -> _T:
    try:
        return parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from error
