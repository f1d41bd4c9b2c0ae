"""What the documents say is what there is."""

import re
import tomllib

import pytest

from cli.main import COMMANDS, cli
from tests.conftest import ROOT
from tests.reference import commands, reference

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "REFERENCE.md"]


def test_the_reference_is_what_the_commands_and_settings_say():
    written = (ROOT / "REFERENCE.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python tests/reference.py --write"


def test_every_command_and_option_has_help():
    for name, command in commands(cli, "inroad"):
        assert command.help, f"{name} has no help"
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{name} {parameter.opts[0]} has no help"


def test_every_setting_is_explained_where_it_stands():
    text = (ROOT / "config" / "defaults.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    for table, values in tomllib.loads(text).items():
        for key, value in values.items():
            if isinstance(value, dict):
                at = lines.index(f"[{table}.{key}]")
                assert lines[at + 1].startswith("#"), f"[{table}.{key}] is not explained"
            else:
                at = next(i for i, line in enumerate(lines) if line.startswith(f"{key} = "))
                assert lines[at - 1].startswith("#"), f"{table}.{key} is not explained"


def test_the_readme_names_every_everyday_command():
    for name in COMMANDS:
        assert f"inroad {name}" in README or f"make {name}" in README, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_a_document_shows_exists(document):
    known = {name.removeprefix("inroad ") for name, _ in commands(cli, "inroad")}
    text = (ROOT / document).read_text(encoding="utf-8")
    shown = re.findall(r"(?:^|[`$] ?|\s{2,})inroad ((?:[a-z-]+ ?)+)", text, re.MULTILINE)
    for words in shown:
        first, _, second = words.strip().partition(" ")
        assert first in COMMANDS, f"{document}: inroad {words}"
        below = any(name.startswith(f"{first} ") for name in known)
        if below and second and not second.startswith("-"):
            assert f"{first} {second.split(' ')[0]}" in known, f"{document}: inroad {words}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:\s]+)\)", text):
        assert (ROOT / target).exists(), f"{document} links to {target}"
