"""`inroad review`: the user's word on names that are too close to call."""

from __future__ import annotations

from collections import Counter

import click

from cli.context import Home, pass_home
from cli.safe import clean

ANSWERS = {"s": True, "same": True, "d": False, "different": False}
SKIP, QUIT = ("k", "skip", ""), ("q", "quit")


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Print the pairs and decide nothing.")
@pass_home
def review(home: Home, only_list: bool) -> None:
    """Decide the employer names that are too close to call.

    Shows each pair with the reason for the doubt, the one that opens most postings first.
    Answer s (same), d (different), k (skip) or q (quit); your word wins from then on.
    """
    from cli.matching import find
    from matcher.employers.normalise import key
    from store.network import set_verdict

    everything = {"since": "", "title": ("",), "location": ("",), "employer": ("",)}
    findings = find(home, everything | {"remote": False, "relation": "both", "limit": 0})
    people = Counter(w.employer for w in findings.workplaces)
    unsure = sorted(
        findings.unsure,
        key=lambda x: (-findings.hiring[x.employer], -x.score, x.employer, x.workplace),
    )
    if not unsure:
        click.echo("Nothing to decide.")
        return
    decided = 0
    for number, pair in enumerate(unsure, start=1):
        click.echo(
            f"\n{number} of {len(unsure)}  {clean(pair.employer)}  ?=  {clean(pair.workplace)}\n"
            f"   {clean(pair.reason)} (score {pair.score:.2f}; "
            f"{findings.hiring[pair.employer]} open postings, "
            f"{people[pair.workplace]} of your contacts)"
        )
        if only_list:
            continue
        answer = _ask()
        if answer in QUIT:
            break
        if answer in ANSWERS:
            set_verdict(
                home.network,
                key(pair.employer),
                key(pair.workplace),
                pair.employer,
                pair.workplace,
                ANSWERS[answer],
                home.now,
            )
            decided += 1
    if not only_list:
        click.echo(f"\n{decided} decided, {len(unsure) - decided} left.")


def _ask() -> str:
    """One answer; the end of the input is quitting."""
    while True:
        try:
            answer = click.prompt(
                "   same, different, skip or quit", default="k", show_default=False
            )
        except click.exceptions.Abort:
            return "q"
        answer = answer.strip().lower()
        if answer in ANSWERS or answer in SKIP or answer in QUIT:
            return answer
        click.echo("   Please answer s, d, k or q.")
