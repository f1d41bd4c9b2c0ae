"""The wheel works outside the checkout, carries config/, and brings no module called config."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_what_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"cli", "crawler", "matcher", "store"}
    shipped = {p.relative_to(ROOT).as_posix() for p in (ROOT / "config").rglob("*.*")}
    assert {f"cli/{name}" for name in shipped} <= set(names)
    assert {f"matcher/asks/outputs/brief.{suffix}" for suffix in ("css", "html.j2")} <= set(names)
    assert {"crawler/cldr.tsv", "crawler/gazetteer.tsv", "crawler/lid.176.ftz"} <= set(names)
    assert any(name.startswith("store/migrations/") for name in names)
    assert any(name.endswith(".toml") and name.startswith("matcher/") for name in names)


def test_it_runs_where_there_is_no_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = (
        "import importlib.util, sys\n"
        "assert importlib.util.find_spec('config') is None\n"
        "import cli; assert 'site' in cli.__file__, cli.__file__\n"
        "from cli.main import main\n"
        "main(sys.argv[1:])\n"
    )
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path / "site"),
        "INROAD_HOME": str(tmp_path / "home"),
        "PYTHONIOENCODING": "utf-8",
    }
    facts = str(ROOT / "tests" / "fixtures" / "drafts" / "facts.en.json")
    page = ["draft", "call_agenda", "--facts", facts, "--as", "html"]
    for words in (["config", "show"], ["boards", "add", "--starter"], ["demo"], page):
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "inroad-demo" / "targets.csv").exists()
