"""`inroad contacts rate`, `block`, `unblock` and `blocks`: the user's own word about people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from cli.asking import Day, names
from cli.context import Home, pass_home
from cli.safe import clean
from cli.who import count, one

if TYPE_CHECKING:
    from store.people import Block


@click.command()
@click.argument("who")
@click.argument("how", required=False)
@pass_home
def rate(home: Home, who: str, how: str | None) -> None:
    """Say how well you know somebody: 0 to 4, or in words.

    0 "hardly", 1 "a little", 2 "as a colleague", 3 "well", 4 "very well"; "none" takes the rating
    back. Your word counts more than anything the files show. WHO as for `show`.
    """
    from matcher.targets.ties import RATINGS
    from store import people
    from store.people import Rating

    contact = one(home, who)
    if how is None:
        said = people.ratings(home.network).get(contact.contact_id)
        words = f"{said.rating}, {RATINGS[said.rating]} (since {said.on})" if said else "not rated"
        click.echo(f"{clean(contact.name)}: {words}.")
        return
    text = " ".join(how.casefold().split())
    if text == "none":
        people.unrate(home.network, contact.contact_id)
        click.echo(f"{clean(contact.name)}: not rated any more.")
        return
    fits = [n for n, words in enumerate(RATINGS) if text in (str(n), words)]
    if not fits:
        choices = ", ".join(f'{n} "{words}"' for n, words in enumerate(RATINGS))
        raise click.UsageError(f"{clean(how)!r} is none of {choices}.")
    people.rate(home.network, Rating(contact.contact_id, fits[0], home.now.date()))
    click.echo(f"{clean(contact.name)}: {fits[0]}, {RATINGS[fits[0]]}.")


@click.command()
@click.argument("who", required=False)
@click.option("--employer", metavar="NAME", help="A whole employer, with its group.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--until", type=Day(), metavar="DATE", help="Until then; else for good.")
@pass_home
def block(
    home: Home, who: str | None, employer: str | None, reason: str, until: date | None
) -> None:
    """Ask somebody, or anybody at an employer, nothing.

    An employer that is blocked is asked about with nobody, and nobody who works there is asked
    about anything; the same goes for its brands, subsidiaries and owners.
    """
    from store import people
    from store.people import Block

    if (who is None) == (employer is None):
        raise click.UsageError("Give WHO, or --employer NAME.")
    contact = one(home, who) if who else None
    entry = Block(contact.contact_id if contact else None, employer, reason, until, home.now.date())
    people.block(home.network, entry)
    name = clean(contact.name if contact else employer)
    click.echo(f"Blocked {name}{f' until {until}' if until else ''}: {clean(reason)}")


@click.command()
@click.argument("who", required=False)
@click.option("--employer", metavar="NAME", help="A whole employer.")
@pass_home
def unblock(home: Home, who: str | None, employer: str | None) -> None:
    """Take a block back."""
    from store import people

    if (who is None) == (employer is None):
        raise click.UsageError("Give WHO, or --employer NAME.")
    number = one(home, who).contact_id if who else None
    gone = people.unblock(home.network, number, employer)
    if not gone:
        raise click.ClickException("There is no such block. See: inroad contacts blocks")
    click.echo(f"Took {count(gone, 'block')} back.")


@click.command()
@pass_home
def blocks(home: Home) -> None:
    """List who and which employers are not to be asked, and why."""
    from cli.asking import own_employers
    from store import people

    people_of, found = names(home), people.blocks(home.network)
    for entry in found:
        click.echo(_line(entry, people_of))
    own = own_employers(home)
    for name, origin in own.items():
        click.echo(f"{clean(name)}: your own employer ({clean(origin)})")
    if not found and not own:
        click.echo("Nobody is blocked.")


def _line(entry: Block, people_of: dict[int, str]) -> str:
    who = people_of[entry.contact_id] if entry.contact_id is not None else clean(entry.employer)
    until = f", until {entry.until}" if entry.until else ""
    return f"{who}: {clean(entry.reason)}{until} (since {entry.on})"
