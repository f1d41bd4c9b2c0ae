"""Two databases → the facts of one ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.context import Home

if TYPE_CHECKING:
    from matcher.asks.facts import Fact
    from matcher.asks.gather import Party
    from store.asks import Ask
    from store.network import Contact, Employment


class Workplaces:
    """Which employment links a contact to an employer, and where they worked with the user."""

    def __init__(self, home: Home) -> None:
        from cli.matching import knowledge, verdicts
        from matcher.employers.groups import Groups
        from store.network import own_positions

        self._groups = Groups(knowledge(home), verdicts(home))
        self._own = own_positions(home.network)
        self._today = home.now.date()

    def at(self, contact: Contact, employer: str) -> Employment | None:
        """The employment at an employer or its group, today's first; None where there is none."""
        jobs = [e for e in contact.employments if e.confidence != "suggested"]
        jobs.sort(key=lambda job: not job.is_current)
        return next((e for e in jobs if self._groups.are_one(e.employer, employer)), None)

    def party(self, contact: Contact, employer: str, first_name: str | None = None) -> Party:
        """A contact as a party of an ask."""
        from matcher.asks.gather import Party
        from matcher.targets.ties import Stint, overlap

        stints = [
            Stint(e.employer, e.since, e.until, e.is_current)
            for e in contact.employments
            if e.confidence not in ("suggested", "inferred")
        ]
        shared = overlap(stints, self._own, self._groups.are_one, self._today)
        return Party(contact, self.at(contact, employer), shared, first_name)


def facts_of_ask(home: Home, ask: Ask) -> dict[str, Fact[Any]]:
    """What the settings, the databases and the user's own words say for an ask, the latter last."""
    with home.network.read():
        return _facts(home, ask)


def _facts(home: Home, ask: Ask) -> dict[str, Fact[Any]]:
    import click

    from cli.asking import pace, said_facts
    from cli.drafting import user_facts
    from matcher.asks.gather import gather
    from matcher.asks.steps import next_step
    from store.asks import said
    from store.network import first_names, some_contacts
    from store.postings import find_posting

    wanted = [n for n in (ask.contact_id, ask.target_id, ask.via_id) if n is not None]
    people = some_contacts(home.network, wanted)
    first, places = first_names(home.network, people), Workplaces(home)
    if ask.contact_id not in people:
        raise click.ClickException(
            f"Ask {ask.ask_id} is of somebody who is in no file any more; withdraw or close it."
        )

    def party(number: int | None) -> Party | None:
        if number is None or number not in people:
            return None
        return places.party(people[number], ask.employer, first.get(number))

    asked = party(ask.contact_id)
    assert asked is not None
    posting = None
    if ask.posting and home.postings.path.exists():
        posting = find_posting(home.postings, ask.posting)
    step = next_step(ask, home.now.date(), pace(home))
    due = step.due if step else None
    known = gather(ask, asked, party(ask.target_id), party(ask.via_id), posting, due)
    return user_facts(home) | known | said_facts(said(home.network, ask.ask_id))
