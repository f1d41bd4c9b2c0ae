"""The match report in its four shapes. Every text in it was written by somebody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli.safe import clean
from cli.words import count as _count

if TYPE_CHECKING:
    from cli.matching import Findings
    from matcher.asks.limits import Stop
    from matcher.targets.portfolio import Pick
    from matcher.targets.rank import Opening, Target
    from store.browsing import FoundPosting
    from store.postings import OpenPosting


def print_table(findings: Findings, shown: int, now: datetime, *, explain: bool = False) -> None:
    """Employers as headings, people first, then the postings they could speak about."""
    for opening in findings.openings:
        click.secho(f"\n{_heading(opening)}", bold=True)
        for target in opening.targets:
            click.echo(f"  {target.score:>3}  {click.style(_person(target), fg='green')}")
            click.secho(f"       {_why(target)}", dim=True)
            for line in notes(target):
                click.echo(f"       {line}")
            for line in explanation(target) if explain else ():
                click.secho(f"         {line}", dim=True)
        for posting in opening.postings[:shown]:
            place = _where(posting)
            told = (clean(posting.title), place, age(posting, now), _marks(posting))
            click.echo(f"    -  {'  ·  '.join(filter(None, told))}")
            click.secho(f"       {clean(posting.url)}{_credit(posting)}", dim=True)
            for url in posting.also:
                click.secho(f"       also at {clean(url)}", dim=True)
            if explain and (people := _picks(opening, posting)):
                click.secho(f"       ask: {people}", dim=True)
        if opening.total > shown:
            click.echo(f"       … and {_count(opening.total - shown, 'more posting')}")
    if findings.openings:
        click.echo()


def markdown(findings: Findings, shown: int, now: datetime, *, explain: bool = False) -> str:
    """The same as a Markdown document."""
    from matcher.markdown import escape, link

    lines: list[str] = []
    for opening in findings.openings:
        lines += [f"## {escape(_heading(opening))}", ""]
        for target in opening.targets:
            person = escape(_person(target))
            if target.profile_url:
                person = f"[{person}]({link(clean(target.profile_url))})"
            lines.append(f"- **{target.score}** {person}: {escape(_why(target))}")
            lines += [f"  - {escape(line)}" for line in notes(target)]
            lines += [f"  - {escape(line)}" for line in (explanation(target) if explain else ())]
        lines += ["", "| posting | where | age |", "|---|---|---|"]
        lines += [
            f"| [{escape(clean(p.title))}]({link(clean(p.url))}){_others(p)}{escape(_credit(p))} "
            f"| {escape(_where(p))} | {', '.join(filter(None, (age(p, now), _marks(p))))} |"
            for p in opening.postings[:shown]
        ]
        if opening.total > shown:
            lines.append(f"| … and {opening.total - shown} more | | |")
        lines.append("")
    return "\n".join(lines) + ("\n" if lines else "")


def as_json(findings: Findings) -> str:
    """A list with one object per employer; dates are ISO 8601, unknown ones null. A posting and a
    target have a line each: indenting everything takes as long as finding it."""

    def lines(records: Iterator[dict[str, Any]]) -> str:
        rows = ",\n      ".join(json.dumps(one, ensure_ascii=False) for one in records)
        return f"[\n      {rows}\n    ]" if rows else "[]"

    openings = [
        "  {\n"
        f'    "employer": {json.dumps(clean(opening.employer), ensure_ascii=False)},\n'
        f'    "postings": {lines(_posting(opening, p) for p in opening.postings)},\n'
        f'    "targets": {lines(_target(opening, one) for one in opening.targets)}\n'
        "  }"
        for opening in findings.openings
    ]
    return "[\n" + ",\n".join(openings) + "\n]" if openings else "[]"


def as_csv(rows: Iterable[Sequence[object]], *, plain: bool) -> str:
    """The rows of table_rows(), as `inroad export` writes them."""
    from matcher.targets.sheet import render

    table = ([clean(c) if isinstance(c, str) else c for c in row] for row in rows)
    return render(table, plain=plain)


def table_rows(findings: Findings) -> list[list[object]]:
    """One row per target and posting, without those whom no list may name."""
    from matcher.asks.outlook import outlook
    from matcher.targets.sheet import rows

    return rows(
        findings.openings,
        lambda target, posting: outlook(target, posting, findings.limits, findings.pace),
    )


def closing_lines(findings: Findings) -> Iterator[str]:
    """What was looked at; never a blank where nobody was found."""
    stock = findings.stock
    hiring, postings = len(findings.hiring), sum(findings.hiring.values())
    as_of = findings.contacts_as_of
    former = sum(1 for w in findings.workplaces if w.relation == "former")
    workplaces = _count(len(findings.workplaces), "workplace")
    if not stock.boards:
        yield "No boards are watched yet. Start with: inroad boards add URL, then inroad crawl"
    elif not stock.postings:
        yield "No open postings yet. Run: inroad crawl"
    if not findings.workplaces:
        yield "No contacts with a workplace yet. Run: inroad contacts import FILE"
    elif not findings.openings and stock.postings:
        if findings.only_new:
            yield "Nothing new since it was last shown."
        elif hiring:
            yield (
                f"Nobody in your files works or worked at any of these {hiring} employers "
                f"(files as of {as_of})."
            )
        else:
            yield "No open posting fits what you asked for."
    people = len({t.contact_id for o in findings.openings for t in o.targets})
    yield (
        f"Looked at {_count(postings, 'posting')} of {_count(hiring, 'employer')} and "
        f"{_count(findings.contacts, 'contact')} with {workplaces} "
        f"({former} former): {_count(people, 'target')} at "
        f"{_count(len(findings.openings), 'employer')}."
    )
    if doubtful := sum(_unconfirmed(o) for o in findings.openings):
        yield (
            f"{_count(doubtful, 'employer')} unconfirmed: only a directory says whose the board "
            "is, until a crawl reads the name on it."
        )
    if findings.unsure:
        yield (
            f"{_count(len(findings.unsure), 'pair')} of names could be the same employer or not: "
            "inroad review"
        )


def explanation(target: Target) -> list[str]:
    """The parts of a score as a sum, each with its evidence."""
    lines = [
        f"{part.name:<8} {part.points:>4.1f}  {clean(part.evidence)}"
        + (f" ({part.on})" if part.on and str(part.on) not in part.evidence else "")
        for part in target.parts
    ]
    total = sum(part.points for part in target.parts)
    about = f"; for {clean(target.about)}" if target.about else ""
    return [*lines, f"{total:.1f} × confidence {target.confidence:.2f} = {target.score}{about}"]


def notes(target: Target) -> Iterator[str]:
    """What is to be known before anybody asks."""
    if target.stop:
        yield f"blocked: {clean(target.stop)}"
    elif target.silent_months:
        yield f"silent for {target.silent_months} months: say hello first (reconnect)"
    if target.named_by:
        yield f"named by {clean(target.named_by)}"


def _picks(opening: Opening, posting: OpenPosting) -> str:
    return "; ".join(
        f"{clean(one.target.contact)} ({one.role}, {one.score})"
        for one in opening.portfolio(posting)
    )


def _pick(one: Pick) -> dict[str, Any]:
    return {
        "as": one.role,
        "contact_id": one.target.contact_id,
        "contact": clean(one.target.contact),
        "score": one.score,
    }


def age(posting: OpenPosting | FoundPosting, now: datetime) -> str:
    """How long ago it was first published: "today", "3 d", "5 w", "14 mo"; "≥" where only the day
    we first saw it is known."""
    days = max(0, (now - posting.since).days)
    text = (
        "today"
        if days == 0
        else f"{days} d"
        if days < 21
        else f"{days // 7} w"
        if days < 90
        else f"{days // 30} mo"
    )
    if posting.first_published_at or posting.published_at:
        return text
    return f"≥ {text}" if days else "new"


def period(since: str | None, until: str | None, relation: str) -> str:
    """ "2019–2023", "since 2024-03", "until 2023", or nothing where nothing is known."""
    if relation == "current":
        return f"since {since}" if since else ""
    if since and until:
        return f"{since}–{until}"
    return f"until {until}" if until else f"from {since}" if since else ""


def _heading(opening: Opening) -> str:
    doubt = " (unconfirmed)" if _unconfirmed(opening) else ""
    return f"{clean(opening.employer)} — {_count(opening.total, 'open posting')}{doubt}"


def _unconfirmed(opening: Opening) -> bool:
    """Whether nothing but a directory says that any of the postings are this employer's."""
    return all(posting.unconfirmed for posting in opening.postings)


def _person(target: Target) -> str:
    role = f"{clean(target.title)} at " if target.title else ""
    when = period(target.since, target.until, target.relation)
    state = "now" if target.relation == "current" else "formerly"
    times = f", {when}" if when else ""
    return f"{clean(target.contact)} — {state}{times}: {role}{clean(target.workplace)}"


def _why(target: Target) -> str:
    likely = "likely the same employer" if target.match == "likely" else "same employer"
    return f"{likely}: {clean(target.reason)}"


def where(places: Sequence[str], workplace_type: str) -> str:
    """The first places, how many more there are, and the way of working if it is worth a word."""
    text = "; ".join(places[:2]) + (f" +{len(places) - 2}" if len(places) > 2 else "")
    if workplace_type in ("remote", "hybrid") and workplace_type not in text.lower():
        text = f"{text} ({workplace_type})" if text else workplace_type
    return text


def _where(posting: OpenPosting) -> str:
    return where([clean(p) for p in posting.locations], posting.workplace_type)


def _marks(posting: OpenPosting) -> str:
    return "repost" if posting.repost_of else ""


def _others(posting: OpenPosting) -> str:
    """Links to the same job on other boards."""
    from matcher.markdown import link

    links = ", ".join(f"[{n}]({link(clean(url))})" for n, url in enumerate(posting.also, 2))
    return f" (also: {links})" if links else ""


def _credit(posting: OpenPosting) -> str:
    """What its source asks to have shown beside a posting."""
    return f" ({clean(posting.attribution)})" if posting.attribution else ""


def _posting(opening: Opening, posting: OpenPosting) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": clean(posting.id),
        "title": clean(posting.title),
        "location": "; ".join(clean(p) for p in posting.locations),
        "url": clean(posting.url),
        "published": posting.published_at.date().isoformat() if posting.published_at else None,
        "portfolio": [_pick(one) for one in opening.portfolio(posting)],
    }
    if posting.unconfirmed:
        said["unconfirmed"] = True
    if posting.repost_of:
        said["repost_of"] = clean(posting.repost_of)
        said["first_published"] = posting.since.date().isoformat()
    if posting.also:
        said["also"] = [clean(url) for url in posting.also]
    return said | ({"attribution": clean(posting.attribution)} if posting.attribution else {})


def _target(opening: Opening, target: Target) -> dict[str, Any]:
    said: dict[str, Any] = {
        "contact_id": target.contact_id,
        "contact": clean(target.contact),
        "title": clean(target.title) or None,
        "workplace": clean(target.workplace),
        "relation": target.relation,
        "since": target.since,
        "until": target.until,
        "match": str(target.match),
        "reason": clean(target.reason),
        "score": target.score,
        "profile_url": clean(target.profile_url) or None,
        "email": clean(target.email) or None,
        "about": clean(target.about) or None,
        "confidence": target.confidence,
        "parts": [
            {
                "part": part.name,
                "value": round(part.value, 3),
                "points": round(part.points, 2),
                "evidence": clean(part.evidence),
                "on": part.on and part.on.isoformat(),
            }
            for part in target.parts
        ],
        "blocked": _stop(target.stop),
        "silent_months": target.silent_months,
        "named_by": clean(target.named_by) or None,
    }
    return said | ({"unconfirmed": True} if _unconfirmed(opening) else {})


def _stop(stop: Stop | None) -> dict[str, Any] | None:
    if stop is None:
        return None
    until = stop.until and stop.until.isoformat()
    return {"block": stop.block, "why": clean(stop.why), "until": until}
