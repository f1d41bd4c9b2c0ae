"""What a ranking wants to know of contacts, out of the network database and the settings."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from cli.context import Home

if TYPE_CHECKING:
    from matcher.asks.limits import History
    from matcher.targets.functions import Functions
    from matcher.targets.rank import Known
    from matcher.targets.ties import Exchange, Tie
    from store.network import Workplace
    from store.postings import Title


def functions(home: Home) -> Functions:
    """The words of functions and levels: shipped, and the user's own additions."""
    from cli.settings import SettingsError
    from cli.shipped import config_folder
    from matcher.targets.functions import Functions

    shipped = config_folder() / "functions.toml"
    tables: list[tuple[str, Mapping[str, Any]]] = [
        (shipped.name, tomllib.loads(shipped.read_text(encoding="utf-8")))
    ]
    own = home.path / "functions.toml"
    if own.exists():
        try:
            tables.append((str(own), tomllib.loads(own.read_text(encoding="utf-8-sig"))))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{own} is not valid TOML: {error}") from error
    return Functions.of(tables)


def known(
    home: Home, workplaces: Sequence[Workplace], titles: Mapping[str, Sequence[Title]]
) -> tuple[Known, History]:
    """What ranking asks of contacts, and the limits it was told of."""
    from cli.asking import history
    from matcher.targets.points import Weights
    from matcher.targets.rank import Known
    from store import asks, network

    at_work: dict[int, list[str]] = {}
    for one in workplaces:
        if one.relation == "current":
            at_work.setdefault(one.contact_id, []).append(one.employer)
    limits = history(home, at_work)
    evidence = network.evidence(home.network)
    exchange, tie = _ties(home, workplaces, evidence, limits)
    names = dict(network.list_names(home.network))
    named_by = {
        r.contact_id: names.get(r.named_by, "a contact") for r in asks.referrals(home.network)
    }
    messages = any(e.kind == "message" for rows in evidence.values() for e in rows)
    ranking = Known(
        weights=Weights(**{f.name: home.settings.rank[f.name] for f in fields(Weights)}),
        functions=functions(home),
        tie=tie,
        exchange=exchange,
        stop=limits.stop,
        asked_about={a.posting for a in limits.asks if a.posting},
        named_by=named_by,
        asked_lately=limits.asked_lately,
        titles=titles,
        silent_after=int(home.settings.limits["silent_after"]) if messages else None,
    )
    return ranking, limits


def _ties(
    home: Home,
    workplaces: Sequence[Workplace],
    evidence: Mapping[int, Sequence[Any]],
    limits: History,
) -> tuple[Callable[[int], Exchange], Callable[[int], Tie]]:
    """Exchange and tie of a contact, worked out when somebody asks and then kept."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.groups import Groups
    from matcher.targets import ties
    from store import network, people

    today = home.now.date()
    groups = Groups(knowledge(home), verdicts(home))
    stints: dict[int, list[ties.Stint]] = {}
    for one in workplaces:
        if one.confidence != "inferred":
            stint = ties.Stint(one.employer, one.since, one.until, one.relation == "current")
            stints.setdefault(one.contact_id, []).append(stint)
    positions, education = network.own_positions(home.network), network.own_education(home.network)
    schools, ratings = network.schools(home.network), people.ratings(home.network)

    @cache
    def exchange(contact: int) -> ties.Exchange:
        asks = limits.asks_with(contact)
        return ties.last_exchange(evidence.get(contact, ()), [a.talked_on for a in asks])

    @cache
    def tie(contact: int) -> ties.Tie:
        shared = ties.overlap(stints.get(contact, ()), positions, groups.are_one, today)
        school = ties.schooled(schools.get(contact, ()), education, groups.are_one)
        passed = evidence.get(contact, ())
        return ties.tie(
            ratings.get(contact), shared, school, passed, _answered(limits, contact), today
        )

    return exchange, tie


def _answered(limits: History, contact: int) -> date | None:
    """When a contact last said yes to an ask."""
    days = [a.agreed_on or a.talked_on for a in limits.asks_of(contact)]
    return max((day for day in days if day), default=None)
