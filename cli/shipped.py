"""Where the files of config/ are: inside the installed package, or beside it in a checkout."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def config_folder() -> Traversable:
    """The folder with defaults.toml, boards.toml and employers/."""
    installed = resources.files("cli") / "config"
    if installed.is_dir():
        return installed
    return Path(__file__).resolve().parent.parent / "config"
