"""`inroad demo`: the commands a user would type, on an invented world, offline."""

from __future__ import annotations

import shlex
from datetime import timedelta
from pathlib import Path

import click

from cli.context import Home, pass_home

OURS = ("postings.duckdb", "network.duckdb", "crawl.log", "requests.json", "targets.csv")


@click.command()
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("inroad-demo"),
    show_default=True,
    help="A folder for the demo's own data; an earlier demo in it is replaced.",
)
@pass_home
def demo(home: Home, into: Path) -> None:
    """Show the whole main job, offline, on bundled samples.

    Serves invented boards on loopback, crawls them with the real spiders, imports an invented
    network, and prints and exports who could open which door. Your own data is not touched.
    """
    from importlib import resources

    from cli.samples.server import SampleServer, sample_boards

    stage = Home(into.absolute())
    stage.verbose = home.verbose
    _sweep(into)
    samples = resources.files("cli.samples")
    today = stage.now.date()
    with resources.as_file(samples / "linkedin") as archive, SampleServer(samples, today) as server:
        stage.settings.crawl.update(
            origins=server.origins, delay=0.0, contact="demo@inroad.example"
        )
        click.echo("An invented network meets invented job boards; nothing leaves this machine.")
        last_year = (today - timedelta(days=365)).isoformat()
        _type(
            stage,
            "contacts",
            "import",
            "--taken-on",
            last_year,
            str(archive / "Connections-older.csv"),
        )
        _type(
            stage,
            "contacts",
            "import",
            "--taken-on",
            today.isoformat(),
            *(str(archive / n) for n in ("Connections.csv", "Positions.csv", "workhistory.csv")),
        )
        _type(stage, "boards", "add", *(f"{s}:{t}" for s, t, _ in sample_boards(samples)))
        _type(stage, "crawl", allowed=(0, 3))
        _type(stage, "match")
        _type(stage, "export", str(into / "targets.csv"))
    _next_steps(into)


def _type(stage: Home, *words: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Show a command and run it as if it had been typed."""
    from cli.main import cli

    shown = [Path(w).name if "/samples/" in w.replace("\\", "/") else w for w in words]
    click.secho(f"\n$ inroad {shlex.join(shown)}", bold=True)
    code = cli.main(args=list(words), prog_name="inroad", standalone_mode=False, obj=stage)
    if isinstance(code, int) and code not in allowed:
        raise click.exceptions.Exit(code)


def _sweep(into: Path) -> None:
    """Remove an earlier demo; a folder with anything else in it is somebody's."""
    if not into.exists():
        return
    strangers = [p.name for p in into.iterdir() if not p.name.startswith((*OURS, "spool", "crawl"))]
    if strangers:
        raise click.ClickException(
            f"{into} holds more than an earlier demo ({strangers[0]}); choose another with --into."
        )
    for name in OURS:
        for file in into.glob(f"{name}*"):
            file.unlink()


def _next_steps(into: Path) -> None:
    click.secho("\nLook around", bold=True)
    click.echo(f"  inroad match --former --home {into}")
    click.echo(f"  inroad review --home {into}")
    click.echo(f"  inroad contacts list --home {into}")
    click.secho("Now with your own", bold=True)
    click.echo("  1. LinkedIn: Settings & Privacy > Data privacy > Get a copy of your data")
    click.echo("     inroad contacts import Basic_LinkedInDataExport_….zip")
    click.echo("  2. inroad boards add --starter, and the employers you care about:")
    click.echo("     inroad boards add https://…/careers")
    click.echo("  3. inroad crawl")
    click.echo("  4. inroad match --title 'data engineer'")
    click.echo("  5. inroad export targets.csv")
