"""`inroad config`: the user's own settings."""

from __future__ import annotations

import click

from cli.context import Home, pass_home


@click.group()
def config() -> None:
    """Show or start your own settings."""


@config.command()
@pass_home
def init(home: Home) -> None:
    """Write a config.toml with every setting and its default, to edit."""
    from cli.shipped import config_folder

    file = home.config_file
    if file.exists():
        raise click.ClickException(f"{file} is already there; edit it as you like.")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    defaults = (config_folder() / "defaults.toml").read_text(encoding="utf-8")
    body = defaults.split("\n\n", 1)[1]
    file.write_text(
        f"# Your settings for Inroad. Lines you delete fall back to their defaults.\n\n{body}",
        encoding="utf-8",
    )
    click.echo(f"Wrote {file}. Set [crawl] contact first: it tells the servers who is asking.")


@config.command()
@pass_home
def show(home: Home) -> None:
    """Print the settings in force and where they come from."""
    import json

    from cli.source_settings import masked

    own = home.config_file
    click.echo(f"# data folder: {home.path}")
    click.echo(f"# your file:   {own}{'' if own.exists() else ' (none; `inroad config init`)'}")
    shown = vars(home.settings) | {"sources": masked(home.settings.sources)}
    for table, values in shown.items():
        click.echo(f"\n[{table}]")
        nested = {k: v for k, v in values.items() if isinstance(v, dict)}
        for key, value in values.items():
            if key not in nested:
                click.echo(f"{key} = {json.dumps(value, ensure_ascii=False)}")
        for key, inner in nested.items():
            click.echo(f"\n[{table}.{key}]")
            for name, value in inner.items():
                click.echo(f"{json.dumps(name)} = {json.dumps(value)}")
