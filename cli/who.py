"""Which contact a person means, and the few forms every contacts command prints alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.safe import clean

if TYPE_CHECKING:
    from cli.context import Home
    from store.network import Contact

SHOWN = 8
"""Things of a kind that are spelled out before "and 12 more"."""


def one(home: Home, who: str) -> Contact:
    """The one contact that WHO names; else a line saying why not."""
    from store.network import get_contact, list_contacts

    if who.isdecimal():
        contact = get_contact(home.network, int(who))
        if contact is None:
            raise click.ClickException(f"No contact has the number {who}.")
        return contact
    found = matching(list_contacts(home.network), who)
    if not found:
        raise click.ClickException(f"Nobody fits {clean(who)!r}. Try: inroad contacts list")
    if len(found) > 1:
        names = some([f"{clean(c.name)} [{c.contact_id}]" for c in found])
        raise click.ClickException(f"{len(found)} contacts fit: {names}. Give the number.")
    return found[0]


def matching(everybody: Sequence[Contact], who: str) -> list[Contact]:
    """The contacts a profile address, e-mail address or name may mean."""
    from matcher.contacts.identity import address, name_key, slug_of

    slug, mail, name = slug_of(who), address(who), name_key(who)
    if slug or mail:
        return [
            c
            for c in everybody
            if (mail and mail in c.emails) or (slug and slug == slug_of(c.profile_url or ""))
        ]
    found = [c for c in everybody if name and name in name_key(c.name)]
    exact = [c for c in found if name == name_key(c.name)]
    return exact if len(exact) == 1 else found


def some(values: Sequence[object]) -> str:
    """The first few, and how many more."""
    shown = ", ".join(clean(value) for value in values[:SHOWN])
    return f"{shown} and {len(values) - SHOWN} more" if len(values) > SHOWN else shown


def count(number: int, what: str) -> str:
    """ "1 contact", "2 contacts"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@contextmanager
def at_work(doing: str) -> Iterator[None]:
    """Show on a terminal that something is being done, for as long as it is."""
    from rich.console import Console

    with Console(stderr=True, highlight=False).status(doing):
        yield


def ask(question: str, answers: Sequence[str], default: str) -> str:
    """One of the answers by its first letter; the end of the input is "quit"."""
    letters = ", ".join(a[0] for a in answers[:-1]) + f" or {answers[-1][0]}"
    while True:
        try:
            given = click.prompt(question, default=default, show_default=False)
        except click.exceptions.Abort:
            return "quit"
        given = given.strip().lower()
        fits = [a for a in answers if given in (a, a[0])]
        if fits:
            return fits[0]
        click.echo(f"   Please answer {letters}.")
